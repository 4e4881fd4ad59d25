package io.seminar.metrics.counterfactual;

import static io.seminar.metrics.counterfactual.OffPolicyEstimator.CLIPPED_IPS;
import static io.seminar.metrics.counterfactual.OffPolicyEstimator.DOUBLY_ROBUST;
import static io.seminar.metrics.counterfactual.OffPolicyEstimator.IPS;
import static io.seminar.metrics.counterfactual.OffPolicyEstimator.REPLAY;
import static io.seminar.metrics.counterfactual.OffPolicyEstimator.SNIPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.Golden;
import io.seminar.metrics.counterfactual.Support.Verdict;
import io.seminar.metrics.inference.Estimate;
import io.seminar.metrics.inference.IntervalMethod;
import io.seminar.metrics.inference.Resampling;
import io.seminar.metrics.inference.UserWeights;
import io.seminar.metrics.inference.Value;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OffPolicySumsTest {
  private static final long[] PLAIN = {};

  /**
   * Four rows by hand, weights 1/2, 2, 1 and 4; as twenty clusters, since four rows are too few to
   * be answered.
   */
  @Test
  void estimatesOfFourHandComputedRows() {
    OffPolicySums sums = new OffPolicySums(2, 0);
    for (int cluster = 0; cluster < 20; cluster++) {
      sums.add(0, 1, .5, .25, 1, .5);
      sums.add(1, 0, .25, .5, .5, .5);
      sums.add(2, 2, .5, .5, 1, 1);
      sums.add(3, 1, .125, .5, .5, 1);
      sums.endCluster(PLAIN);
    }
    expect(sums, IPS, 6.5 / 4);
    expect(sums, SNIPS, 6.5 / 7.5);
    expect(sums, CLIPPED_IPS, 4.5 / 4);
    expect(sums, DOUBLY_ROBUST, (.5 - .5 + 2 + 3) / 4);
    assertThat(sums.estimate(IPS).value().n()).isEqualTo(80);
    assertThat(sums.estimate(IPS).value().users()).isEqualTo(20);
    assertThat(sums.clippedRows()).isEqualTo(20);
    Support support = sums.support();
    assertThat(support.effectiveSampleSize()).isCloseTo(20 * 56.25 / 21.25, within(1e-9));
    assertThat(support.largestWeight()).isEqualTo(4);
    assertThat(support.meanWeight()).isEqualTo(7.5 / 4);
    assertThat(support.zeroShare()).isZero();
    assertThat(support.verdict()).isEqualTo(Verdict.THIN);
    assertThat(support.reason()).contains("52.9 of 80 rows", "largest weight is 4.000");
    assertThat(sums.clippedSupport().effectiveSampleSize())
        .isCloseTo(20 * 5.5 * 5.5 / (.25 + 4 + 1 + 4), within(1e-9));
    assertThat(sums.clippedSupport().largestWeight()).isEqualTo(2);
    assertThat(sums.estimate(REPLAY).value().reason())
        .contains("propensities are 0.125..0.5", "equally likely");
  }

  /** Where all actions are equally likely: the rows on which a deterministic policy agrees. */
  @Test
  void replayIsTheMeanRewardOfTheRowsOnWhichBothAgree() {
    OffPolicySums sums = new OffPolicySums(2, 0);
    for (int cluster = 0; cluster < 20; cluster++) {
      sums.add(0, 1, .25, 1);
      sums.add(1, 5, .25, 0);
      sums.add(2, 2, .25, 1);
      sums.add(3, 7, .25, 0);
      sums.endCluster(PLAIN);
      sums.add(4, 9, .25, 0);
      sums.endCluster(PLAIN);
    }
    assertThat(sums.estimate(REPLAY).value()).isEqualTo(new Value(1.5, null, 40, 20, 20, 60));
    expect(sums, SNIPS, 1.5); // the same, where all are equally likely
    assertThat(sums.support().zeroShare()).isEqualTo(.6);
    assertThat(sums.support().effectiveSampleSize()).isCloseTo(40, within(1e-9));
    assertThat(sums.estimate(DOUBLY_ROBUST).value().reason())
        .isEqualTo("a reward is predicted for 0 of 100 rows");
  }

  @Test
  void agreesWithNumPy() {
    Golden golden = new Golden("/golden/rankings.properties");
    double[] propensities = golden.doubles("offpolicy.propensities");
    double[] targets = golden.doubles("offpolicy.targets");
    double[] rewards = golden.doubles("offpolicy.rewards");
    double[] logged = golden.doubles("offpolicy.logged");
    double[] expected = golden.doubles("offpolicy.expected");
    OffPolicySums sums = new OffPolicySums(golden.number("offpolicy.clip"), 0);
    for (int i = 0; i < rewards.length; i++) {
      sums.add(i, rewards[i], propensities[i], targets[i], logged[i], expected[i]);
      if (i % 4 == 3) {
        sums.endCluster(PLAIN);
      }
    }
    for (OffPolicyEstimator estimator : List.of(IPS, SNIPS, CLIPPED_IPS, DOUBLY_ROBUST)) {
      expect(sums, estimator, golden.number("offpolicy." + estimator.key()));
    }
    Support support = sums.support();
    assertThat(support.effectiveSampleSize())
        .isCloseTo(golden.number("offpolicy.effective"), within(1e-6));
    assertThat(sums.clippedSupport().effectiveSampleSize())
        .isCloseTo(golden.number("offpolicy.clipped_effective"), within(1e-6));
    assertThat(support.largestWeight()).isEqualTo(golden.number("offpolicy.largest"));
    assertThat(support.zeroShare()).isCloseTo(golden.number("offpolicy.zeros"), within(1e-12));
  }

  /** The interval resamples the ratio: a replicate is the estimate from the clusters drawn. */
  @Test
  void replicatesAreTheEstimateOfTheResampledClusters() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    OffPolicySums sums = new OffPolicySums(3, 40);
    OffPolicySums drawn = new OffPolicySums(3, 0);
    UserWeights bootstrap = new UserWeights(new Resampling(2, 40, 0, 0));
    long[] weights = new long[40];
    for (int u = 0; u < 300; u++) {
      double[][] rows = cluster(random);
      bootstrap.fill(u, weights);
      add(sums, rows, weights);
      for (int times = 0; times < weights[5]; times++) {
        add(drawn, rows, PLAIN);
      }
    }
    for (OffPolicyEstimator estimator : List.of(IPS, SNIPS, CLIPPED_IPS, DOUBLY_ROBUST)) {
      assertThat(sums.estimate(estimator).replicates()[5])
          .as("seed " + seed + " " + estimator)
          .isEqualTo(drawn.estimate(estimator).value().value());
    }
  }

  @Test
  void doesNotDependOnOrderOrGrouping() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<double[][]> clusters = new ArrayList<>();
    List<long[]> draws = new ArrayList<>();
    UserWeights bootstrap = new UserWeights(new Resampling(2, 20, 0, 0));
    OffPolicySums whole = new OffPolicySums(3, 20);
    for (int u = 0; u < 200; u++) {
      clusters.add(cluster(random));
      long[] weights = new long[20];
      bootstrap.fill(u, weights);
      draws.add(weights);
      add(whole, clusters.get(u), weights);
    }
    byte[] expected = bytes(whole);
    for (int trial = 0; trial < 10; trial++) {
      List<OffPolicySums> parts = new ArrayList<>();
      for (int p = 1 + random.nextInt(6); p > 0; p--) {
        parts.add(new OffPolicySums(3, 20));
      }
      List<Integer> order = new ArrayList<>();
      for (int u = 0; u < clusters.size(); u++) {
        order.add(u);
      }
      Collections.shuffle(order, random);
      for (int u : order) {
        add(parts.get(random.nextInt(parts.size())), clusters.get(u), draws.get(u));
      }
      while (parts.size() > 1) {
        OffPolicySums other = parts.remove(random.nextInt(parts.size()));
        parts.get(random.nextInt(parts.size())).merge(random.nextBoolean() ? copy(other) : other);
      }
      assertThat(bytes(parts.get(0))).as("seed " + seed + " trial " + trial).isEqualTo(expected);
    }
    assertThat(copy(whole).support()).isEqualTo(whole.support());
    assertThat(copy(whole).estimate(SNIPS).value()).isEqualTo(whole.estimate(SNIPS).value());
  }

  @Test
  void refusesThinSupport() {
    OffPolicySums sums = new OffPolicySums(1, 50);
    for (OffPolicyEstimator estimator : OffPolicyEstimator.values()) {
      assertThat(sums.estimate(estimator).value().reason()).isEqualTo("no logged decision");
    }
    long[] once = new long[50];
    Arrays.fill(once, 1);
    for (int row = 0; row < 100; row++) {
      sums.add(row, 1, .5, 0);
      sums.endCluster(once);
    }
    assertThat(sums.estimate(IPS).value().reason())
        .isEqualTo("the target policy takes the logged action in none of 100 rows");
    for (int row = 0; row < 60; row++) {
      sums.add(row, 1, .5, .5);
      sums.endCluster(once);
    }
    assertThat(sums.estimate(IPS).value().isDefined()).isTrue();
    sums.add(160, 1, .001, 1); // now one row outweighs all others
    sums.endCluster(once);
    Estimate refused = sums.estimate(IPS);
    assertThat(refused.value().reason())
        .isEqualTo(
            "an effective sample of 1.1 of 161 rows, at least 30 needed; the largest weight is 1000");
    assertThat(refused.replicates()).containsOnly(Double.NaN);
    assertThat(refused.interval(IntervalMethod.PERCENTILE, .95).reason())
        .isEqualTo(refused.value().reason());
    // Clipping takes that row's weight off, and the clipped estimator is given.
    assertThat(sums.estimate(CLIPPED_IPS).value().value()).isEqualTo(61 / 161.);
    assertThat(sums.support(CLIPPED_IPS)).isEqualTo(sums.clippedSupport());
  }

  /** Weights are 1 on average if propensities are right: these say half of the truth. */
  @Test
  void warnsOfAMeanWeightFarFromOne() {
    OffPolicySums right = new OffPolicySums(10, 0);
    OffPolicySums wrong = new OffPolicySums(10, 0);
    Random random = new Random(4);
    for (int row = 0; row < 2000; row++) {
      double propensity = random.nextBoolean() ? .5 : .4;
      double target = random.nextBoolean() ? .9 * propensity : 1.1 * propensity;
      right.add(row, 1, propensity, target);
      right.endCluster(PLAIN);
      wrong.add(row, 1, propensity / 2, target);
      wrong.endCluster(PLAIN);
    }
    assertThat(right.support().verdict()).isEqualTo(Verdict.SUFFICIENT);
    assertThat(right.support().reason()).isNull();
    assertThat(wrong.support().verdict()).isEqualTo(Verdict.THIN);
    assertThat(wrong.support().reason()).contains("the mean weight is", "never logged");
    assertThat(wrong.clippedSupport().verdict()).isEqualTo(Verdict.SUFFICIENT);
  }

  /** Heavy weights: the sum of their squares leaves 64 bits, but not its own range. */
  @Test
  void squaresOfHeavyWeightsDoNotOverflow() {
    OffPolicySums sums = new OffPolicySums(1e9, 0);
    for (int row = 0; row < 4; row++) {
      sums.add(row, 1e-9, 1e-9, .5);
      sums.endCluster(PLAIN);
    }
    assertThat(sums.support().effectiveSampleSize()).isCloseTo(4, within(1e-9));
  }

  @Test
  void refusesBadInput() throws IOException {
    OffPolicySums sums = new OffPolicySums(2, 0);
    for (double propensity : new double[] {0, -.1, 1.1, Double.NaN}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> sums.add(17, 1, propensity, .5))
          .withMessageContaining("row 17: propensity is " + propensity);
    }
    for (double target : new double[] {-.1, 1.1, Double.NaN}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> sums.add(18, 1, .5, target))
          .withMessageContaining("row 18: probability of the target policy is " + target);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sums.add(19, Double.NaN, .5, .5))
        .withMessageContaining("row 19: reward is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sums.add(20, 1, .5, .5, Double.POSITIVE_INFINITY, 0))
        .withMessageContaining("row 20: predicted reward of the logged action is Infinity");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sums.add(21, 1, 1e-300, .5))
        .withMessageContaining("row 21: propensity 1.0E-300");
    sums.endCluster(PLAIN);
    assertThat(sums.support().rows()).as("nothing has been added").isZero();
    for (double clip : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new OffPolicySums(clip, 0))
          .withMessageContaining("was " + clip);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sums.merge(new OffPolicySums(3, 0)))
        .withMessageContaining("clipped at 3.0");
    byte[] damaged = bytes(sums);
    damaged[0] = 8;
    assertThatThrownBy(() -> OffPolicySums.read(input(damaged)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("format 8");
    sums.add(0, 1, .5, .5);
    assertThatThrownBy(() -> bytes(sums))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("1 rows has not been ended");
  }

  /** Rows of reward, propensity, target probability and two predictions. */
  private static double[][] cluster(Random random) {
    double[][] rows = new double[1 + random.nextInt(4)][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] =
          new double[] {
            random.nextGaussian(),
            .1 + .9 * random.nextDouble(),
            random.nextDouble(),
            random.nextGaussian(),
            random.nextGaussian()
          };
    }
    return rows;
  }

  private static void add(OffPolicySums sums, double[][] rows, long[] weights) {
    for (double[] row : rows) {
      sums.add(0, row[0], row[1], row[2], row[3], row[4]);
    }
    sums.endCluster(weights);
  }

  private static void expect(OffPolicySums sums, OffPolicyEstimator estimator, double value) {
    assertThat(sums.estimate(estimator).value().value())
        .as(estimator.key())
        .isCloseTo(value, within(1e-9));
  }

  private static byte[] bytes(OffPolicySums sums) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    sums.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInputStream input(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  private static OffPolicySums copy(OffPolicySums sums) throws IOException {
    return OffPolicySums.read(input(bytes(sums)));
  }
}
