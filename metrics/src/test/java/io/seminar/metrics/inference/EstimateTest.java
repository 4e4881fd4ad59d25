package io.seminar.metrics.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EstimateTest {
  private static final int GROUPS = 40;

  /** Two arms that share most of their noise: the difference is known far better than either. */
  @Test
  void pairingCancelsWhatIsShared() {
    SplittableRandom random = new SplittableRandom(4);
    int replicates = 400;
    Resampling resampling = new Resampling(1, replicates, GROUPS, 0);
    UserWeights drawn = new UserWeights(resampling);
    FixedPointSums sums = new FixedPointSums(3, 0, resampling.columns());
    long[] weights = new long[resampling.columns()];
    for (int u = 0; u < 500; u++) {
      double base = random.nextDouble();
      drawn.fill(u, weights);
      sums.add(new double[] {base + .01 + .01 * random.nextDouble(), base, 1}, 0, weights);
    }
    Estimate arm = mean(sums, 0);
    Estimate baseline = mean(sums, 1);
    Estimate difference = arm.minus(baseline);
    assertThat(difference.value().value()).isCloseTo(.015, within(.001));
    // An arm is no better than itself, with certainty.
    Estimate none = arm.minus(arm);
    assertThat(none.value().value()).isZero();
    for (IntervalMethod method : IntervalMethod.values()) {
      assertThat(IntervalMethod.of(method.key())).isEqualTo(method);
      Interval paired = difference.interval(method, .95);
      assertThat(paired.low()).as(method.key()).isGreaterThan(.014);
      assertThat(paired.high()).as(method.key()).isLessThan(.016);
      assertThat(width(paired)).as(method.key()).isLessThan(width(arm.interval(method, .95)) / 20);
      assertThat(none.interval(method, .95)).as(method.key()).isEqualTo(new Interval(0, 0, null));
    }
    assertThat(none.standardError()).isZero();
  }

  @Test
  void isUndefinedWhereEitherSideIs() {
    Value defined = new Value(.5, null, 40, 20, 1, 2);
    Value undefined = new Value(Double.NaN, "no click", 30, 15, 3, 4);
    double[] replicates = new double[100];
    double[] none = new double[100];
    Arrays.fill(none, Double.NaN);
    double[] noGroups = {};
    Estimate known = new Estimate(defined, replicates, noGroups);
    Estimate unknown = new Estimate(undefined, none, noGroups);
    Estimate difference = known.minus(unknown);
    assertThat(difference.value())
        .isEqualTo(new Value(Double.NaN, "undefined for the baseline: no click", 30, 15, 3, 4));
    assertThat(unknown.minus(known).value().reason()).isEqualTo("no click");
    for (IntervalMethod method : IntervalMethod.values()) {
      assertThat(difference.interval(method, .95).reason()).isEqualTo(difference.value().reason());
    }
    assertThat(difference.standardError()).isNaN();
  }

  /** The error of a mean of uniform numbers is known: sqrt(1/12 / n). */
  @Test
  void theStandardErrorIsTheOneOfTheMoreNumerousValues() {
    SplittableRandom random = new SplittableRandom(9);
    Resampling resampling = new Resampling(1, 2_000, GROUPS, 0);
    UserWeights drawn = new UserWeights(resampling);
    FixedPointSums sums = new FixedPointSums(3, 0, resampling.columns());
    long[] weights = new long[resampling.columns()];
    int users = 5_000;
    for (int u = 0; u < users; u++) {
      drawn.fill(u, weights);
      sums.add(new double[] {random.nextDouble(), 0, 1}, 0, weights);
    }
    Estimate both = mean(sums, 0);
    double expected = Math.sqrt(1. / 12 / users);
    // Four times what R numbers leave open: 1/sqrt(2 R), and 1 % for the variance of the numbers.
    assertThat(both.standardError()).isCloseTo(expected, within(.073 * expected));
    Estimate groups = new Estimate(both.value(), new double[0], both.deleted());
    assertThat(groups.standardError()).isCloseTo(expected, within(.46 * expected));
    assertThat(groups.standardError()).isNotEqualTo(both.standardError());
    Value few = new Value(1, null, 9, 9, 0, 0);
    assertThat(new Estimate(few, both.replicates(), both.deleted()).standardError()).isNaN();
    assertThat(new Estimate(both.value(), new double[0], new double[0]).standardError()).isNaN();
    double[] holes = both.replicates().clone();
    Arrays.fill(holes, 0, 100, Double.NaN);
    assertThat(new Estimate(both.value(), holes, both.deleted()).standardError())
        .isCloseTo(expected, within(.08 * expected));
    holes[100] = Double.NaN;
    assertThat(new Estimate(both.value(), holes, both.deleted()).standardError()).isNaN();
  }

  @Test
  void refusesWhatCannotBePaired() {
    Value value = new Value(1, null, 1, 1, 0, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Estimate(value, new double[2], new double[0])
                    .minus(new Estimate(value, new double[3], new double[0])))
        .withMessageContaining("2 replicates with 3");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Estimate(value, new double[2], new double[4])
                    .minus(new Estimate(value, new double[2], new double[5])))
        .withMessageContaining("4 groups with 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IntervalMethod.of("normal"))
        .withMessageContaining("normal, expected one of percentile, bca, jackknife");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Value(Double.NaN, null, 0, 0, 0, 0))
        .withMessageContaining("reason null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Value(1, "why", 0, 0, 0, 0))
        .withMessageContaining("reason why");
  }

  private static Estimate mean(FixedPointSums sums, int s) {
    double[] means = new double[sums.replicates()];
    Arrays.setAll(means, r -> sums.sum(s, r) / sums.sum(2, r));
    long users = (long) sums.sum(2);
    return new Estimate(
        new Value(sums.sum(s) / users, null, users, users, 0, 0),
        Arrays.copyOf(means, means.length - GROUPS),
        Arrays.copyOfRange(means, means.length - GROUPS, means.length));
  }

  private static double width(Interval interval) {
    return interval.high() - interval.low();
  }
}
