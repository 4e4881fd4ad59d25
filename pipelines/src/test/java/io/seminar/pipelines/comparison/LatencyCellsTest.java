package io.seminar.pipelines.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.Metric;
import io.seminar.metrics.Metric.Direction;
import io.seminar.metrics.MetricSuite;
import io.seminar.metrics.inference.HalfSplits;
import io.seminar.metrics.inference.Interval;
import io.seminar.metrics.inference.Resampling;
import io.seminar.metrics.inference.UserHash;
import io.seminar.metrics.inference.UserWeights;
import io.seminar.pipelines.arms.Arms;
import io.seminar.pipelines.evaluation.HalvesOfUsers;
import io.seminar.pipelines.evaluation.Inference;
import io.seminar.pipelines.replay.RandomDataset;
import io.seminar.pipelines.replay.Replay;
import io.seminar.pipelines.replay.Scoring;
import io.seminar.pipelines.runner.Runner;
import io.seminar.reports.gate.Measure;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.reports.store.OutcomesFile;
import io.seminar.reports.store.RunFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Latencies and halves of two small runs, computed again from their rows. */
class LatencyCellsTest {
  private static final long SEED = 5;
  private static final int USERS = 60;
  private static final Inference INFERENCE = Inference.USUAL.withReplicates(80);

  @TempDir static Path folder;
  private static RunFolder first;
  private static RunFolder second;
  private static List<Row> ours;
  private static List<Row> theirs;

  /** What the test needs of a row. */
  private record Row(
      String arm,
      String user,
      boolean evaluated,
      double service,
      double retrieve,
      double recall,
      float[] scores,
      byte[] labels) {}

  @BeforeAll
  static void replayTwice() {
    Path data =
        new RandomDataset(3, 200, 20)
            .history(0, 120)
            .pages(3, 8)
            .write(folder.resolve("data"), USERS);
    first = replay(data, "first", List.of("exact", "recent"));
    second = replay(data, "second", List.of("exact", "recent", "sim-hard"));
    theirs = rows(first);
    ours = rows(second);
  }

  private static RunFolder replay(Path data, String out, List<String> arms) {
    return Replay.run(
        new Replay.Options(
            data,
            folder.resolve(out),
            false,
            List.of(),
            arms,
            List.of(),
            "exact",
            new Scoring(new int[] {2, 10}, 0.1f, 0.5f),
            new int[] {1, 4},
            20,
            null,
            Inference.none(),
            SEED,
            true,
            Arms.CPU,
            Runner.DIRECT,
            2,
            List.of(),
            true,
            List.of("replay")));
  }

  private static List<Row> rows(RunFolder run) {
    List<Row> rows = new ArrayList<>();
    for (Path file : run.outcomesFiles()) {
      try (OutcomesFile.Reader reader = OutcomesFile.read(file)) {
        OutcomeRow row = reader.newRow();
        while (reader.next(row)) {
          double recall = 0;
          int n = 0;
          for (int i = 0; i < row.impressions; i++) {
            if (!Float.isNaN(row.recall[i * 2])) {
              recall += row.recall[i * 2];
              n++;
            }
          }
          rows.add(
              new Row(
                  row.arm,
                  row.user,
                  row.evaluated,
                  (row.retrieveNanos + row.attendNanos) / 1e6,
                  row.retrieveNanos / 1e6,
                  n == 0 ? Double.NaN : recall / n,
                  java.util.Arrays.copyOf(row.scores, row.impressions),
                  java.util.Arrays.copyOf(row.labels, row.impressions)));
        }
      }
    }
    return rows;
  }

  private static double mean(
      List<Row> rows, String arm, ToDoubleFunction<Row> time, UserWeights weights, int column) {
    double sum = 0;
    double pages = 0;
    long[] drawn = new long[weights.resampling().columns()];
    for (Row row : rows) {
      if (row.arm.equals(arm)) {
        weights.fill(UserHash.of(row.user), drawn);
        long weight = column < 0 ? 1 : drawn[column];
        sum += weight * time.applyAsDouble(row);
        pages += weight;
      }
    }
    return sum / pages;
  }

  @Test
  void meansAndPairedDifferencesAreThoseOfTheRows() {
    List<Cell> cells = LatencyCells.of(second, first, INFERENCE, SEED);
    assertThat(cells).hasSize(6);
    UserWeights weights = new UserWeights(new Resampling(SEED, 80, 0, 0));
    int compared = 0;
    for (Cell cell : cells) {
      ToDoubleFunction<Row> time =
          cell.metric().equals(LatencyCells.SERVICE) ? Row::service : Row::retrieve;
      double value = mean(ours, cell.arm(), time, weights, -1);
      assertThat(cell.value()).isCloseTo(value, within(1e-7));
      assertThat(cell.n()).isEqualTo(ours.size() / 3);
      assertThat(cell.slice()).isEqualTo("all");
      if (cell.arm().equals("sim-hard")) {
        assertThat(cell.baseline()).isNull();
        assertThat(cell.difference()).isNaN();
        assertThat(cell.reason()).contains("no baseline has an arm sim-hard");
        continue;
      }
      compared++;
      assertThat(cell.baseline()).isEqualTo(cell.arm());
      assertThat(cell.difference())
          .isCloseTo(value - mean(theirs, cell.arm(), time, weights, -1), within(1e-7));
      double[] replicates = new double[80];
      for (int r = 0; r < 80; r++) {
        replicates[r] =
            mean(ours, cell.arm(), time, weights, r) - mean(theirs, cell.arm(), time, weights, r);
      }
      Interval expected = Interval.percentile(replicates, cell.users(), 0.95);
      assertThat(cell.differenceLow()).isCloseTo(expected.low(), within(1e-7));
      assertThat(cell.differenceHigh()).isCloseTo(expected.high(), within(1e-7));
      assertThat(cell.differenceLow()).isLessThan(cell.differenceHigh());
    }
    assertThat(compared).isEqualTo(4);
  }

  @Test
  void aRunAndItselfDoNotDiffer() {
    for (Cell cell : LatencyCells.of(first, first, INFERENCE, SEED)) {
      assertThat(cell.value()).isPositive();
      assertThat(cell.difference()).isZero();
      assertThat(cell.differenceLow()).isZero();
      assertThat(cell.differenceHigh()).isZero();
      assertThat(cell.p()).isEqualTo(1);
    }
    assertThat(LatencyCells.measures())
        .extracting(Measure::direction, Measure::kind)
        .containsOnly(org.assertj.core.groups.Tuple.tuple(Direction.LOWER, Measure.Kind.LATENCY));
  }

  @Test
  void halvesAreThoseOfTheRows() {
    HalfSplits splits = new HalfSplits(SEED, 70);
    HalvesOfUsers halves = RunHalves.of(second, splits, true, folder.resolve("work"));
    MetricSuite suite = Comparison.suite(second.manifest());
    assertThat(halves.splits()).isEqualTo(70);
    int decided = 0;
    for (String arm : List.of("exact", "recent", "sim-hard")) {
      Metric auc = suite.metric("auc");
      double[][] values = halves.values(arm, "all", auc);
      for (int half = 0; half < 2; half++) {
        for (int s = 0; s < 70; s++) {
          double expected = auc(arm, splits, half * 70 + s);
          assertThat(values[half][s]).isCloseTo(expected, within(1e-9));
          decided += values[half][s] == 0.5 ? 0 : 1;
        }
      }
    }
    assertThat(decided).isGreaterThan(300);
    assertThat(halves.values("nobody", "all", suite.metric("auc"))).isNull();
    assertThat(halves.values("exact", "item=lost", suite.metric("auc"))).isNull();
    assertThat(
            RunHalves.of(first, splits, false, folder.resolve("work"))
                .values("exact", "all", suite.metric("auc")))
        .isNull();
  }

  /** By all pairs. */
  private static double auc(String arm, HalfSplits splits, int column) {
    long[] drawn = new long[splits.resampling().columns()];
    List<Float> clicked = new ArrayList<>();
    List<Float> other = new ArrayList<>();
    for (Row row : ours) {
      splits.fill(UserHash.of(row.user), drawn);
      if (row.arm.equals(arm) && row.evaluated && drawn[column] == 1) {
        for (int i = 0; i < row.scores.length; i++) {
          (row.labels[i] > 0 ? clicked : other).add(row.scores[i]);
        }
      }
    }
    double won = 0;
    for (float positive : clicked) {
      for (float negative : other) {
        won += positive > negative ? 1 : positive == negative ? 0.5 : 0;
      }
    }
    return won / ((double) clicked.size() * other.size());
  }
}
