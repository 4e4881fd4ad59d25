package io.seminar.pipelines.cli;

import static io.seminar.pipelines.cli.SeminarTest.seminar;
import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.pipelines.cli.SeminarTest.Output;
import io.seminar.pipelines.replay.RandomDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code compare}, {@code plan} and {@code nightly} as a script sees them. */
class NightlyCommandsTest {
  @TempDir static Path folder;
  private static Path data;
  private static Path run;
  private static Path config;

  @BeforeAll
  static void replayOnce() throws IOException {
    data = new RandomDataset(41, 300, 10).history(10, 40).pages(3, 6).write(d("data"), 40);
    run = d("run");
    seminar(
            "replay",
            "--data",
            data,
            "--out",
            run,
            "--arms=exact,recent",
            "--recall-at=5",
            "--page-at=3",
            "--replicates=30",
            "--groups=10",
            "--flips=99",
            "--threads=2",
            "--quiet")
        .assertDone();
    config =
        Files.writeString(
            d("night.yaml"),
            """
            schema-version: 1
            data: %s
            candidate: {arms: [exact, recent]}
            replay: {recall-at: 5, page-at: 3}
            statistics: {replicates: 40, groups: 10, flips: 99}
            gate:
              first-run: passes
              rules:
                - {metric: recall@5, arms: recent, at-least: 0.0001}
                - {metric: recall@5, arms: recent, margin: 0.1}
            """
                .formatted(data));
  }

  private static Path d(String name) {
    return folder.resolve(name);
  }

  @Test
  void comparesAndPlans() {
    Output compared =
        seminar(
                "compare",
                run,
                run,
                "--out",
                d("comparison"),
                "--replicates=20",
                "--groups=5",
                "--flips=19",
                "--threads=1",
                "--quiet")
            .assertDone();
    List<String> lines = compared.out().lines().toList();
    assertThat(lines.get(0)).isEqualTo(d("comparison").toString());
    assertThat(Path.of(lines.get(1))).isRegularFile();
    seminar("compare", run, run, "--out", d("comparison"), "--quiet")
        .assertRefused("something there already");
    seminar("compare", run, data, "--quiet").assertRefused("run.json");
    seminar("compare", run, run, "--groups=1").assertRefused("--groups is 1");
    seminar("compare", run, run, "--interval=wald").assertRefused("--interval is wald");
    seminar("compare", run, run, "--level=95").assertRefused("--level is 95");

    Output planned =
        seminar("plan", run, "--metrics=gauc,mass_kept", "--difference=0.01").assertDone();
    assertThat(planned.out().lines().toList().get(0))
        .startsWith("metric")
        .contains("detectable", "users for 0.0100");
    assertThat(planned.out()).contains("recent", "exact", "found with probability 0.8");
    assertThat(planned.out()).as("only all").doesNotContain("item=");
    assertThat(seminar("plan", run, "--metrics=gauc", "--slices=*").assertDone().out())
        .contains("item=");
    seminar("plan", run, "--metrics=nothing").assertRefused("no difference of metrics [nothing]");
    seminar("plan", run, "--difference=-1").assertRefused("--difference is -1");
    seminar("plan", run, "--power=2").assertRefused("power");
    seminar("plan", data).assertRefused("run.json");
    // Of a run with itself nothing differs, so nothing has a standard error.
    seminar("plan", d("comparison")).assertRefused("no difference");
  }

  @Test
  void aNightEndsWithTheExitCodeOfItsVerdict() throws IOException {
    Path store = d("store");
    Output dry = seminar("nightly", config, "--store", store, "--dry-run", "--quiet").assertDone();
    assertThat(dry.out()).contains("40 users", "no baseline yet: a first run");
    assertThat(store.resolve("work")).doesNotExist();

    Path junit = d("ci/junit.xml");
    Path summary = d("ci/summary.md");
    Output night =
        seminar(
                "nightly",
                config,
                "--store",
                store,
                "--junit",
                junit,
                "--summary",
                summary,
                "--threads=2",
                "--quiet")
            .assertDone();
    List<String> lines = night.out().lines().toList();
    assertThat(lines.get(0)).isEqualTo("PASS");
    assertThat(Path.of(lines.get(1))).isRegularFile();
    assertThat(Path.of(lines.get(2))).isRegularFile();
    assertThat(junit).content().contains("<testsuite", "failures=\"0\"", "errors=\"0\"");
    assertThat(summary).content().contains("PASS");

    Output failed =
        seminar(
            "nightly",
            config,
            "--store",
            store,
            "--quiet",
            "--threads=2",
            "--junit",
            junit,
            "--set",
            "gate.rules=[{metric: recall@5, arms: recent, at-most: 0.0001}]");
    assertThat(failed.code()).as(failed.toString()).isEqualTo(1);
    assertThat(failed.out()).startsWith("FAIL");
    assertThat(junit).content().contains("<failure");
  }

  @Test
  void whatCouldNotRunIsWrittenForCiToo() throws IOException {
    Path junit = d("broken/junit.xml");
    Path summary = d("broken/summary.md");
    Object[] command = {
      "nightly",
      config,
      "--store",
      d("no-store"),
      "--junit",
      junit,
      "--summary",
      summary,
      "--quiet",
      "--data",
      d("nowhere")
    };
    seminar(command).assertRefused("nowhere");
    assertThat(junit).content().contains("errors=\"2\"", "<error", "nowhere");
    assertThat(summary).content().contains("DID NOT RUN", "nowhere");

    command[1] = Files.writeString(d("broken.yaml"), "schema-version: 1\ncolour: red\n");
    seminar(command).assertRefused("broken.yaml");
    assertThat(junit).content().contains("errors=\"1\"", "<error", "broken.yaml");
    assertThat(summary).content().contains("DID NOT RUN", "broken.yaml");
    seminar("nightly", config).assertRefused("--store");
    seminar("nightly", config, "--store", d("no-store"), "--threads=0").assertRefused("--threads");
  }
}
