package io.seminar.metrics.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.Golden;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** SciPy's replicates of skewed statistics, left out one by one: its own ends come out. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void endsAreThoseOfSciPy(int c) {
    Golden golden = new Golden("/inference/reference.properties");
    double value = golden.number("bca." + c + ".value");
    double[] replicates = golden.doubles("bca." + c + ".replicates");
    double[] deleted = golden.doubles("bca." + c + ".deleted");
    double[] ends = golden.doubles("bca." + c + ".ends");
    Interval bca = Interval.bca(value, replicates, deleted, deleted.length, .9);
    assertThat(bca.reason()).isNull();
    assertThat(bca.low()).isCloseTo(ends[0], within(1e-9));
    assertThat(bca.high()).isCloseTo(ends[1], within(1e-9));
    double[] plain = golden.doubles("bca." + c + ".percentile");
    Interval percentile = Interval.percentile(replicates, deleted.length, .9);
    assertThat(percentile.low()).isCloseTo(plain[0], within(1e-12));
    assertThat(percentile.high()).isCloseTo(plain[1], within(1e-12));
    assertThat(bca.low()).isNotCloseTo(percentile.low(), within(1e-4));
    Value rest = new Value(value, null, deleted.length, deleted.length, 0, 0);
    assertThat(new Estimate(rest, replicates, deleted).standardError())
        .isCloseTo(golden.number("bca." + c + ".error"), within(1e-12));
  }

  @Test
  void theJackknifeIsThatOfNumPyAndSciPy() {
    Golden golden = new Golden("/inference/reference.properties");
    double value = golden.number("jackknife.value");
    double[] deleted = golden.doubles("jackknife.deleted");
    double error = golden.number("jackknife.error");
    assertThat(Jackknife.standardError(value, deleted)).isCloseTo(error, within(1e-14));
    // Users without number: degrees are G - 1 = 19, whose quantile is printed in any table.
    Interval interval = Interval.jackknife(value, deleted, Long.MAX_VALUE, .95);
    assertThat(interval.low()).isCloseTo(value - 2.0930240544 * error, within(1e-11));
    assertThat(interval.high()).isCloseTo(value + 2.0930240544 * error, within(1e-11));
    assertThat(Jackknife.degreesOfFreedom(20, 180)).isCloseTo(17, within(1e-12));
  }

  /**
   * Over normal users in groups by hash, se² varies like a chi-square of the stated degrees: its
   * relative variance is 2 / degrees. 20,000 simulations know a variance to some 2 %, so 8 % are
   * four standard errors. G - 1 would be wrong by a factor of up to 5 here.
   */
  @ParameterizedTest
  @ValueSource(ints = {12, 50, 200})
  void degreesOfFreedomAreThoseOfGroupsByHash(int users) {
    SplittableRandom random = new SplittableRandom(13);
    int groups = 50;
    int simulations = 20_000;
    double[] deleted = new double[groups];
    double[] sums = new double[groups];
    int[] sizes = new int[groups];
    double mean = 0;
    double squares = 0;
    for (int simulation = 0; simulation < simulations; simulation++) {
      Arrays.fill(sums, 0);
      Arrays.fill(sizes, 0);
      double sum = 0;
      for (int u = 0; u < users; u++) {
        double value = random.nextGaussian();
        int group = random.nextInt(groups);
        sums[group] += value;
        sizes[group]++;
        sum += value;
      }
      for (int g = 0; g < groups; g++) {
        deleted[g] = (sum - sums[g]) / (users - sizes[g]);
      }
      double variance = Math.pow(Jackknife.standardError(sum / users, deleted), 2);
      mean += variance / simulations;
      squares += variance * variance / simulations;
    }
    double relative = squares / (mean * mean) - 1;
    double stated = 2 / Jackknife.degreesOfFreedom(groups, users);
    System.out.printf(
        "jackknife of %d users in %d groups: se² varies by %.4f, stated %.4f; mean %.4f of %.4f%n",
        users, groups, relative, stated, mean, 1. / users);
    assertThat(relative).isCloseTo(stated, within(.15 * stated));
    assertThat(mean * users).isBetween(.97, 1.12);
  }

  @Test
  void bcaAndJackknifeSayWhyThereIsNone() {
    double[] replicates = new double[200];
    Arrays.setAll(replicates, r -> r);
    double[] groups = {1, 2, 3, 5};
    assertThat(Interval.bca(100, replicates, groups, 9, .95).reason())
        .isEqualTo("9 users, an interval needs at least 10");
    assertThat(Interval.jackknife(100, groups, 9, .95).reason())
        .isEqualTo("9 users, an interval needs at least 10");
    assertThat(Interval.bca(100, new double[39], groups, 10, .95).reason())
        .isEqualTo("39 replicates, level 0.95 needs at least 40");
    for (double[] none : new double[][] {{}, {1}}) {
      String reason = none.length + " jackknife groups, at least 2 are needed";
      assertThat(Interval.bca(100, replicates, none, 10, .95).reason()).isEqualTo(reason);
      assertThat(Interval.jackknife(100, none, 10, .95).reason()).isEqualTo(reason);
    }
    double[] hole = {1, Double.NaN, 3};
    assertThat(Interval.bca(100, replicates, hole, 10, .95).reason())
        .isEqualTo("undefined without 1 of 3 jackknife groups");
    assertThat(Interval.jackknife(100, hole, 10, .95).reason())
        .isEqualTo("undefined without 1 of 3 jackknife groups");
    assertThat(Interval.bca(100, replicates, new double[] {1, 1}, 10, .95).reason())
        .isEqualTo("the values without each jackknife group do not vary");
    assertThat(Interval.bca(-1, replicates, groups, 10, .95).reason())
        .isEqualTo("all replicates lie on one side of the value -1.0: no bias can be told");
    // A share of 1.5 in 200 below the value: the lower end would lie far beyond the replicates.
    assertThat(Interval.bca(1, replicates, groups, 10, .95).reason())
        .startsWith("the tails corrected for bias and acceleration, ")
        .endsWith(", lie beyond 200 replicates");
    // Nothing varies: the value itself, as by percentiles.
    assertThat(Interval.bca(7, filled(200, 7), filled(20, 7), 10, .95))
        .isEqualTo(new Interval(7, 7, null));
    assertThat(Interval.jackknife(7, filled(20, 7), 10, .95)).isEqualTo(new Interval(7, 7, null));
  }

  /** Half of the ties count as below: a value amid replicates that are symmetric has no bias. */
  @Test
  void tiesWithTheValueCountHalf() {
    double[] replicates = new double[400];
    Arrays.setAll(replicates, r -> r / 40); // ten numbers, forty times each
    // As many below as above, and the others tied; groups without skewness.
    Interval even = Interval.bca(4.5, replicates, new double[] {1, 2, 3}, 10, .9);
    assertThat(even).isEqualTo(Interval.percentile(replicates, 10, .9));
    double[] tied = replicates.clone();
    Arrays.fill(tied, 120, 280, 4.5);
    assertThat(Interval.bca(4.5, tied, new double[] {1, 2, 3}, 10, .9))
        .isEqualTo(Interval.percentile(tied, 10, .9));
  }

  private static double[] filled(int n, double value) {
    double[] all = new double[n];
    Arrays.fill(all, value);
    return all;
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
      UserWeights bootstrap = new UserWeights(new Resampling(simulation, replicates, 0, 0));
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
    UserWeights bootstrap = new UserWeights(new Resampling(5, replicates, 0, 0));
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
