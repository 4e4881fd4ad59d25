package io.seminar.reports.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.sessions.DatasetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepFolderTest {
  private static final SweepPoint.Arm EXACT = new SweepPoint.Arm("exact", "", 0, 0, 512);
  private static final SweepPoint.Arm SDIM = new SweepPoint.Arm("sdim", "48x3", 0, 0, 12);
  private static final SweepPoint.Arm PQ4 = new SweepPoint.Arm("pq4", "16", 4, 4, 32.5);

  private static final SweepPoint.Key EXACT_KEY = new SweepPoint.Key(1000, 50, 20, 2, "exact");
  private static final SweepPoint.Key SDIM_KEY = new SweepPoint.Key(1000, 50, 20, 2, "sdim@48x3");
  private static final SweepPoint.Key PQ4_KEY =
      new SweepPoint.Key(10_000, 50, 20, 2, "pq4@16+refine4");

  private static final List<SweepPoint> POINTS =
      List.of(
          Sweeps.measured(EXACT_KEY, EXACT, 1, 250_000),
          Sweeps.measured(SDIM_KEY, SDIM, Double.NaN, 21_000),
          Sweeps.pruned(PQ4_KEY, PQ4, "slower and <less> faithful than \"pq4@8\""));

  private static final SweepLoad LOAD =
      new SweepLoad(
          EXACT_KEY,
          0.7,
          SweepLoad.Capacity.EXACT,
          2800,
          10_000,
          new SweepPoint.Quantiles(3e5, 7e5, 2.1e6, 9e6),
          new SweepPoint.Quantiles(2.5e5, 2.8e5, 3.2e5, Double.NaN),
          17);

  @TempDir Path folder;

  private static SweepManifest manifest(String id) {
    return Sweeps.manifest(
        id, Sweeps.machine("Processor", "Vendor VM 17.0.1"), List.of("Behaviours were borrowed."));
  }

  private SweepFolder complete(String name) {
    try (SweepFolder.Draft draft = SweepFolder.create(folder.resolve(name), false)) {
      return draft.complete(manifest(name), POINTS, List.of(LOAD));
    }
  }

  @Test
  void readsBackWhatWasWritten() {
    SweepFolder written = complete("sweep");
    assertThat(SweepFolder.isAt(written.path())).isTrue();
    SweepFolder read = SweepFolder.open(folder.resolve("sweep"));
    assertThat(read.manifest()).isEqualTo(written.manifest());
    assertThat(read.manifest().withFiles(List.of())).isEqualTo(manifest("sweep"));
    assertThat(read.points()).isEqualTo(POINTS);
    assertThat(read.loads()).containsExactly(LOAD);
  }

  @Test
  void everyNumberHasItsOwnColumn() {
    // Points whose numbers all differ: a column that is read into another's place shows.
    SweepPoint point =
        new SweepPoint(
            new SweepPoint.Key(1, 2, 3, 4, "arm"),
            new SweepPoint.Arm("kind", "size", 5, 6, 7),
            SweepPoint.Status.MEASURED,
            "reason",
            new SweepPoint.Fidelity(8, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
            new SweepPoint.Latency(9, 10, 11, new SweepPoint.Quantiles(12, 13, 14, 15), 16, 17, 18),
            new SweepPoint.Warmup(19, 20, true),
            new SweepPoint.Stages(21, 22, 23, 24, 24.25, 24.5, 25),
            new SweepPoint.Work(26, 27, 28, 29),
            new SweepPoint.Index(30, 31, 32));
    Path file = folder.resolve(PointsFile.FILE_NAME);
    PointsFile.write(file, List.of(point));
    assertThat(PointsFile.read(file)).containsExactly(point);
    assertThat(PointsFile.columns())
        .containsExactly(
            ("history_length keep targets heads arm kind size bits refine bytes_per_behaviour status"
                    + " reason requests recall recall_low recall_high mass_kept output_cosine"
                    + " output_rel_l2 samples forks mean_ns p50_ns p90_ns p99_ns p999_ns max_ns"
                    + " fork_p50_low_ns fork_p50_high_ns warmup_requests warmup_cv settled"
                    + " prepare_ns scan_ns select_ns rerank_ns copy_ns queue_ns attend_ns bytes_read allocated_bytes"
                    + " reranked_share scanned build_ns index_bytes shared_bytes")
                .split(" "));
    Object[] expected = {
      1L,
      2L,
      3L,
      4L,
      "arm",
      "kind",
      "size",
      5L,
      6L,
      7.0,
      "measured",
      "reason",
      8L,
      0.1,
      0.2,
      0.3,
      0.4,
      0.5,
      0.6,
      9L,
      10L,
      11.0,
      12.0,
      13.0,
      14.0,
      15.0,
      16.0,
      17.0,
      18.0,
      19L,
      20.0,
      true,
      21.0,
      22.0,
      23.0,
      24.0,
      24.25,
      24.5,
      25.0,
      26.0,
      27.0,
      28.0,
      29.0,
      30.0,
      31.0,
      32L
    };
    assertThat(PointsFile.values(point)).containsExactly(expected);
    assertThat(LoadsFile.values(LOAD)).hasSameSizeAs(LoadsFile.columns()).contains("exact", 17L);
  }

  @Test
  void bytesAreAFunctionOfThePoints() throws IOException {
    List<SweepPoint> turned = new ArrayList<>(POINTS);
    Collections.reverse(turned);
    PointsFile.write(folder.resolve("a"), POINTS);
    PointsFile.write(folder.resolve("b"), turned);
    assertThat(folder.resolve("b")).hasSameBinaryContentAs(folder.resolve("a"));
  }

  @Test
  void nothingHalfWrittenLooksFinished() throws IOException {
    Path out = folder.resolve("sweep");
    try (SweepFolder.Draft draft = SweepFolder.create(out, false)) {
      PointsFile.write(draft.path().resolve(PointsFile.FILE_NAME), POINTS);
      assertThatThrownBy(() -> SweepFolder.open(draft.path()))
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("sweep.json")
          .hasMessageContaining("a sweep gets this file last");
      assertThat(SweepFolder.isAt(draft.path())).isFalse();
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void refusesMissingTruncatedAndAlteredFilesByName() throws IOException {
    Path missing = complete("missing").path();
    Files.delete(missing.resolve(LoadsFile.FILE_NAME));
    Path cut = complete("cut").path().resolve(PointsFile.FILE_NAME);
    Files.write(cut, java.util.Arrays.copyOf(Files.readAllBytes(cut), 99));
    Path altered = complete("altered").path().resolve(PointsFile.FILE_NAME);
    byte[] bytes = Files.readAllBytes(altered);
    bytes[bytes.length / 2] ^= 1;
    Files.write(altered, bytes);
    for (String[] expected :
        new String[][] {
          {"missing", "no loads.arrow"},
          {"cut", "points.arrow of 99 bytes instead of"},
          {"altered", "points.arrow, SHA-256: found "},
        }) {
      assertThatThrownBy(() -> SweepFolder.open(folder.resolve(expected[0])))
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining(expected[1]);
    }
  }

  @Test
  void manifestNamesTheKeyThatIsWrong() throws IOException {
    Path file = complete("sweep").path().resolve(SweepManifest.FILE_NAME);
    String json = Files.readString(file);
    for (String[] change :
        new String[][] {
          {"\"schema_version\" : 1", "\"schema_version\" : 2", "schema_version"},
          {"\"forks\" : 3", "\"forks\" : \"three\"", "measuring.forks"},
          {"\"sweep_id\" : \"sweep\",", "", "sweep_id: found no such key"},
          {"\"sweep_id\"", "\"colour\" : 1,\n  \"sweep_id\"", "colour"},
          {"\"notes\" : [ \"Behaviours were borrowed.\" ]", "\"x\" : 1", "x"},
        }) {
      assertThat(json).contains(change[0]);
      Files.writeString(file, json.replace(change[0], change[1]));
      assertThatThrownBy(() -> SweepManifest.read(file))
          .as(change[1])
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("sweep.json")
          .hasMessageContaining(change[2]);
    }
  }

  @Test
  void refusesToReplaceWhatIsNoSweep() throws IOException {
    Path sweep = complete("sweep").path();
    assertThatThrownBy(() -> SweepFolder.create(sweep, false))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("something there already");
    try (SweepFolder.Draft draft = SweepFolder.create(sweep, true)) {
      draft.complete(manifest("second"), POINTS, List.of());
    }
    assertThat(SweepFolder.open(sweep).manifest().sweepId()).isEqualTo("second");
    assertThat(SweepFolder.open(sweep).loads()).isEmpty();
    Path precious = Files.createDirectory(folder.resolve("home"));
    Files.writeString(precious.resolve("thesis.txt"), "years of work");
    assertThatThrownBy(() -> SweepFolder.create(precious, true))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("something else than a sweep (thesis.txt)");
  }

  @Test
  void refusesContradictions() {
    SweepLoad stray =
        new SweepLoad(
            PQ4_KEY,
            0.5,
            SweepLoad.Capacity.OWN,
            100,
            10,
            SweepPoint.Quantiles.NONE,
            SweepPoint.Quantiles.NONE,
            1);
    try (SweepFolder.Draft draft = SweepFolder.create(folder.resolve("sweep"), false)) {
      assertThatThrownBy(() -> draft.complete(manifest("sweep"), POINTS, List.of(stray)))
          .hasMessageContaining("pq4@16+refine4");
      assertThatThrownBy(
              () ->
                  draft.complete(
                      manifest("sweep"), List.of(POINTS.get(0), POINTS.get(0)), List.of()))
          .hasMessageContaining("two points for one key");
      assertThatThrownBy(() -> draft.complete(manifest("sweep"), POINTS, List.of(LOAD, LOAD)))
          .hasMessageContaining("two rows for one load");
    }
    assertThatThrownBy(() -> Sweeps.measured(EXACT_KEY, EXACT, 1.2, 1))
        .hasMessageContaining("recall: found 1.2");
    assertThatThrownBy(() -> Sweeps.measured(EXACT_KEY, EXACT, 1, Double.NaN))
        .hasMessageContaining("expected samples and a median");
    assertThatThrownBy(() -> Sweeps.pruned(EXACT_KEY, EXACT, null))
        .hasMessageContaining("found no reason");
    assertThatThrownBy(() -> new SweepPoint.Quantiles(2, Double.NaN, 1, Double.NaN))
        .hasMessageContaining("do not fall");
  }

  @Test
  void readsTheCachesThatTheSystemDescribes() throws IOException {
    String[][] described = {
      {"index0", "1", "Data", "48K", "0"},
      {"index1", "1", "Instruction", "32K", "0"},
      {"index3", "3", "Unified", "32768K", "0-1"},
      {"index2", "2", "Unified", "1024K", "0"},
    };
    for (String[] cache : described) {
      Path index = Files.createDirectory(folder.resolve(cache[0]));
      Files.writeString(index.resolve("level"), cache[1] + "\n");
      Files.writeString(index.resolve("type"), cache[2] + "\n");
      Files.writeString(index.resolve("size"), cache[3] + "\n");
      Files.writeString(index.resolve("shared_cpu_list"), cache[4] + "\n");
    }
    Files.writeString(folder.resolve("uevent"), "");
    assertThat(Caches.of(folder))
        .containsExactly("L1 48 KiB", "L2 1024 KiB", "L3 32768 KiB, shared by processors 0-1");
    assertThat(Caches.of(folder.resolve("absent"))).isEmpty();
  }
}
