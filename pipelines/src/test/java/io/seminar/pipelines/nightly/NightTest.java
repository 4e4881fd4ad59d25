package io.seminar.pipelines.nightly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.attention.quantization.Quantizer;
import io.seminar.pipelines.quantization.CatalogueQuantizer;
import io.seminar.pipelines.quantization.CodeForm;
import io.seminar.pipelines.runner.Runner;
import io.seminar.reports.gate.Finding;
import io.seminar.reports.gate.GateReport;
import io.seminar.reports.gate.Verdict;
import io.seminar.reports.store.CellsFile;
import io.seminar.reports.store.ExclusiveLock;
import io.seminar.reports.store.NightManifest;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.RunStore;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.arrow.Publication;
import io.seminar.testdata.simulation.SimulatedModality;
import io.seminar.testdata.simulation.Simulator;
import io.seminar.testdata.simulation.SimulatorOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nights on simulated logs of other users of one world. Three of them stand in one store: the first
 * ever, one whose codebook was trained anew in place, and one whose codebook is far too small.
 */
class NightTest {
  private static final int USERS = 40;

  private static final String CONFIG =
      """
      schema-version: 1
      data: %s
      candidate: {codebooks: %s, arms: [exact, pq4], reference: exact}
      replay: {recall-at: [5, 10], page-at: 4}
      statistics: {replicates: 40, groups: 10, flips: 99}
      expect:
        users: %d
        dead-letters: 0
      gate:
        first-run: passes
        rules:
          - {metric: recall@5, arms: pq4, margin: 0.1}
          - {metric: recall@5, arms: pq4, against: exact, margin: 0.9}
      """;

  @TempDir static Path folder;
  private static Path store;
  private static Path codebook;
  private static Night.Outcome first;
  private static Night.Outcome second;
  private static Night.Outcome third;

  @BeforeAll
  static void threeNights() throws IOException {
    store = folder.resolve("store");
    for (int night = 1; night <= 3; night++) {
      simulate("log" + night, 5, night * USERS);
    }
    codebook = quantize("codebook", "log1", 6, 1);
    first = run(store, "log1", Map.of());
    Publication.deleteTree(codebook);
    quantize("codebook", "log1", 6, 2);
    second = run(store, "log2", Map.of());
    Publication.deleteTree(codebook);
    quantize("codebook", "log1", 2, 1);
    third = run(store, "log3", Map.of());
  }

  private static void simulate(String name, long world, int firstUser) {
    new Simulator(
            SimulatorOptions.builder()
                .users(USERS)
                .firstUser(firstUser)
                .items(600)
                .queries(40)
                .historyMean(60)
                .requestsPerUser(2)
                .impressions(8)
                .modalities(
                    List.of(SimulatedModality.parse("text:8"), SimulatedModality.parse("image:6")))
                .seed(world)
                .threads(2)
                .build())
        .write(folder.resolve(name), false, done -> {});
  }

  private static Path quantize(String name, String log, int bytes, long seed) {
    Path out = folder.resolve(name);
    CatalogueQuantizer.run(
        new CatalogueQuantizer.Options(
            folder.resolve(log),
            out,
            false,
            bytes,
            0.5f,
            null,
            CatalogueQuantizer.TrainOn.ALL,
            seed,
            2,
            new CodeForm(Quantizer.Method.PQ, 4, 0, false)));
    return out;
  }

  private static Night.Options options(
      Path store, String log, Map<String, String> set, List<String> said) {
    try {
      Path yaml = Files.createTempFile(folder, "night", ".yaml");
      Files.writeString(
          yaml, CONFIG.formatted(folder.resolve(log), folder.resolve("codebook"), USERS));
      return new Night.Options(
          NightlyConfigFile.read(yaml, set),
          store,
          Runner.DIRECT,
          2,
          List.of(),
          true,
          List.of("nightly", "night.yaml"),
          said::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Night.Outcome run(Path store, String log, Map<String, String> set) {
    return Night.run(options(store, log, set, new ArrayList<>()));
  }

  private static NightManifest manifest(Night.Outcome night) {
    return NightManifest.read(night.folder().resolve(NightManifest.FILE_NAME));
  }

  private static String id(Night.Outcome night) {
    return night.folder().getFileName().toString();
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path cells(Night.Outcome night) {
    return night.folder().resolve("comparison").resolve(CellsFile.FILE_NAME);
  }

  /** A copy of the store. */
  private static Path copy(String name) throws IOException {
    Path to = folder.resolve(name);
    copy(store, to);
    return to;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
  }

  /** The copy of a store in which a night never was. */
  private static Path copyWithout(String name, Night.Outcome night) throws IOException {
    Path to = copy(name);
    Publication.deleteTree(to.resolve("runs").resolve(id(night)));
    Publication.deleteTree(to.resolve("index").resolve(id(night) + ".arrow"));
    return to;
  }

  @Test
  void aFirstNightPassesUnseenIfTheConfigurationSaysSo() {
    assertThat(first.report().verdict()).isEqualTo(Verdict.PASS);
    assertThat(first.report().exitCode()).isZero();
    assertThat(first.report().firstRun()).isTrue();
    assertThat(first.report().baseline()).isNull();
    assertThat(first.report().notes()).anyMatch(note -> note.contains("first run"));
    Finding margin = finding(first.report(), null);
    assertThat(margin.unseen()).isTrue();
    assertThat(margin.reason()).contains("first run");
    assertThat(finding(first.report(), "exact").unseen()).as("against an arm of its own").isFalse();
    NightManifest manifest = manifest(first);
    assertThat(manifest.firstRun()).isTrue();
    assertThat(manifest.baselineSystem()).isNull();
    assertThat(manifest.baselineNight()).isNull();
    assertThat(manifest.verdict()).isEqualTo("PASS");
    assertThat(manifest.dataDigest()).isEqualTo(Dataset.open(folder.resolve("log1")).digest());
  }

  /** The finding against an arm of the same run, or, for null, against the baseline run. */
  private static Finding finding(GateReport report, String against) {
    return report.findings().stream()
        .filter(f -> f.metric().equals("recall@5"))
        .filter(f -> (against == null) == f.formula().contains("baseline run"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aFirstNightDoesNotRunIfTheConfigurationDoesNotLetIt() {
    Night.Outcome night =
        run(folder.resolve("strict-store"), "log1", Map.of("gate.first-run", "did-not-run"));
    assertThat(night.report().verdict()).isEqualTo(Verdict.DID_NOT_RUN);
    assertThat(night.report().exitCode()).isEqualTo(2);
    assertThat(finding(night.report(), null).reason()).contains("first run");
    assertThat(finding(night.report(), "exact").verdict()).isEqualTo(Verdict.PASS);
  }

  @Test
  void theSecondNightIsComparedWithTheKeptSystemThoughItsFolderWasReplaced() {
    NightManifest before = manifest(first);
    NightManifest manifest = manifest(second);
    assertThat(manifest.system()).isNotEqualTo(before.system());
    assertThat(manifest.baselineSystem()).isEqualTo(before.system());
    assertThat(manifest.baselineNight()).isEqualTo(before.nightId());
    assertThat(manifest.firstRun()).isFalse();
    assertThat(second.report().verdict()).isEqualTo(Verdict.PASS);
    assertThat(finding(second.report(), null).unseen()).isFalse();
    assertThat(finding(second.report(), null).users()).isPositive();
    String baseline =
        RunFolder.open(second.folder().resolve("baseline")).manifest().codebooks().get(0).digest();
    assertThat(baseline)
        .isEqualTo(
            RunFolder.open(first.folder().resolve("candidate"))
                .manifest()
                .codebooks()
                .get(0)
                .digest())
        .isNotEqualTo(
            RunFolder.open(second.folder().resolve("candidate"))
                .manifest()
                .codebooks()
                .get(0)
                .digest());
    assertThat(store.resolve("systems").resolve(before.system()).resolve("system.json")).exists();
    assertThat(store.resolve("systems").resolve(manifest.system()).resolve("system.json")).exists();
  }

  @Test
  void aPlantedRegressionFailsAndItsCodebookIsTheFirstCause() throws IOException {
    assertThat(third.report().verdict()).isEqualTo(Verdict.FAIL);
    assertThat(third.report().exitCode()).isEqualTo(1);
    Finding failed = finding(third.report(), null);
    assertThat(failed.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(failed.high()).as("the whole interval is beyond it").isLessThan(-0.1);
    assertThat(manifest(third).baselineNight()).isEqualTo(id(second));
    String summary = Files.readString(third.folder().resolve("summary.md"));
    assertThat(summary).contains("FAIL");
    List<String> causes =
        summary.lines().filter(line -> line.contains("→") && line.contains("changes")).toList();
    assertThat(causes.size()).as(summary).isGreaterThan(1);
    assertThat(causes.get(0)).contains("codebook of pq4");
    assertThat(Files.readString(third.page())).contains("codebook of pq4", "FAIL");
    assertThat(Files.readString(third.folder().resolve("junit.xml"))).contains("<failure");
    assertThat(Files.readString(third.trend())).contains(id(first), id(second), id(third));
    assertThat(store.resolve("work").resolve(id(third))).doesNotExist();
  }

  @Test
  void aFailedNightIsNoBaseline() {
    simulate("log4", 5, 4 * USERS);
    List<String> plan = Night.describe(options(store, "log4", Map.of(), new ArrayList<>()));
    assertThat(plan).anyMatch(line -> line.contains("of night " + id(second)));
    assertThat(plan).anyMatch(line -> line.contains(manifest(second).system().substring(0, 8)));
  }

  @Test
  void aDryRunDoesNothing() throws IOException {
    Path none = folder.resolve("dry-store");
    List<String> plan = Night.describe(options(none, "log1", Map.of(), new ArrayList<>()));
    assertThat(String.join("\n", plan))
        .contains(USERS + " users", "no baseline yet: a first run", "2 counts and 2 rules");
    assertThat(none.resolve("work")).doesNotExist();
    assertThat(none.resolve("systems")).doesNotExist();
    assertThat(RunStore.open(none).list().runs()).isEmpty();
    assertThat(Night.describe(options(store, "log3", Map.of(), new ArrayList<>())))
        .anyMatch(line -> line.contains("in the store already"));
  }

  @Test
  void aTinyMarginIsNotEnoughEvidence() throws IOException {
    Path other = copyWithout("tiny-store", third);
    quantize("other-codebook", "log1", 6, 3);
    Night.Outcome night =
        run(
            other,
            "log3",
            Map.of(
                "candidate.codebooks",
                folder.resolve("other-codebook").toString(),
                "gate.rules",
                "[{metric: recall@5, arms: pq4, margin: 0.000001}]"));
    assertThat(night.report().verdict()).isEqualTo(Verdict.NOT_ENOUGH_EVIDENCE);
    assertThat(night.report().exitCode()).isEqualTo(3);
    Finding finding = finding(night.report(), null);
    assertThat(finding.low()).isLessThan(-0.000001);
    assertThat(finding.high()).isGreaterThan(-0.000001);
  }

  @Test
  void countsThatAreNotMetDoNotRun() {
    Night.Outcome night =
        run(folder.resolve("count-store"), "log1", Map.of("expect.users", "{at-least: 1000}"));
    assertThat(night.report().verdict()).isEqualTo(Verdict.DID_NOT_RUN);
    assertThat(night.report().exitCode()).isEqualTo(2);
    assertThat(night.report().findings())
        .filteredOn(finding -> finding.metric().equals("recall@5"))
        .hasSize(2)
        .allMatch(finding -> finding.verdict() == Verdict.DID_NOT_RUN)
        .allMatch(finding -> finding.reason().contains("users: found 40, expected ≥ 1000"));
  }

  /** Killed after the candidate's replay, before the move into the store, and after it. */
  @ParameterizedTest
  @ValueSource(strings = {"candidate", "night.json", "moved"})
  void aKilledNightGoesOnWhereItWasLeft(String last) throws IOException {
    Path other = copyWithout("killed-" + last, third);
    Path work = other.resolve("work").resolve(id(third));
    Path there = last.equals("moved") ? other.resolve("runs").resolve(id(third)) : work;
    Files.createDirectories(there);
    List<String> order =
        List.of(
            ".started",
            "candidate",
            "baseline",
            "comparison",
            "gate.json",
            "junit.xml",
            "summary.md",
            "report",
            "night.json",
            "moved");
    for (String name : order.subList(0, order.indexOf(last) + 1)) {
      if (!name.equals("moved")) {
        copy(third.folder().resolve(name), there.resolve(name));
      }
    }
    if (there.equals(work)) {
      Path partial = Files.createDirectory(work.resolve(".baseline.partial-99-0"));
      Files.writeString(partial.resolve("outcomes-00000.arrow"), "half");
    }
    List<String> said = new ArrayList<>();
    Night.Outcome night = Night.run(options(other, "log3", Map.of(), said));

    assertThat(id(night)).isEqualTo(id(third));
    assertThat(bytes(cells(night))).isEqualTo(bytes(cells(third)));
    for (String run : List.of("candidate", "baseline")) {
      assertThat(bytes(night.folder().resolve(run).resolve(CellsFile.FILE_NAME)))
          .isEqualTo(bytes(third.folder().resolve(run).resolve(CellsFile.FILE_NAME)));
    }
    assertThat(night.report().verdict()).isEqualTo(Verdict.FAIL);
    assertThat(night.report().findings()).isEqualTo(third.report().findings());
    assertThat(manifest(night).started()).isEqualTo(manifest(third).started());
    assertThat(work).doesNotExist();
    assertThat(night.folder().resolve(".baseline.partial-99-0")).doesNotExist();
    assertThat(RunStore.open(other).list().skipped()).isEmpty();
    assertThat(RunStore.open(other).contains(id(third))).isTrue();
    if (last.equals("moved")) {
      assertThat(bytes(night.folder().resolve("night.json")))
          .isEqualTo(bytes(third.folder().resolve("night.json")));
    } else {
      assertThat(said).anyMatch(line -> line.contains("goes on where it was left"));
      assertThat(manifest(night).steps())
          .filteredOn(NightManifest.Step::resumed)
          .extracting(NightManifest.Step::name)
          .startsWith("replay candidate")
          .hasSize(last.equals("candidate") ? 1 : 3);
    }
  }

  @Test
  void aStoredNightIsNotRunAgain() throws IOException {
    byte[] before = bytes(third.folder().resolve("night.json"));
    List<String> said = new ArrayList<>();
    Night.Outcome again = Night.run(options(store, "log3", Map.of(), said));
    assertThat(said).containsExactly("night " + id(third) + " is in the store already");
    assertThat(again.folder()).isEqualTo(third.folder());
    assertThat(again.report()).isEqualTo(third.report());
    assertThat(again.report().exitCode()).isEqualTo(1);
    assertThat(bytes(third.folder().resolve("night.json"))).isEqualTo(before);
    assertThat(store.resolve("work").resolve(id(third))).doesNotExist();
  }

  @Test
  void aSecondCommandIsRefusedWhileOneIsAtWork() {
    try (ExclusiveLock lock = ExclusiveLock.acquire(store.resolve("nightly.lock"), "the other")) {
      assertThat(lock).isNotNull();
      assertThatThrownBy(() -> run(store, "log3", Map.of()))
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("another run is at work")
          .hasMessageContaining("the other");
    }
    assertThat(run(store, "log3", Map.of()).report().exitCode()).isEqualTo(1);
  }

  @Test
  void aBaselineOfAnotherCatalogueCannotBeComparedWith() throws IOException {
    Path other = copyWithout("catalogue-store", third);
    simulate("other-world", 6, 0);
    Path own = quantize("other-world-codebook", "other-world", 6, 1);
    Map<String, String> set = Map.of("candidate.codebooks", own.toString());
    for (Map<String, String> baseline :
        List.of(
            Map.of("strict", "false"), // the last good night's
            Map.of(
                "baseline",
                "{codebooks: " + codebook + ", arms: [exact, pq4], reference: exact}"))) {
      Map<String, String> all = new HashMap<>(set);
      all.putAll(baseline);
      Night.Outcome night = run(other, "other-world", all);
      assertThat(night.report().verdict()).isEqualTo(Verdict.DID_NOT_RUN);
      assertThat(finding(night.report(), null).verdict()).isEqualTo(Verdict.DID_NOT_RUN);
      assertThat(finding(night.report(), null).reason())
          .contains("the baseline cannot be replayed", "catalogue");
      assertThat(finding(night.report(), "exact").verdict())
          .as("what needs no baseline is judged")
          .isEqualTo(Verdict.PASS);
      assertThat(night.report().firstRun()).isFalse();
    }
  }

  @Test
  void aCorruptNightIsSkippedAndNamed() throws IOException {
    Path other = copyWithout("corrupt-store", third);
    Path manifest = other.resolve("runs").resolve(id(second)).resolve("night.json");
    Files.writeString(manifest, "{\"schema_version\": 1, \"nig");
    List<String> said = new ArrayList<>();
    List<String> plan = Night.describe(options(other, "log3", Map.of(), said));
    assertThat(said).anyMatch(line -> line.contains("skipped") && line.contains(id(second)));
    assertThat(plan).anyMatch(line -> line.contains("of night " + id(first)));

    Files.write(other.resolve("index").resolve(id(second) + ".arrow"), new byte[] {1, 2, 3});
    said.clear();
    plan = Night.describe(options(other, "log3", Map.of(), said));
    assertThat(said).anyMatch(line -> line.contains("skipped") && line.contains(id(second)));
    assertThat(plan).anyMatch(line -> line.contains("of night " + id(first)));
  }

  @Test
  void aKeptSystemThatIsGoneIsNoBaseline() throws IOException {
    Path other = copyWithout("gone-store", third);
    Publication.deleteTree(other.resolve("systems").resolve(manifest(second).system()));
    assertThat(Night.describe(options(other, "log3", Map.of(), new ArrayList<>())))
        .anyMatch(line -> line.contains("the baseline cannot be replayed"));
  }

  @Test
  void aStoreThatCannotBeWrittenIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("a-file"), "no folder");
    assertThatThrownBy(() -> run(file, "log1", Map.of()))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(file.toString());
    assertThatThrownBy(() -> run(file.resolve("below"), "log1", Map.of()))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(file.toString());
    assertThat(file).hasContent("no folder");
  }

  @Test
  void badInputIsRefusedBeforeAnythingIsReplayed() {
    Path none = folder.resolve("refused-store");
    assertThatThrownBy(() -> run(none, "no-log", Map.of()))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("no-log");
    assertThatThrownBy(
            () -> run(none, "log1", Map.of("candidate.codebooks", folder.resolve("no").toString())))
        .hasMessageContaining(folder.resolve("no").toString());
    assertThat(none.resolve("work")).doesNotExist();
  }
}
