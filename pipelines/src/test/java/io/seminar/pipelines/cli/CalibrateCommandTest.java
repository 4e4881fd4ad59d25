package io.seminar.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.pipelines.replay.RandomDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrateCommandTest {
  @TempDir Path folder;

  @Test
  void itPrintsRulesToCopyAndLeavesThePage() throws IOException {
    Path data = new RandomDataset(2, 100, 10).pages(3, 6).write(folder.resolve("data"), 60);
    Path yaml =
        Files.writeString(
            folder.resolve("night.yaml"),
            String.join(
                "\n",
                "schema-version: 1",
                "data: " + data,
                "candidate: {arms: [exact, recent]}",
                "baseline: none",
                "statistics: {replicates: 100}",
                "gate: {rules: [{metric: gauc, arms: recent, margin: 0.0001}]}",
                ""));
    Path store = folder.resolve("store");
    SeminarTest.Output output =
        SeminarTest.seminar("nightly", yaml, "--store", store, "--calibrate", "--quiet");
    output.assertDone();
    assertThat(output.out())
        .contains("of 500 unchanged nights")
        .contains("  - {metric: gauc, arms: \"recent\", slices: \"all\", margin: ")
        .contains("service_ms")
        .contains("index.html");
    assertThat(store.resolve("calibration")).isDirectoryContaining("glob:**");
    assertThat(store.resolve("runs"))
        .satisfiesAnyOf(
            runs -> assertThat(runs).doesNotExist(), runs -> assertThat(runs).isEmptyDirectory());
    SeminarTest.Output both =
        SeminarTest.seminar("nightly", yaml, "--store", store, "--calibrate", "--dry-run");
    assertThat(both.code()).isEqualTo(2);
    assertThat(both.err()).contains("--calibrate and --dry-run");
  }
}
