package io.seminar.pipelines.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.pipelines.cli.Seminar;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.reports.store.RunFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LongHistoryTest {
  private static final int EVENTS = 200_000;

  @TempDir Path folder;

  /**
   * The rows of such a user take 19 MB and the scores of 32 targets 26 MB: the heap has room for
   * these, not for a copy of the user by every worker, or for an object a behaviour.
   */
  @Test
  void aUserOfManyEventsFitsASmallHeap() throws Exception {
    Path data =
        new RandomDataset(9, 300, 30)
            .history(EVENTS, EVENTS)
            .pages(2, 40)
            .write(folder.resolve("data"), 2);
    Path out = folder.resolve("run");
    Path log = folder.resolve("log");
    Process replay =
        ForkedJvm.start(
            log,
            List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"),
            Seminar.class,
            "replay",
            "--data=" + data,
            "--out=" + out,
            "--threads=2",
            "--replicates=0",
            "--quiet");
    try {
      assertThat(replay.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(replay.exitValue()).as(Files.readString(log)).isZero();
    } finally {
      replay.destroyForcibly();
    }
    List<OutcomeRow> rows = Outcomes.of(RunFolder.open(out));
    assertThat(rows).hasSize(8);
    assertThat(rows)
        .allSatisfy(row -> assertThat(row.historyLength).isBetween(EVENTS / 2 - 100, EVENTS));
    assertThat(RunFolder.open(out).manifest().counts().behaviours()).isEqualTo(2L * EVENTS);
  }
}
