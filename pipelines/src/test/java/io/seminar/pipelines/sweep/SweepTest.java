package io.seminar.pipelines.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.seminar.network.checkpoint.Stage;
import io.seminar.network.examples.TimeSplit;
import io.seminar.network.model.Architecture;
import io.seminar.pipelines.replay.RandomDataset;
import io.seminar.pipelines.replay.TestNetworks;
import io.seminar.reports.store.SweepFolder;
import io.seminar.reports.store.SweepLoad;
import io.seminar.reports.store.SweepPoint;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole sweep, as small as it can be: the forks are real. */
class SweepTest {
  private static final String CONFIG =
      """
      schema-version: 1
      data: DATA
      train-on: all
      grid:
        arms: [exact, recent, "pq@{3,12}", pq@3+refine16, pq-sdc@3]
        always: [pq@3+refine16]
        history: [150]
        keep: [10]
        targets: [1, 6]
        batch: [2, 32]
      measure:
        requests: 12
        histories: 5
        forks: 1
        samples: 100
        seconds: 0.2
        warm-up: {cv: 0.2, stretches: 8, seconds: 0.2}
        prune-margin: 1.2
        loads: [0.5]
        load-seconds: 0.1
        jvm-flags: [-Dseminar.kernels=scalar, -XX:+UseSerialGC, -XX:TieredStopAtLevel=1]
      """;

  @TempDir static Path folder;
  private static Path data;
  private static SweepFolder sweep;
  private static Map<SweepPoint.Key, SweepPoint> points;

  private static SweepPlan plan(String yaml, Map<String, String> overrides) throws IOException {
    Path file =
        Files.writeString(folder.resolve("sweep.yaml"), yaml.replace("DATA", data.toString()));
    return new SweepPlan(SweepConfigFile.read(file, overrides));
  }

  private static Sweep.Options options(String out) {
    return new Sweep.Options(
        folder.resolve(out), false, true, 1, List.of("sweep", "sweep.yaml", "--out", out));
  }

  @BeforeAll
  static void runOnce() throws IOException {
    data =
        new RandomDataset(3, 400, 20).history(20, 60).pages(3, 4).write(folder.resolve("data"), 30);
    sweep = Sweep.run(plan(CONFIG, Map.of()), options("out"));
    points = sweep.points().stream().collect(Collectors.toMap(SweepPoint::key, p -> p));
  }

  private static SweepPoint point(int targets, String arm) {
    return points.get(new SweepPoint.Key(150, 10, targets, 1, arm));
  }

  @Test
  void everyPointIsThere() throws IOException {
    assertThat(sweep.points()).hasSize(6 + 12);
    assertThat(point(6, "recent:batch2")).isNotNull();
    assertThat(point(1, "recent:batch2")).as("one target is one pass").isNull();
    assertThat(SweepFolder.open(folder.resolve("out")).points()).isEqualTo(sweep.points());
    try (Stream<Path> left = Files.list(folder.resolve("out"))) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("sweep.json", "points.arrow", "loads.arrow");
    }
  }

  @Test
  void exactAttentionRecallsAllAndTheRestWhatTheyCan() {
    for (SweepPoint point : sweep.points()) {
      SweepPoint.Fidelity fidelity = point.fidelity();
      assertThat(fidelity.requests()).isEqualTo(12);
      assertThat(fidelity.recall()).isBetween(0.0, 1.0);
      assertThat(fidelity.recallLow()).isLessThanOrEqualTo(fidelity.recall());
      assertThat(fidelity.recallHigh()).isGreaterThanOrEqualTo(fidelity.recall());
      assertThat(fidelity.massKept()).isBetween(0.0, 1.0);
      assertThat(fidelity.outputCosine()).isBetween(-1.0, 1.0);
      if (point.key().arm().startsWith("exact")) {
        assertThat(fidelity.recall()).isEqualTo(1);
        assertThat(point.measured()).as("never pruned").isTrue();
      }
      if (point.key().arm().startsWith("pq@3+refine16")) {
        assertThat(fidelity.recall()).as("16 K are all 150").isEqualTo(1);
        assertThat(point.measured()).as("always").isTrue();
        assertThat(point.work().rerankedShare()).isEqualTo(1);
        assertThat(point.arm().refine()).isEqualTo(16);
      }
    }
    assertThat(point(6, "recent").fidelity().recall()).isLessThan(0.5);
    assertThat(point(6, "recent").fidelity()).isEqualTo(point(6, "recent:batch2").fidelity());
    assertThat(point(6, "pq@12").fidelity().recall())
        .isGreaterThan(point(6, "pq@3").fidelity().recall());
  }

  @Test
  void whatIsMeasuredIsWholeAndAllocatesNothing() {
    assertThat(sweep.points()).anyMatch(SweepPoint::measured);
    for (SweepPoint point : sweep.points()) {
      if (!point.measured()) {
        assertThat(point.reason()).contains("times as slow in the probe as");
        continue;
      }
      SweepPoint.Latency latency = point.latency();
      assertThat(latency.samples()).isBetween(20L, 100L);
      assertThat(latency.forks()).isEqualTo(1);
      assertThat(latency.quantiles().p50()).isPositive().isEqualTo(latency.forkP50Low());
      assertThat(Double.isNaN(latency.quantiles().p90())).isEqualTo(latency.samples() < 100);
      assertThat(latency.quantiles().p99()).as("too few samples").isNaN();
      assertThat(latency.quantiles().p999()).isNaN();
      assertThat(latency.maxNanos()).isGreaterThanOrEqualTo(latency.quantiles().p50());
      assertThat(point.work().allocatedBytes()).as("%s allocates", point.key()).isZero();
      assertThat(point.warmup().requests()).isPositive();
      assertThat(point.warmup().requests() % 5).as("whole rounds").isZero();
      assertThat(point.stages().attendNanos()).isPositive();
    }
  }

  @Test
  void costsAreCounted() {
    SweepPoint exact = point(6, "exact");
    // 24 floats of a key: 5 of the query, 12 and 7 of the item's modalities.
    assertThat(exact.arm().bytesPerBehaviour()).isEqualTo(24 * 4);
    assertThat(exact.work().scanned()).isEqualTo(6 * 150);
    assertThat(exact.work().bytesRead()).isEqualTo(150 * 24 * 4);
    assertThat(point(6, "exact:batch2").work().bytesRead())
        .as("three passes")
        .isEqualTo(3 * 150 * 24 * 4);
    SweepPoint refined = point(6, "pq@3+refine16");
    assertThat(refined.arm().kind()).isEqualTo("pq");
    assertThat(refined.arm().size()).isEqualTo("3");
    assertThat(refined.arm().bits()).isEqualTo(8);
    assertThat(refined.arm().bytesPerBehaviour())
        .as("a byte of code a field and a factor")
        .isEqualTo(3 + 4);
    assertThat(refined.index().bytes()).isEqualTo(3 + 4);
    assertThat(refined.index().buildNanos()).isPositive();
    assertThat(refined.index().sharedBytes()).isGreaterThan(420 * 3L);
    assertThat(exact.index().sharedBytes()).isZero();
  }

  @Test
  void loadsAreOfferedToTheFrontAndToExactAttention() {
    assertThat(sweep.loads())
        .extracting(load -> load.key().targets() + " " + load.key().arm())
        .contains("1 exact", "6 exact")
        .doesNotHaveDuplicates();
    for (SweepLoad load : sweep.loads()) {
      assertThat(load.load()).isEqualTo(0.5);
      assertThat(load.loadOf()).isEqualTo(SweepLoad.Capacity.EXACT);
      double capacity = 1e9 / point(load.key().targets(), "exact").latency().meanNanos();
      assertThat(load.offeredPerSecond()).isEqualTo(0.5 * capacity);
      assertThat(load.samples()).isBetween(1L, 100L);
      assertThat(load.maxBacklog()).isBetween(1L, 100L);
      if (load.samples() >= 20) {
        assertThat(load.response().p50()).isGreaterThanOrEqualTo(load.service().p50());
      }
    }
  }

  @Test
  void theManifestSaysWhereTheNumbersComeFrom() {
    var manifest = sweep.manifest();
    assertThat(manifest.command().name()).isEqualTo("sweep");
    assertThat(manifest.command().configuration()).containsEntry("measure.samples", 100);
    assertThat(manifest.data().digest()).isEqualTo(Dataset.open(data).digest());
    assertThat(manifest.machine().flags())
        .as("those of the forks")
        .anyMatch(flag -> flag.startsWith("-Xmx"));
    assertThat(manifest.codebooks())
        .extracting(codebook -> codebook.arm() + " " + codebook.path())
        .contains("pq@3 null", "pq@12 null");
    assertThat(manifest.kinds()).containsOnlyKeys("exact", "recent", "pq", "pq-sdc");
    assertThat(manifest.notes())
        .anyMatch(note -> note.matches("L = 150: 12 requests of 12 users; \\d+.*borrowed.*"))
        .anyMatch(note -> note.matches("Pages of 6 targets: .* drawn from the catalogue.*"))
        .anyMatch(note -> note.startsWith("A codebook of 3 bytes"))
        .anyMatch(note -> note.startsWith("One thread is measured"))
        .anyMatch(note -> note.startsWith("Open loop"))
        .anyMatch(note -> note.contains(":batchN"));
  }

  @Test
  void aNetworksAttentionIsMeasuredWithAsManyKeptAsAsked() throws IOException {
    Path network = folder.resolve("network");
    TestNetworks.write(
        network,
        data,
        TestNetworks.spec(Architecture.SEMINAR, 3, 7),
        new TimeSplit(1_010_000, 1_020_000),
        Stage.FINETUNED,
        5);
    SweepFolder folded =
        Sweep.run(
            plan(
                CONFIG,
                Map.of(
                    "model", network.toString(),
                    "grid.arms", "[exact, recent]",
                    "grid.always", "[]",
                    "grid.targets", "2",
                    "grid.batch", "32",
                    "grid.keep", "[4]",
                    "grid.history", "[40]",
                    "measure.loads", "[]")),
            options("network-out"));
    assertThat(folded.points()).hasSize(2);
    assertThat(folded.loads()).isEmpty();
    SweepPoint exact = folded.points().get(0);
    assertThat(exact.key()).isEqualTo(new SweepPoint.Key(40, 4, 2, 3, "exact"));
    assertThat(exact.fidelity().recall()).isEqualTo(1);
    assertThat(exact.work().scanned()).isEqualTo(2 * 3 * 40);
    assertThat(folded.manifest().models()).hasSize(1);
  }

  @Test
  void aPlanSaysWhatWouldBeDoneAndRefusesWhatCannotBe() throws IOException {
    assertThat(plan(CONFIG, Map.of()).describe())
        .contains(
            "L = 150, K = 10, 1 target: exact, recent, pq@3, pq@12, pq@3+refine16, pq-sdc@3",
            "codebook to train: 3 bytes (pq, 8 bits)",
            "codebook to train: 12 bytes (pq, 8 bits)")
        .last()
        .asString()
        .startsWith("18 points in 2 cases, each in 1 fork; about ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan(CONFIG, Map.of("grid.arms", "[exat]", "grid.always", "[]")))
        .withMessageContaining("exat");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan(CONFIG, Map.of("grid.arms", "[oracle]", "grid.always", "[]")))
        .withMessageContaining("oracle");
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> plan(CONFIG, Map.of("data", folder.resolve("none").toString())))
        .withMessageContaining("none");
    SweepPlan tooLong = plan(CONFIG, Map.of("grid.history", "[10000000]"));
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Sweep.run(tooLong, options("out")))
        .withMessageContaining("something there already");
  }
}
