package io.seminar.pipelines.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.attention.quantization.Quantizer;
import io.seminar.metrics.inference.IntervalMethod;
import io.seminar.pipelines.arms.Arms;
import io.seminar.pipelines.evaluation.Inference;
import io.seminar.pipelines.quantization.CatalogueQuantizer;
import io.seminar.pipelines.quantization.CodeForm;
import io.seminar.pipelines.replay.RandomDataset;
import io.seminar.pipelines.replay.Replay;
import io.seminar.pipelines.replay.Scoring;
import io.seminar.pipelines.runner.Runner;
import io.seminar.reports.store.CellsFile;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.ComparisonFolder;
import io.seminar.reports.store.ComparisonManifest;
import io.seminar.reports.store.OutcomesFile;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.RunManifest;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two runs compared, against one replay in which the arms of both stand side by side: the
 * differences of the two must be the same numbers to the last bit.
 */
class ComparisonTest {
  private static final long SEED = 9;
  private static final Inference INFERENCE =
      new Inference(40, 10, 99, IntervalMethod.PERCENTILE, 0.9);

  /**
   * The p-values of a slice are adjusted for one another, so these depend on what else is there.
   */
  private static final double ANYTHING = -1;

  @TempDir static Path folder;
  private static Path data;
  private static Path small;
  private static Path large;
  private static RunFolder smallRun;
  private static RunFolder largeRun;
  private static RunFolder both;
  private static ComparisonFolder compared;

  @BeforeAll
  static void replayOnce() {
    data =
        new RandomDataset(31, 300, 30)
            .history(0, 160)
            .pages(3, 9)
            .write(folder.resolve("data"), 80);
    small = codebook("small", 2);
    large = codebook("large", 6);
    smallRun = replay("small-run", data, List.of("exact", "pq4"), List.of(small), "exact");
    largeRun = replay("large-run", data, List.of("exact", "pq4"), List.of(large), "exact");
    both = replay("both", data, List.of("pq4@2", "pq4@6"), List.of(small, large), "pq4@2");
    compared = compare("compared", largeRun.path(), smallRun.path(), Runner.DIRECT, 2);
  }

  /** Of 16 centroids, so that the items are not learnt by heart. */
  private static Path codebook(String name, int bytes) {
    Path out = folder.resolve(name);
    CatalogueQuantizer.run(
        new CatalogueQuantizer.Options(
            data,
            out,
            false,
            bytes,
            0.5f,
            null,
            CatalogueQuantizer.TrainOn.ALL,
            1,
            1,
            new CodeForm(Quantizer.Method.PQ, 4, 0, false)));
    return out;
  }

  private static RunFolder replay(
      String name, Path data, List<String> arms, List<Path> codebooks, String reference) {
    return replay(name, data, arms, codebooks, reference, new int[] {3, 8}, null);
  }

  private static RunFolder replay(
      String name,
      Path data,
      List<String> arms,
      List<Path> codebooks,
      String reference,
      int[] recallAt,
      Long splitTime) {
    return Replay.run(
        new Replay.Options(
            data,
            folder.resolve(name),
            false,
            List.of(),
            arms,
            codebooks,
            reference,
            new Scoring(recallAt, 0.1f, 0.5f),
            new int[] {1, 4},
            26,
            splitTime,
            INFERENCE,
            SEED,
            true,
            Arms.CPU,
            Runner.DIRECT,
            2,
            List.of(),
            true,
            List.of("replay")));
  }

  private static ComparisonFolder compare(
      String name, Path candidate, Path baseline, Runner runner, int parallelism) {
    return Comparison.run(
        new Comparison.Options(
            candidate,
            baseline,
            folder.resolve(name),
            false,
            INFERENCE,
            SEED,
            runner,
            parallelism,
            List.of(),
            List.of("compare", "a", "b")));
  }

  private static Map<String, Cell> cells(Path file, String arm) {
    Map<String, Cell> cells = new LinkedHashMap<>();
    for (Cell cell : CellsFile.read(file)) {
      if (cell.arm().equals(arm)) {
        cells.put(cell.slice() + " " + cell.metric(), cell);
      }
    }
    return cells;
  }

  /** The cell under other names, without what depends on the other tests of its slice. */
  private static Cell renamed(Cell cell, String arm, String baseline) {
    return new Cell(
        arm,
        cell.slice(),
        cell.metric(),
        cell.value(),
        cell.low(),
        cell.high(),
        cell.n(),
        cell.users(),
        cell.leftOutUsers(),
        cell.leftOut(),
        cell.reason(),
        cell.baseline() == null ? null : baseline,
        cell.difference(),
        cell.differenceLow(),
        cell.differenceHigh(),
        cell.se(),
        cell.differenceSe(),
        cell.p(),
        ANYTHING,
        ANYTHING,
        cell.test());
  }

  @Test
  void differencesAreThoseOfOneRunInWhichBothAreArms() {
    Map<String, Cell> ours = cells(compared.cellsFile(), "pq4");
    Map<String, Cell> expected = cells(both.cellsFile(), "pq4@6");
    assertThat(ours.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (key, cell) ->
            assertThat(renamed(ours.get(key), "pq4", "b"))
                .as(key)
                .isEqualTo(renamed(cell, "pq4", "b")));
    // So that it is no comparison of nothing with nothing.
    for (String metric :
        List.of("auc", "gauc", "logloss", "ne", "ndcg@4", "recall@8", "mass_kept", "pcoc")) {
      Cell cell = ours.get("all " + metric);
      assertThat(cell.baseline()).isEqualTo(ComparisonManifest.ofBaseline("pq4"));
      assertThat(cell.difference()).as(metric).isNotNaN().isNotZero();
      assertThat(cell.differenceLow()).as(metric).isLessThan(cell.differenceHigh());
      assertThat(cell.differenceSe()).as(metric).isPositive();
      assertThat(cell.p()).as(metric).isBetween(0.0, 1.0);
      assertThat(cell.pHolm()).as(metric).isBetween(cell.p(), 1.0);
      assertThat(cell.pBh()).as(metric).isBetween(cell.p(), cell.pHolm());
      assertThat(cell.test()).isEqualTo(metric.equals("auc") ? "jackknife_t" : "sign_flip");
    }
    assertThat(ours.get("item=cold gauc").difference()).isNotNaN().isNotZero();
  }

  @Test
  void theBaselineOfItIsTheBaselineOfOneRun() {
    Map<String, Cell> ours = cells(compared.cellsFile(), ComparisonManifest.ofBaseline("pq4"));
    Map<String, Cell> expected = cells(both.cellsFile(), "pq4@2");
    assertThat(ours.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (key, cell) ->
            assertThat(renamed(ours.get(key), "pq4", null))
                .as(key)
                .isEqualTo(renamed(cell, "pq4", null)));
  }

  @Test
  void theValuesAreThoseOfTheRunsThemselves() {
    for (String arm : List.of("exact", "pq4")) {
      Map<String, Cell> theirs = cells(largeRun.cellsFile(), arm);
      cells(compared.cellsFile(), arm)
          .forEach(
              (key, cell) -> {
                if (!cell.metric().startsWith("relaimpr")) { // of another baseline
                  assertThat(cell.value())
                      .as(arm + " " + key)
                      .isEqualTo((Double) theirs.get(key).value());
                  assertThat(cell.low())
                      .as(arm + " " + key)
                      .isEqualTo((Double) theirs.get(key).low());
                  assertThat(cell.high())
                      .as(arm + " " + key)
                      .isEqualTo((Double) theirs.get(key).high());
                  assertThat(cell.users()).as(arm + " " + key).isEqualTo(theirs.get(key).users());
                }
              });
    }
  }

  @Test
  void aRunDoesNotDifferFromItself() {
    ComparisonFolder self = compare("self", largeRun.path(), largeRun.path(), Runner.DIRECT, 2);
    int numbers = 0;
    for (Cell cell : CellsFile.read(self.cellsFile())) {
      if (!Double.isNaN(cell.difference())) {
        numbers++;
        assertThat(cell.difference()).as(cell.toString()).isZero();
        if (!Double.isNaN(cell.differenceLow())) {
          assertThat(cell.differenceLow()).as(cell.toString()).isZero();
          assertThat(cell.differenceHigh()).as(cell.toString()).isZero();
        }
        if (!Double.isNaN(cell.p())) {
          assertThat(cell.p()).as(cell.toString()).isEqualTo(1);
        }
      } else if (cell.baseline() != null) {
        assertThat(cell.reason()).as(cell.toString()).isNotNull();
      }
    }
    assertThat(numbers).isGreaterThan(100);
    assertThat(cells(self.cellsFile(), "pq4").get("all gauc").p()).isEqualTo(1);
  }

  @Test
  void theManifestSaysWhatWasCompared() {
    ComparisonManifest manifest = ComparisonFolder.open(compared.path()).manifest();
    assertThat(manifest.pairs())
        .containsExactly(
            new ComparisonManifest.Pair("exact", "baseline:exact"),
            new ComparisonManifest.Pair("pq4", "baseline:pq4"));
    assertThat(manifest.candidate().runId()).isEqualTo(largeRun.manifest().runId());
    assertThat(manifest.baseline().runId()).isEqualTo(smallRun.manifest().runId());
    assertThat(manifest.evaluation().arms())
        .extracting(RunManifest.Arm::name)
        .containsExactly("exact", "pq4", "baseline:exact", "baseline:pq4");
    assertThat(manifest.evaluation().replicates()).isEqualTo(40);
    assertThat(manifest.evaluation().flips()).isEqualTo(99);
    assertThat(manifest.evaluation().level()).isEqualTo(0.9);
    assertThat(manifest.execution().runner()).isEqualTo("direct");
    assertThat(manifest.notes()).isEmpty();
    assertThat(compared.path().resolve(".work")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"DIRECT,1", "DIRECT,5", "FLINK,1", "FLINK,5"})
  void bytesDoNotDependOnTheRunner(Runner runner, int parallelism) throws IOException {
    ComparisonFolder again =
        compare(
            "again-" + runner + parallelism, largeRun.path(), smallRun.path(), runner, parallelism);
    assertThat(Files.readAllBytes(again.cellsFile()))
        .isEqualTo(Files.readAllBytes(compared.cellsFile()));
    assertThat(again.manifest().execution().runner()).isEqualToIgnoringCase(runner.name());
    assertThat(again.manifest().execution().parallelism()).isEqualTo(parallelism);
  }

  @Test
  void bytesDoNotDependOnTheOrderOfTheOutcomes() throws IOException {
    Path shuffled = copy(largeRun.path(), folder.resolve("shuffled"));
    List<Path> files = largeRun.outcomesFiles();
    int n = files.size();
    assertThat(n).as("files to exchange").isGreaterThan(5);
    List<RunManifest.StoredFile> stored = new ArrayList<>();
    for (RunManifest.StoredFile file : largeRun.manifest().files()) {
      String name = file.name();
      for (int shard = 0; shard < n; shard++) {
        if (name.equals(OutcomesFile.fileName(shard))) {
          // Backwards and by one: the files of a group are others, in another order.
          name = OutcomesFile.fileName((2 * n - 2 - shard) % n);
          Files.copy(
              largeRun.path().resolve(file.name()),
              shuffled.resolve(name),
              StandardCopyOption.REPLACE_EXISTING);
          break;
        }
      }
      stored.add(new RunManifest.StoredFile(name, file.bytes(), file.sha256()));
    }
    largeRun.manifest().withFiles(stored).write(shuffled.resolve(RunManifest.FILE_NAME));
    ComparisonFolder again = compare("again-shuffled", shuffled, smallRun.path(), Runner.DIRECT, 3);
    assertThat(Files.readAllBytes(again.cellsFile()))
        .isEqualTo(Files.readAllBytes(compared.cellsFile()));
  }

  private static Path copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      files
          .filter(Files::isRegularFile)
          .forEach(
              file -> {
                try {
                  Files.copy(file, to.resolve(file.getFileName().toString()));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
    return to;
  }

  @Test
  void refusesRunsThatAreNotOfTheSameRequests() throws IOException {
    Path other =
        new RandomDataset(32, 300, 30).history(0, 60).pages(3, 9).write(folder.resolve("d2"), 80);
    List<String> arms = List.of("exact");
    RunFolder otherData = replay("other-data", other, arms, List.of(), "exact");
    refuses(otherData, "data set", Dataset.open(data).digest(), Dataset.open(other).digest());
    RunFolder otherK = replay("other-k", data, arms, List.of(), "exact", new int[] {3, 9}, null);
    refuses(otherK, "K of recall@K", "[3, 8]", "[3, 9]");
    long split = largeRun.manifest().calibration().splitTime() + 1;
    RunFolder otherSplit =
        replay("other-split", data, arms, List.of(), "exact", new int[] {3, 8}, split);
    refuses(otherSplit, "split time", Long.toString(split - 1), Long.toString(split));
  }

  private static void refuses(RunFolder baseline, String... words) throws IOException {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> compare("refused", largeRun.path(), baseline.path(), Runner.DIRECT, 1))
        .withMessageContaining(largeRun.path().toString())
        .withMessageContaining(baseline.path().toString())
        .withMessageContaining("cannot be compared user by user")
        .withMessageContainingAll(words);
    leftNothing();
  }

  private static void leftNothing() throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).noneMatch(path -> path.getFileName().toString().contains("refused"));
    }
  }

  @Test
  void refusesWhatIsNoRun() throws IOException {
    assertThatThrownBy(
            () -> compare("refused", largeRun.path(), folder.resolve("no"), Runner.DIRECT, 1))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("no such folder");
    assertThatThrownBy(() -> compare("refused", data, largeRun.path(), Runner.DIRECT, 1))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("run.json");
    leftNothing();
  }

  @Test
  void anArmThatTheBaselineLacksIsNotedAndComparedWithNothing() {
    RunFolder more =
        replay("more", data, List.of("exact", "recent", "pq4"), List.of(large), "exact");
    ComparisonFolder comparison =
        compare("more-vs-large", more.path(), largeRun.path(), Runner.DIRECT, 2);
    assertThat(comparison.manifest().notes())
        .singleElement()
        .asString()
        .contains("no arm 'recent'", "compared with nothing");
    assertThat(comparison.manifest().pairs())
        .extracting(ComparisonManifest.Pair::arm)
        .containsExactly("exact", "pq4");
    Map<String, Cell> recent = cells(comparison.cellsFile(), "recent");
    assertThat(recent.get("all gauc").value()).isNotNaN();
    assertThat(recent.values()).allMatch(cell -> cell.baseline() == null);
    // The other way round nothing of the candidate's is missing, but an arm went.
    ComparisonFolder fewer =
        compare("large-vs-more", largeRun.path(), more.path(), Runner.DIRECT, 2);
    assertThat(fewer.manifest().notes())
        .singleElement()
        .asString()
        .contains("The candidate has no arm 'recent'");
    assertThat(cells(fewer.cellsFile(), "baseline:recent")).isNotEmpty();
  }

  @Test
  void withoutTheDataSetOnlyWhatNeedsItIsUndefined() throws IOException {
    Path moved = copy(largeRun.path(), folder.resolve("moved"));
    Path file = moved.resolve(RunManifest.FILE_NAME);
    Files.writeString(
        file,
        Files.readString(file)
            .replace('"' + data.toString() + '"', '"' + folder.resolve("gone").toString() + '"'));
    assertThat(RunFolder.open(moved).manifest().data().path()).endsWith("gone");
    Map<String, Cell> without =
        cells(compare("without", moved, smallRun.path(), Runner.DIRECT, 2).cellsFile(), "pq4");
    Map<String, Cell> with = cells(compared.cellsFile(), "pq4");
    Set<String> needIt = Set.of("novelty@1", "novelty@4", "coverage@1", "coverage@4");
    without.forEach(
        (key, cell) -> {
          if (needIt.contains(cell.metric())) {
            assertThat(cell.value()).as(key).isNaN();
            assertThat(cell.reason()).as(key).isNotNull();
          } else if (!cell.metric().startsWith("gini")) {
            assertThat(cell.value()).as(key).isEqualTo((Double) with.get(key).value());
            assertThat(cell.p()).as(key).isEqualTo((Double) with.get(key).p());
          }
        });
    assertThat(with.get("all coverage@4").value()).isNotNaN();
    assertThat(without.get("all coverage@4").value()).isNaN();
  }
}
