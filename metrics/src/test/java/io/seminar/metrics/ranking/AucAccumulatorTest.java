package io.seminar.metrics.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.Golden;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AucAccumulatorTest {
  private record Row(float score, boolean clicked, long[] weights) {}

  private final Golden golden = new Golden();

  @Test
  void equalsAllWeightedPairsWhateverTheOrderInsideATie() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int trial = 0; trial < 60; trial++) {
      int n = random.nextInt(120);
      int columns = random.nextInt(5);
      int levels = 1 + random.nextInt(60);
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        long[] weights = new long[columns];
        Arrays.setAll(weights, r -> random.nextInt(4));
        float score = (random.nextInt(levels) - levels / 2) / 8f;
        rows.add(
            new Row(
                score == 0 && random.nextBoolean() ? -0f : score, random.nextInt(3) == 0, weights));
      }
      Collections.shuffle(rows, random);
      rows.sort(Comparator.comparing(row -> row.score() + 0f));
      AucAccumulator accumulator = new AucAccumulator(columns);
      // One array for all rows, as a caller would, with columns behind that are not an AUC's.
      long[] carrier = new long[columns + random.nextInt(3)];
      Arrays.fill(carrier, -1);
      for (Row row : rows) {
        System.arraycopy(row.weights(), 0, carrier, 0, columns);
        accumulator.add(row.score(), row.clicked(), carrier);
      }
      String what = "seed " + seed + " trial " + trial;
      assertThat(accumulator.auc()).as(what).isEqualTo(Double.valueOf(pairs(rows, -1)));
      double[] weighed = accumulator.columnAucs();
      for (int r = 0; r < columns; r++) {
        assertThat(weighed[r]).as(what).isEqualTo(Double.valueOf(pairs(rows, r)));
      }
      assertThat(accumulator.positives()).isEqualTo(rows.stream().filter(Row::clicked).count());
      assertThat(accumulator.positives() + accumulator.negatives()).isEqualTo(n);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void agreesWithScikitLearnPlainAndWeighted(int c) {
    float[] scores = golden.floats("auc." + c + ".scores");
    byte[] labels = golden.bytes("auc." + c + ".labels");
    byte[] weights = golden.bytes("auc." + c + ".weights");
    Integer[] order = new Integer[scores.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparing(i -> scores[i]));
    AucAccumulator accumulator = new AucAccumulator(1);
    for (int i : order) {
      accumulator.add(scores[i], labels[i] > 0, new long[] {weights[i]});
    }
    assertThat(accumulator.auc()).isCloseTo(golden.number("auc." + c + ".auc"), within(1e-12));
    assertThat(accumulator.columnAucs()[0])
        .isCloseTo(golden.number("auc." + c + ".weighted"), within(1e-12));
  }

  /** Reading in the middle of a tie group changes nothing that comes after. */
  @Test
  void canBeReadAtAnyTime() {
    AucAccumulator accumulator = new AucAccumulator(0);
    long[] none = {};
    assertThat(accumulator.auc()).isNaN();
    accumulator.add(1, false, none);
    assertThat(accumulator.auc()).isNaN();
    accumulator.add(1, true, none);
    assertThat(accumulator.auc()).isEqualTo(.5);
    accumulator.add(1, false, none);
    assertThat(accumulator.auc()).isEqualTo(.5);
    accumulator.add(2, true, none);
    assertThat(accumulator.auc()).isEqualTo(.75);
    accumulator.add(2, false, none);
    assertThat(accumulator.auc()).isEqualTo((.5 + .5 + 0 + 1 + 1 + .5) / 6);
  }

  @Test
  void aDrawWithOneClassIsUndefined() {
    AucAccumulator accumulator = new AucAccumulator(2);
    accumulator.add(0, false, new long[] {1, 0});
    accumulator.add(1, true, new long[] {2, 3});
    assertThat(accumulator.columnAucs()).containsExactly(1, Double.NaN);
  }

  /**
   * Weights stand in for rows: a thousand million of each class are too many pairs, and said to be.
   */
  @Test
  void refusesToWrap() {
    AucAccumulator accumulator = new AucAccumulator(1);
    long[] heavy = {1L << 31};
    accumulator.add(0, false, heavy);
    accumulator.add(1, true, new long[] {(1L << 31) - 1});
    assertThat(accumulator.columnAucs()).containsExactly(1);
    accumulator.add(1, true, new long[] {2});
    assertThatThrownBy(accumulator::columnAucs)
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("2147483649 clicked times 2147483648 unclicked");
  }

  @Test
  void refusesBadInput() {
    AucAccumulator accumulator = new AucAccumulator(1);
    long[] one = {1};
    accumulator.add(.5f, true, one);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> accumulator.add(.25f, true, one))
        .withMessageContaining("0.25 after 0.5 at row 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> accumulator.add(Float.NaN, true, one))
        .withMessageContaining("NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> accumulator.add(1, true, new long[0]))
        .withMessageContaining("length 0, expected at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AucAccumulator(-1))
        .withMessageContaining("-1");
  }

  private static double pairs(List<Row> rows, int column) {
    long twiceWon = 0;
    long pairs = 0;
    for (Row p : rows) {
      for (Row n : rows) {
        if (p.clicked() && !n.clicked()) {
          long weight = column < 0 ? 1 : p.weights()[column] * n.weights()[column];
          pairs += weight;
          twiceWon += p.score() > n.score() ? 2 * weight : p.score() == n.score() ? weight : 0;
        }
      }
    }
    return pairs == 0 ? Double.NaN : twiceWon / (2. * pairs);
  }
}
