package io.seminar.metrics.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.Golden;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IntervalTest {

  @Test
  void endsAreThePercentilesOfNumPy() {
    Golden golden = new Golden();
    double[] sample = golden.doubles("quantile.sample");
    double[] before = sample.clone();
    double[] ends = golden.doubles("quantile.ends");
    Interval interval = Interval.percentile(sample, 137, .95);
    assertThat(interval.low()).isCloseTo(ends[0], within(1e-12));
    assertThat(interval.high()).isCloseTo(ends[1], within(1e-12));
    assertThat(sample).isEqualTo(before);
  }

  @Test
  void saysWhyThereIsNone() {
    double[] replicates = new double[100];
    Arrays.setAll(replicates, r -> r);
    assertThat(Interval.percentile(replicates, 9, .95))
        .isEqualTo(Interval.undefined("9 users, an interval needs at least 10"));
    assertThat(Interval.percentile(new double[39], 10, .95))
        .isEqualTo(Interval.undefined("39 replicates, level 0.95 needs at least 40"));
    assertThat(Interval.percentile(new double[40], 10, .95)).isEqualTo(new Interval(0, 0, null));
    for (int r = 0; r < 5; r++) {
      replicates[20 * r] = Double.NaN;
    }
    // Five of a hundred are left out: 95 remain, their ends in order.
    Interval rest = Interval.percentile(replicates, 10, .9);
    assertThat(rest.isDefined()).isTrue();
    assertThat(rest.low()).isBetween(4.0, 7.0);
    replicates[1] = Double.NaN;
    assertThat(Interval.percentile(replicates, 10, .95).reason())
        .isEqualTo("undefined in 6 of 100 replicates");
    for (double level : new double[] {0, 1, -1, 95, Double.NaN}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Interval.percentile(replicates, 10, level))
          .withMessageContaining(Double.toString(level));
    }
  }

  /**
   * Coverage by simulation, with the user as the unit: users with 1 to 12 clustered observations,
   * mean over observations, a ratio of sums. 400 simulations of 100 users; were the coverage 95 %,
   * fewer than 91 % or more than 98 % would come with a probability below 0.005. Resampling
   * observations instead of users would cover far less: shown beside it.
   */
  @Test
  void coversTheTruthAsOftenAsItSays() {
    SplittableRandom random = new SplittableRandom(11);
    int simulations = 400;
    int users = 100;
    int replicates = 200;
    long[] weights = new long[replicates];
    int covered = 0;
    int coveredByRows = 0;
    for (int simulation = 0; simulation < simulations; simulation++) {
      BootstrapWeights bootstrap = new BootstrapWeights(simulation, replicates);
      FixedPointSums byUser = new FixedPointSums(2, 0, replicates);
      FixedPointSums byRow = new FixedPointSums(2, 0, replicates);
      for (int u = 0; u < users; u++) {
        double taste = random.nextDouble(); // shared by all of the user's observations; mean 0.5
        int n = 1 + random.nextInt(12);
        double sum = 0;
        for (int i = 0; i < n; i++) {
          double observed = random.nextDouble() < taste ? 1 : 0;
          sum += observed;
          bootstrap.fill(random.nextLong(), weights);
          byRow.add(new double[] {observed, 1}, 0, weights);
        }
        bootstrap.fill(UserHash.of("user " + u), weights);
        byUser.add(new double[] {sum, n}, 0, weights);
      }
      covered += covers(byUser, users, .5) ? 1 : 0;
      coveredByRows += covers(byRow, users, .5) ? 1 : 0;
    }
    assertThat(covered / (double) simulations).isBetween(.91, .98);
    assertThat(coveredByRows / (double) simulations).isLessThan(.85);
  }

  private static boolean covers(FixedPointSums sums, int users, double truth) {
    double[] means = new double[sums.replicates()];
    Arrays.setAll(means, r -> sums.sum(0, r) / sums.sum(1, r));
    Interval interval = Interval.percentile(means, users, .95);
    return interval.low() <= truth && truth <= interval.high();
  }

  /** The spread of the replicates of a mean is the textbook standard error. */
  @Test
  void replicatesSpreadLikeTheStandardError() {
    SplittableRandom random = new SplittableRandom(12);
    int users = 2000;
    int replicates = 2000;
    BootstrapWeights bootstrap = new BootstrapWeights(5, replicates);
    FixedPointSums sums = new FixedPointSums(2, 0, replicates);
    long[] weights = new long[replicates];
    double sum = 0;
    double squares = 0;
    for (int u = 0; u < users; u++) {
      double value = random.nextDouble() * random.nextDouble();
      sum += value;
      squares += value * value;
      bootstrap.fill(u, weights);
      sums.add(new double[] {value, 1}, 0, weights);
    }
    double mean = sum / users;
    double standardError = Math.sqrt((squares / users - mean * mean) / users);
    double spread = 0;
    for (int r = 0; r < replicates; r++) {
      double difference = sums.sum(0, r) / sums.sum(1, r) - mean;
      spread += difference * difference;
    }
    // A standard deviation out of 2,000 is known to 1.6 %.
    assertThat(Math.sqrt(spread / replicates))
        .isCloseTo(standardError, within(.06 * standardError));
  }
}
