package io.seminar.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.inference.Estimate;
import io.seminar.metrics.inference.IntervalMethod;
import io.seminar.metrics.inference.Jackknife;
import io.seminar.metrics.inference.Resampling;
import io.seminar.metrics.inference.StudentT;
import io.seminar.metrics.inference.UserWeights;
import io.seminar.metrics.inference.Value;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairedTestTest {
  private static final Resampling RESAMPLING = new Resampling(3, 5, 4, 199);
  private final MetricSuite suite = MetricSuite.of(new int[] {5}, new int[] {3});
  private final UserWeights drawn = new UserWeights(RESAMPLING);

  /** The arms of users whose coin shows 1 exchanged one user at a time, every metric anew. */
  @Test
  void isTheTestOfExchangedUsers() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int users : new int[] {1, 3, 30}) {
      double[][][] numbers = new double[2][users][];
      CellAccumulator arm = new CellAccumulator(suite, RESAMPLING);
      CellAccumulator baseline = new CellAccumulator(suite, RESAMPLING);
      long[][] weights = new long[users][RESAMPLING.columns()];
      for (int u = 0; u < users; u++) {
        user(random, numbers, u);
        drawn.fill(u, weights[u]);
        arm.add(numbers[0][u], weights[u]);
        baseline.add(numbers[1][u], weights[u]);
      }
      for (Metric metric : suite.metrics()) {
        if (!metric.isAdditive()) {
          continue;
        }
        String what = metric + ", " + users + " users, seed " + seed;
        PairedTest.Test test = PairedTest.signFlip(metric, arm, baseline);
        assertThat(test.method()).isEqualTo("sign_flip");
        double observed = difference(metric, numbers, users, null, 0);
        if (Double.isNaN(observed)) {
          assertThat(test.p()).as(what).isNaN();
          assertThat(test.reason()).as(what).isNotNull();
          continue;
        }
        int extreme = 0;
        for (int flip = 0; flip < 199; flip++) {
          double flipped = difference(metric, numbers, users, weights, 9 + flip);
          extreme += Math.abs(flipped) < Math.abs(observed) ? 0 : 1;
        }
        assertThat(test.reason()).as(what).isNull();
        assertThat(test.p()).as(what).isEqualTo((1 + extreme) / 200.);
        // Sides exchanged: the same evidence.
        assertThat(PairedTest.signFlip(metric, baseline, arm)).as(what).isEqualTo(test);
      }
    }
  }

  private double difference(
      Metric metric, double[][][] numbers, int users, long[][] weights, int column) {
    CellAccumulator[] cells = {
      new CellAccumulator(suite, Resampling.none()), new CellAccumulator(suite, Resampling.none())
    };
    for (int u = 0; u < users; u++) {
      int side = weights == null || weights[u][column] == 1 ? 0 : 1;
      cells[0].add(numbers[side][u], new long[0]);
      cells[1].add(numbers[1 - side][u], new long[0]);
    }
    return cells[0].values(metric).value().value() - cells[1].values(metric).value().value();
  }

  private void user(Random random, double[][][] numbers, int u) {
    int n = 2 + random.nextInt(6);
    byte[] labels = new byte[n];
    for (int i = 0; i < n; i++) {
      labels[i] = (byte) random.nextInt(2);
    }
    for (int side = 0; side < 2; side++) {
      UserStatistics stats = suite.newUserStatistics();
      float[] scores = new float[n];
      double[] probabilities = new double[n];
      for (int i = 0; i < n; i++) {
        scores[i] = random.nextInt(5) + (side == 0 ? labels[i] : 0);
        probabilities[i] = random.nextDouble();
        stats.addFidelity(new float[] {random.nextFloat()}, 0, random.nextDouble(), .5, side);
      }
      stats.addPage(scores, probabilities, labels, 0, n);
      numbers[side][u] = new double[suite.statistics()];
      stats.copyTo(numbers[side][u], 0);
    }
  }

  /** An arm that is better for every user, and one that is the same. */
  @Test
  void seesADifferenceAndNone() {
    CellAccumulator arm = new CellAccumulator(suite, RESAMPLING);
    CellAccumulator baseline = new CellAccumulator(suite, RESAMPLING);
    long[] weights = new long[RESAMPLING.columns()];
    for (int u = 0; u < 40; u++) {
      drawn.fill(u, weights);
      arm.add(page(new float[] {3, 2, 1}), weights);
      baseline.add(page(new float[] {1, 2 + u % 3, 3}), weights);
    }
    Metric gauc = suite.metric("gauc");
    assertThat(PairedTest.signFlip(gauc, arm, baseline).p()).isEqualTo(1 / 200.);
    assertThat(PairedTest.signFlip(gauc, arm, arm))
        .isEqualTo(new PairedTest.Test(1, "sign_flip", null));
  }

  private double[] page(float[] scores) {
    UserStatistics stats = suite.newUserStatistics();
    stats.addPage(scores, null, new byte[] {1, 0, 0}, 0, 3);
    double[] numbers = new double[suite.statistics()];
    stats.copyTo(numbers, 0);
    return numbers;
  }

  /** Rejection at 5 % is the same as a 95 % jackknife interval without 0. */
  @Test
  void theJackknifeTestIsItsInterval() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int rejected = 0;
    for (int trial = 0; trial < 200; trial++) {
      double[] deleted = new double[20];
      Arrays.setAll(deleted, g -> .3 + .035 * random.nextGaussian());
      Estimate difference =
          new Estimate(new Value(.3, null, 500, 200, 0, 0), new double[0], deleted);
      PairedTest.Test test = PairedTest.jackknifeT(difference);
      boolean without = difference.interval(IntervalMethod.JACKKNIFE, .95).low() > 0;
      assertThat(test.p() <= .05).as("seed " + seed).isEqualTo(without);
      assertThat(test.method()).isEqualTo("jackknife_t");
      assertThat(test.p())
          .isCloseTo(
              StudentT.twoSided(
                  .3 / Jackknife.standardError(.3, deleted), 1 / (1 / 20. + 1 / 200.) - 1),
              within(1e-13));
      rejected += without ? 1 : 0;
    }
    assertThat(rejected).as("seed " + seed).isBetween(1, 199);
  }

  @Test
  void saysWhyThereIsNone() {
    CellAccumulator empty = new CellAccumulator(suite, RESAMPLING);
    CellAccumulator arm = new CellAccumulator(suite, RESAMPLING);
    arm.add(page(new float[] {1, 2, 3}), new long[RESAMPLING.columns()]);
    Metric mrr = suite.metric("mrr");
    assertThat(PairedTest.signFlip(mrr, empty, arm))
        .isEqualTo(new PairedTest.Test(Double.NaN, "sign_flip", "no evaluated page"));
    assertThat(PairedTest.signFlip(mrr, arm, empty).reason())
        .isEqualTo("undefined for the baseline: no evaluated page");
    CellAccumulator plain = new CellAccumulator(suite, Resampling.none());
    plain.add(page(new float[] {1, 2, 3}), new long[0]);
    assertThat(PairedTest.signFlip(mrr, plain, plain).reason())
        .isEqualTo("no sign flips were drawn");

    assertThat(test(.5, 9, .4, .6).reason()).isEqualTo("9 users, an interval needs at least 10");
    assertThat(test(.5, 10, .5).reason()).isEqualTo("1 jackknife groups, at least 2 are needed");
    assertThat(test(.5, 10, .5, .5).reason())
        .isEqualTo("the difference is the same without each of 2 groups");
    assertThat(test(0, 10, 0, 0)).isEqualTo(new PairedTest.Test(1, "jackknife_t", null));
    Estimate undefined =
        new Estimate(new Value(Double.NaN, "no click", 0, 0, 0, 0), new double[0], new double[4]);
    assertThat(PairedTest.jackknifeT(undefined))
        .isEqualTo(new PairedTest.Test(Double.NaN, "jackknife_t", "no click"));
    assertThat(PairedTest.jackknifeT(undefined).isDefined()).isFalse();
  }

  private static PairedTest.Test test(double value, long users, double... deleted) {
    return PairedTest.jackknifeT(
        new Estimate(new Value(value, null, users, users, 0, 0), new double[0], deleted));
  }

  @Test
  void refusesWhatCannotBePaired() {
    CellAccumulator arm = new CellAccumulator(suite, RESAMPLING);
    Metric mrr = suite.metric("mrr");
    CellAccumulator otherSeed = new CellAccumulator(suite, new Resampling(4, 5, 4, 199));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedTest.signFlip(mrr, arm, otherSeed))
        .withMessageContaining("seed=4");
    CellAccumulator otherSuite =
        new CellAccumulator(MetricSuite.of(new int[] {5}, new int[] {4}), RESAMPLING);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedTest.signFlip(mrr, arm, otherSuite))
        .withMessageContaining("different metrics");
    assertThatThrownBy(() -> PairedTest.signFlip(suite.metric("auc"), arm, arm))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("auc");
  }
}
