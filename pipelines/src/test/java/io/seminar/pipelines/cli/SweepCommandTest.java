package io.seminar.pipelines.cli;

import static io.seminar.pipelines.cli.SeminarTest.seminar;
import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.pipelines.replay.RandomDataset;
import io.seminar.reports.store.SweepFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepCommandTest {
  @TempDir static Path folder;
  private static Path data;
  private static Path config;

  @BeforeAll
  static void write() throws IOException {
    data = new RandomDataset(1, 60, 5).history(5, 20).pages(2, 4).write(folder.resolve("d"), 15);
    config =
        Files.writeString(
            folder.resolve("sweep.yaml"),
            """
            schema-version: 1
            data: nowhere
            grid: {arms: [exact, recent], history: 30, keep: 5, targets: 2}
            measure:
              requests: 3
              forks: 1
              samples: 20
              warm-up: {stretches: 5}
              loads: []
              jvm-flags: [-Dseminar.kernels=scalar]
            """);
  }

  @Test
  void aDryRunListsThePoints() {
    var output = seminar("sweep", config, "--dry-run", "--data", data, "--set", "grid.keep=[5, 7]");
    output.assertDone();
    assertThat(output.out())
        .contains("L = 30, K = 5, 2 targets: exact, recent")
        .contains("L = 30, K = 7, 2 targets: exact, recent")
        .contains("4 points in 2 cases");
  }

  @Test
  void whatCannotRunIsRefusedInAWord() {
    seminar("sweep", config, "--dry-run").assertRefused("nowhere");
    seminar("sweep", config, "--data", data).assertRefused("--out");
    seminar("sweep", config, "--data", data, "--dry-run", "--set", "grid.kepe=3")
        .assertRefused("grid.kepe", "unknown key", "keep");
    seminar("sweep", folder.resolve("none.yaml"), "--dry-run").assertRefused("none.yaml");
    seminar("sweep", config, "--data", data, "--threads", "0", "--out", folder.resolve("x"))
        .assertRefused("--threads is 0");
  }

  @Test
  void aSweepIsMeasuredAndItsNumbersPrinted() {
    Path out = folder.resolve("out");
    var output = seminar("sweep", config, "--data", data, "--out", out, "--quiet", "--seed", "7");
    output.assertDone();
    assertThat(output.out())
        .contains("arm")
        .contains("1.0000")
        .contains("2 points measured, 0 pruned, 0 loads")
        .contains(out.toString());
    assertThat(out.resolve("report").resolve("index.html")).isRegularFile();
    SweepFolder sweep = SweepFolder.open(out);
    assertThat(sweep.manifest().measuring().seed()).isEqualTo(7);
    assertThat(sweep.points()).hasSize(2);
    seminar("sweep", config, "--data", data, "--out", out, "--quiet")
        .assertRefused("something there already");
  }
}
