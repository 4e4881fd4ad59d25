package io.seminar.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.inference.Resampling;
import io.seminar.metrics.inference.Value;
import io.seminar.metrics.ranking.Auc;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UserStatisticsTest {
  private final MetricSuite suite = MetricSuite.of(new int[] {5}, new int[] {1, 10});
  private final UserStatistics stats = suite.newUserStatistics();

  /** Slices name the impressions of a page as a range: what lies around it must not count. */
  @Test
  void takesTheRangeOnly() {
    float[] scores = {9, .5f, .25f, 9};
    double[] probabilities = {2, .5, .25, 2}; // not even valid outside the range
    byte[] labels = {5, 0, 1, 5};
    stats.addPage(scores, probabilities, labels, 1, 3);
    double[] ranged = copy();
    stats.clear();
    stats.addPage(new float[] {.5f, .25f}, new double[] {.5, .25}, new byte[] {0, 1}, 0, 2);
    assertThat(ranged).isEqualTo(copy());
  }

  @Test
  void anEmptySliceOfAPageAddsNothing() {
    assertThat(stats.isEmpty()).isTrue();
    stats.addPage(new float[3], null, new byte[3], 2, 2);
    assertThat(stats.isEmpty()).isTrue();
    assertThat(copy()).containsOnly(0);
    stats.addPage(new float[3], null, new byte[3], 2, 3);
    assertThat(stats.isEmpty()).isFalse();
    stats.clear();
    assertThat(stats.isEmpty()).isTrue();
    assertThat(copy()).containsOnly(0);
    stats.addFidelity(new float[] {1}, 0, 1, 1, 0);
    assertThat(stats.isEmpty()).isFalse();
  }

  /** One AUC over all of the user's impressions, not a mean over pages. */
  @Test
  void theUserAucSpansPages() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    float[] scores = new float[200];
    byte[] labels = new byte[200];
    for (int i = 0; i < 200; i++) {
      scores[i] = random.nextInt(50);
      labels[i] = (byte) random.nextInt(2);
    }
    for (int from = 0; from < 200; from += 20) {
      stats.addPage(scores, null, labels, from, from + 20);
    }
    CellAccumulator cell = new CellAccumulator(suite, Resampling.none());
    cell.add(copy(), new long[0]);
    assertThat(cell.values(suite.metric("gauc_unweighted")).value().value())
        .as("seed " + seed)
        .isEqualTo(Math.rint(Auc.of(scores, labels, 0, 200) * 0x1p30) / 0x1p30);
    // Copying twice gives the same, and pages may follow a copy.
    assertThat(copy()).isEqualTo(copy());
    stats.addPage(scores, null, labels, 0, 1);
    CellAccumulator longer = new CellAccumulator(suite, Resampling.none());
    longer.add(copy(), new long[0]);
    assertThat(longer.values(suite.metric("gauc")).value().n()).isEqualTo(201);
  }

  /** Pages without self-information are left out of novelty alone, and counted as such. */
  @Test
  void noveltyIsAMeanOverThePagesWhoseItemsAreKnown() {
    float[] scores = {9, 2, 1, 1};
    byte[] labels = {0, 0, 0, 0};
    stats.addPage(scores, null, labels, new float[] {99, 4, 2, 8}, 1, 4);
    stats.addPage(scores, null, labels, 1, 4);
    CellAccumulator cell = new CellAccumulator(suite, Resampling.none());
    cell.add(copy(), new long[0]);
    assertThat(cell.values(suite.metric("novelty@1")).value())
        .isEqualTo(new Value(4, null, 1, 1, 0, 1));
    assertThat(cell.values(suite.metric("novelty@10")).value().value())
        .isCloseTo(14 / 3., within(1e-9));
    stats.clear();
    stats.addPage(scores, null, labels, 1, 4);
    cell.add(copy(), new long[0]);
    assertThat(cell.values(suite.metric("novelty@1")).value())
        .isEqualTo(new Value(4, null, 1, 1, 1, 2));
  }

  @Test
  void recallOfOneHistoryIsDefinedForEveryKOrNone() {
    MetricSuite two = MetricSuite.of(new int[] {5, 10}, new int[] {1});
    UserStatistics user = two.newUserStatistics();
    user.addFidelity(new float[] {9, Float.NaN, Float.NaN}, 1, Double.NaN, .5, .5);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> user.addFidelity(new float[] {1, Float.NaN}, 0, 1, 1, 0))
        .withMessageContaining("recall 1 is NaN");
  }

  @Test
  void roundingAboveOneIsForgiven() {
    stats.addFidelity(new float[] {1}, 0, 1 + 1e-7, 1 + 1e-7, 0);
    double[] user = copy();
    assertThat(user[suite.fidelity.mass]).isEqualTo(1);
    assertThat(user[suite.fidelity.cosine]).isEqualTo(1);
  }

  @Test
  void refusesBadInput() {
    float[] one = {1};
    refuseFidelity(new float[] {1.5f}, 1, 1, 0, "recall 0 is 1.5");
    refuseFidelity(new float[] {-.5f}, 1, 1, 0, "recall 0 is -0.5");
    refuseFidelity(one, 1.01, 1, 0, "mass kept is 1.01");
    refuseFidelity(one, -.01, 1, 0, "mass kept is -0.01");
    refuseFidelity(one, 1, -1.5, 0, "cosine is -1.5");
    refuseFidelity(one, 1, 1, -1, "relative L2 is -1.0");
    refuseFidelity(one, 1, 1, Double.POSITIVE_INFINITY, "relative L2 is Infinity");
    assertThat(stats.isEmpty()).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stats.addPage(new float[] {Float.NaN}, new double[1], new byte[1], 0, 1))
        .withMessageContaining("score 0 is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stats.addPage(one, new double[] {1.5}, new byte[1], 0, 1))
        .withMessageContaining("probability 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stats.addPage(one, null, new byte[] {-1}, 0, 1))
        .withMessageContaining("label 0 is -1");
    refuseInformation(-1, "self-information 0 is -1.0");
    refuseInformation(Float.NaN, "self-information 0 is NaN");
    refuseInformation(Float.POSITIVE_INFINITY, "self-information 0 is Infinity");
  }

  private void refuseInformation(float bits, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stats.addPage(new float[1], null, new byte[1], new float[] {bits}, 0, 1))
        .withMessageContaining(message);
  }

  private void refuseFidelity(
      float[] recall, double mass, double cosine, double relativeL2, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stats.addFidelity(recall, 0, mass, cosine, relativeL2))
        .withMessageContaining(message);
  }

  private double[] copy() {
    double[] numbers = new double[suite.statistics()];
    stats.copyTo(numbers, 0);
    return numbers;
  }
}
