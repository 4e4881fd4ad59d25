package io.seminar.pipelines.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.pipelines.arms.Arms;
import io.seminar.pipelines.cli.Seminar;
import io.seminar.pipelines.evaluation.Inference;
import io.seminar.pipelines.runner.Runner;
import io.seminar.reports.store.RunFolder;
import io.seminar.sessions.DatasetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replay that is killed half-way leaves nothing that looks finished, or that is in the way. */
class KilledReplayTest {
  private static final int USERS = 160;

  @TempDir Path folder;

  @Test
  void leavesNoRunAndNothingInTheWay() throws Exception {
    Path data =
        new RandomDataset(1, 300, 30)
            .history(2000, 3000)
            .pages(6, 32)
            .write(folder.resolve("data"), USERS);
    Path runs = Files.createDirectory(folder.resolve("runs"));
    Path out = runs.resolve("run");
    Path log = folder.resolve("log");
    String[] arguments = {
      "replay",
      "--data=" + data,
      "--out=" + out,
      "--arms=exact",
      "--replicates=0",
      "--threads=1",
      "--quiet"
    };
    Process replay = ForkedJvm.start(log, List.of("-Xmx1g"), Seminar.class, arguments);
    try {
      Path partial = waitForOutcomes(replay, runs, log);
      replay.destroyForcibly();
      assertThat(replay.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(replay.exitValue()).as("killed, not finished").isEqualTo(128 + 9);

      assertThat(out).as("the run folder").doesNotExist();
      assertThat(partial.getFileName().toString()).startsWith(".run.partial-");
      assertThatThrownBy(() -> RunFolder.open(out))
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("no such folder");
      assertThatThrownBy(() -> RunFolder.open(partial))
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("run.json");
    } finally {
      replay.destroyForcibly();
    }

    // The same again, now to the end.
    RunFolder run =
        Replay.run(
            new Replay.Options(
                data,
                out,
                false,
                List.of(),
                List.of("exact"),
                List.of(),
                "exact",
                new Scoring(new int[] {10}, 0.1f, 0.5f),
                new int[] {5},
                5,
                null,
                Inference.none(),
                1,
                false,
                Arms.CPU,
                Runner.DIRECT,
                2,
                List.of(),
                true,
                List.of("replay")));
    assertThat(run.path()).isEqualTo(out);
    assertThat(RunFolder.open(out).manifest().counts().users()).isEqualTo(USERS);
  }

  /** The temporary folder, once a shard's outcomes stand in it. */
  private static Path waitForOutcomes(Process replay, Path runs, Path log) throws Exception {
    for (int i = 0; i < 6_000; i++) {
      for (Path folder : list(runs)) {
        if (list(folder).stream()
            .anyMatch(file -> file.getFileName().toString().matches("outcomes-.*\\.arrow"))) {
          return folder;
        }
      }
      assertThat(replay.isAlive()).as("replay ended early: %s", Files.readString(log)).isTrue();
      Thread.sleep(10);
    }
    throw new AssertionError("no outcomes after a minute: " + Files.readString(log));
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    } catch (NoSuchFileException e) {
      return List.of(); // renamed while it was looked at
    }
  }
}
