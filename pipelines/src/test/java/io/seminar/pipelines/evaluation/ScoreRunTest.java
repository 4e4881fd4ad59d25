package io.seminar.pipelines.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreRunTest {
  private record Row(float score, boolean clicked, long user, long slices) {}

  /** Among equal scores no order is promised: compared as sets. */
  private static final Comparator<Row> ANY_ORDER =
      Comparator.comparingDouble(Row::score)
          .thenComparing(Row::clicked)
          .thenComparingLong(Row::user)
          .thenComparingLong(Row::slices);

  @TempDir Path folder;

  private static List<Row> random(long seed, int n) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      float score =
          switch (random.nextInt(5)) {
            case 0 -> random.nextInt(3) - 1;
            case 1 -> -Math.abs(random.nextFloat()) * 1e-30f;
            case 2 -> (float) Math.scalb(random.nextGaussian(), random.nextInt(60) - 30);
            default -> random.nextFloat();
          };
      rows.add(new Row(score, random.nextBoolean(), random.nextLong(), random.nextLong()));
    }
    return rows;
  }

  private List<String> write(String prefix, List<Row> rows) {
    ScoreRun.Writer writer = new ScoreRun.Writer(folder, prefix);
    rows.forEach(row -> writer.add(row.score, row.clicked, row.user, row.slices));
    return writer.finish();
  }

  private static List<Row> merge(List<String> files) {
    List<Row> rows = new ArrayList<>();
    ScoreRun.merge(
        files, (s, clicked, user, slices) -> rows.add(new Row(s, clicked, user, slices)));
    return rows;
  }

  @Test
  void mergingManyRunsIsASort() {
    long seed = 11;
    List<Row> all = new ArrayList<>();
    List<String> files = new ArrayList<>();
    for (int run = 0; run < 17; run++) {
      List<Row> rows = random(seed + run, run * 37);
      all.addAll(rows);
      files.addAll(write("run-" + run, rows));
    }
    Collections.shuffle(files, new Random(seed));
    List<Row> merged = merge(files);
    assertThat(merged)
        .as("seed %d", seed)
        .isSortedAccordingTo(Comparator.comparingDouble(Row::score));
    List<Row> expected = new ArrayList<>(all);
    expected.sort(ANY_ORDER);
    merged.sort(ANY_ORDER);
    assertThat(merged).as("seed %d", seed).isEqualTo(expected);
  }

  @Test
  void spillsWhenMemoryIsFull() {
    int n = ScoreRun.ROWS + 1000;
    List<Row> rows = random(3, n);
    List<String> files = write("large", rows);
    assertThat(files).hasSize(2);
    List<Row> merged = merge(files);
    assertThat(merged).hasSize(n).isSortedAccordingTo(Comparator.comparingDouble(Row::score));
    merged.sort(ANY_ORDER);
    rows.sort(ANY_ORDER);
    assertThat(merged).isEqualTo(rows);
  }

  /** Were −0 below 0, the AUC would see an order where there is a tie. */
  @Test
  void negativeZeroTiesWithZero() {
    List<Row> merged =
        merge(
            write(
                "zeros",
                List.of(
                    new Row(0f, true, 1, 1), new Row(-0f, false, 2, 1), new Row(0f, false, 3, 1))));
    assertThat(merged).extracting(row -> Float.floatToRawIntBits(row.score)).containsOnly(0);
  }

  @Test
  void noRowsGiveNoFile() {
    assertThat(write("none", List.of())).isEmpty();
    assertThat(merge(List.of())).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }
}
