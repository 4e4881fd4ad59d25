package io.seminar.metrics.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EstimateTest {

  /** Two arms that share most of their noise: the difference is known far better than either. */
  @Test
  void pairingCancelsWhatIsShared() {
    SplittableRandom random = new SplittableRandom(4);
    int replicates = 400;
    BootstrapWeights bootstrap = new BootstrapWeights(1, replicates);
    FixedPointSums sums = new FixedPointSums(3, 0, replicates);
    long[] weights = new long[replicates];
    for (int u = 0; u < 500; u++) {
      double base = random.nextDouble();
      bootstrap.fill(u, weights);
      sums.add(new double[] {base + .01 + .01 * random.nextDouble(), base, 1}, 0, weights);
    }
    Estimate arm = mean(sums, 0);
    Estimate baseline = mean(sums, 1);
    Estimate difference = arm.minus(baseline);
    assertThat(difference.value().value()).isCloseTo(.015, within(.001));
    Interval paired = difference.interval(.95);
    assertThat(paired.low()).isGreaterThan(.014);
    assertThat(paired.high()).isLessThan(.016);
    assertThat(width(paired)).isLessThan(width(arm.interval(.95)) / 20);
    // An arm is no better than itself, with certainty.
    Estimate none = arm.minus(arm);
    assertThat(none.value().value()).isZero();
    assertThat(none.interval(.95)).isEqualTo(new Interval(0, 0, null));
  }

  @Test
  void isUndefinedWhereEitherSideIs() {
    Value defined = new Value(.5, null, 40, 20, 1, 2);
    Value undefined = new Value(Double.NaN, "no click", 30, 15, 3, 4);
    double[] replicates = new double[100];
    double[] none = new double[100];
    Arrays.fill(none, Double.NaN);
    Estimate difference = new Estimate(defined, replicates).minus(new Estimate(undefined, none));
    assertThat(difference.value())
        .isEqualTo(new Value(Double.NaN, "undefined for the baseline: no click", 30, 15, 3, 4));
    assertThat(difference.interval(.95).reason()).isEqualTo(difference.value().reason());
    assertThat(
            new Estimate(undefined, none).minus(new Estimate(defined, replicates)).value().reason())
        .isEqualTo("no click");
  }

  @Test
  void refusesWhatCannotBePaired() {
    Value value = new Value(1, null, 1, 1, 0, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Estimate(value, new double[2]).minus(new Estimate(value, new double[3])))
        .withMessageContaining("2 replicates with 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Value(Double.NaN, null, 0, 0, 0, 0))
        .withMessageContaining("reason null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Value(1, "why", 0, 0, 0, 0))
        .withMessageContaining("reason why");
  }

  private static Estimate mean(FixedPointSums sums, int s) {
    double[] replicates = new double[sums.replicates()];
    Arrays.setAll(replicates, r -> sums.sum(s, r) / sums.sum(2, r));
    long users = (long) sums.sum(2);
    return new Estimate(new Value(sums.sum(s) / users, null, users, users, 0, 0), replicates);
  }

  private static double width(Interval interval) {
    return interval.high() - interval.low();
  }
}
