package io.seminar.metrics.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.Golden;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.apache.commons.math3.distribution.PoissonDistribution;
import org.junit.jupiter.api.Test;

/**
 * Seeds are fixed here: these are tests of one generator, and a statistical bound would fail now
 * and then otherwise.
 */
class UserWeightsTest {
  private static final int USERS = 20_000;
  private static final int REPLICATES = 50;

  @Test
  void followThePoissonDistribution() {
    long[] counts = new long[30];
    double sum = 0;
    double squares = 0;
    UserWeights bootstrap = new UserWeights(new Resampling(1, REPLICATES, 0, 0));
    long[] weights = new long[REPLICATES];
    for (int u = 0; u < USERS; u++) {
      bootstrap.fill(UserHash.of("user-" + u), weights);
      for (long weight : weights) {
        counts[(int) weight]++;
        sum += weight;
        squares += weight * weight;
      }
    }
    double n = (double) USERS * REPLICATES;
    double mean = sum / n;
    // Standard errors: of the mean 1/sqrt(n) = 0.001, of the variance sqrt(3/n) = 0.0017.
    assertThat(mean).isCloseTo(1, within(.004));
    assertThat(squares / n - mean * mean).isCloseTo(1, within(.007));

    PoissonDistribution poisson = new PoissonDistribution(1);
    double statistic = 0;
    for (int j = 0; j <= 7; j++) {
      // The last class holds everything from 7 on.
      double expected = n * (j < 7 ? poisson.probability(j) : 1 - poisson.cumulativeProbability(6));
      double observed = j < 7 ? counts[j] : tail(counts, 7);
      statistic += (observed - expected) * (observed - expected) / expected;
    }
    assertThat(statistic)
        .isLessThan(new ChiSquaredDistribution(7).inverseCumulativeProbability(.999));
  }

  private static long tail(long[] counts, int from) {
    long sum = 0;
    for (int j = from; j < counts.length; j++) {
      sum += counts[j];
    }
    return sum;
  }

  /**
   * Contingency tables of two replicates over users, and of two neighbouring users over replicates:
   * chi-square bounds.
   */
  @Test
  void areIndependentOverReplicatesUsersAndSeeds() {
    UserWeights bootstrap = new UserWeights(new Resampling(2, REPLICATES, 0, 0));
    UserWeights otherSeed = new UserWeights(new Resampling(3, REPLICATES, 0, 0));
    long[][] neighbours = new long[4][4];
    long[][] near = new long[4][4];
    long[][] far = new long[4][4];
    long[][] seeds = new long[4][4];
    long[] weights = new long[REPLICATES];
    long[] before = new long[REPLICATES];
    long[] other = new long[REPLICATES];
    for (int u = 0; u < USERS; u++) {
      bootstrap.fill(u, weights); // consecutive hashes: the hardest case for the mixing
      otherSeed.fill(u, other);
      near[bucket(weights[0])][bucket(weights[1])]++;
      far[bucket(weights[3])][bucket(weights[REPLICATES - 1])]++;
      seeds[bucket(weights[0])][bucket(other[0])]++;
      if (u % 2 == 1) {
        neighbours[bucket(before[5])][bucket(weights[5])]++;
      }
      System.arraycopy(weights, 0, before, 0, REPLICATES);
    }
    double bound = new ChiSquaredDistribution(9).inverseCumulativeProbability(.999);
    assertThat(chiSquare(near)).isLessThan(bound);
    assertThat(chiSquare(far)).isLessThan(bound);
    assertThat(chiSquare(seeds)).isLessThan(bound);
    assertThat(chiSquare(neighbours)).isLessThan(bound);
  }

  private static int bucket(long weight) {
    return (int) Math.min(3, weight);
  }

  private static double chiSquare(long[][] table) {
    double[] rows = new double[4];
    double[] columns = new double[4];
    double n = 0;
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        rows[i] += table[i][j];
        columns[j] += table[i][j];
        n += table[i][j];
      }
    }
    double statistic = 0;
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        double expected = rows[i] * columns[j] / n;
        statistic += (table[i][j] - expected) * (table[i][j] - expected) / expected;
      }
    }
    return statistic;
  }

  /**
   * These numbers decide published intervals: another JVM, or another version of this, must give
   * the same.
   */
  @Test
  void areTheSameForEver() {
    double[] expected = new Golden().doubles("weights.a");
    for (int replicates :
        new int[] {1, 12, expected.length}) { // more replicates leave the first as they are
      long[] weights = new long[replicates];
      new UserWeights(new Resampling(20261124, replicates, 0, 0)).fill(UserHash.of("a"), weights);
      for (int r = 0; r < replicates; r++) {
        assertThat(weights[r]).as("replicate " + r).isEqualTo((long) expected[r]);
      }
    }
  }

  @Test
  void groupsAndCoinsAreTheSameForEverToo() {
    Golden golden = new Golden("/inference/reference.properties");
    double[] coins = golden.doubles("weights.coins");
    for (int bootstraps : new int[] {0, 7}) { // no kind depends on another
      for (int flips : new int[] {0, 1, 64, 65, coins.length}) {
        Resampling resampling = new Resampling(20261124, bootstraps, 50, flips);
        long[] weights = new long[resampling.columns()];
        new UserWeights(resampling).fill(UserHash.of("a"), weights);
        for (int g = 0; g < 50; g++) {
          assertThat(weights[bootstraps + g])
              .as("group " + g)
              .isEqualTo(g == golden.number("weights.group") ? 0 : 1);
        }
        for (int f = 0; f < flips; f++) {
          assertThat(weights[bootstraps + 50 + f]).as("flip " + f).isEqualTo((long) coins[f]);
        }
      }
    }
  }

  /** Every user is in one group, every group equally likely, also for consecutive hashes. */
  @Test
  void groupsAreEvenAndIndependentOfTheBootstrap() {
    int groups = 20;
    UserWeights drawn = new UserWeights(new Resampling(4, 1, groups, 0));
    long[] weights = new long[1 + groups];
    long[] sizes = new long[groups];
    double[] sums = new double[groups];
    for (int u = 0; u < USERS; u++) {
      drawn.fill(u, weights);
      int group = -1;
      for (int g = 0; g < groups; g++) {
        if (weights[1 + g] == 0) {
          assertThat(group).isEqualTo(-1);
          group = g;
        } else {
          assertThat(weights[1 + g]).isEqualTo(1);
        }
      }
      sizes[group]++;
      sums[group] += weights[0];
    }
    double expected = (double) USERS / groups;
    double even = 0;
    double independent = 0;
    for (int g = 0; g < groups; g++) {
      even += (sizes[g] - expected) * (sizes[g] - expected) / expected;
      // A group's sum of Poisson(1) weights has mean and variance n_g.
      independent += (sums[g] - sizes[g]) * (sums[g] - sizes[g]) / sizes[g];
    }
    assertThat(even).isLessThan(new ChiSquaredDistribution(19).inverseCumulativeProbability(.999));
    assertThat(independent)
        .isLessThan(new ChiSquaredDistribution(20).inverseCumulativeProbability(.999));
  }

  /** Each coin over users, and each pair of neighbouring coins: in one hash and across two. */
  @Test
  void coinsAreFairAndIndependent() {
    int flips = 200;
    UserWeights drawn = new UserWeights(new Resampling(5, 0, 0, flips));
    long[] coins = new long[flips];
    long[] heads = new long[flips];
    long[] equal = new long[flips];
    for (int u = 0; u < USERS; u++) {
      drawn.fill(u, coins);
      for (int f = 0; f < flips; f++) {
        assertThat(coins[f]).isBetween(0L, 1L);
        heads[f] += coins[f];
        equal[f] += coins[f] == coins[(f + 1) % flips] ? 1 : 0;
      }
    }
    double fair = 0;
    double independent = 0;
    for (int f = 0; f < flips; f++) {
      // Binomial(USERS, 1/2), squared in standard errors.
      fair += Math.pow(heads[f] - USERS / 2., 2) / (USERS / 4.);
      independent += Math.pow(equal[f] - USERS / 2., 2) / (USERS / 4.);
    }
    double bound = new ChiSquaredDistribution(flips).inverseCumulativeProbability(.999);
    assertThat(fair).isLessThan(bound);
    assertThat(independent).isLessThan(bound);
  }

  @Test
  void refusesBadInput() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UserWeights(new Resampling(1, 3, 2, 4)).fill(1, new long[3]))
        .withMessageContaining("length 3, expected 9");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Resampling(1, -1, 0, 0))
        .withMessageContaining("-1, 0, 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Resampling(1, 0, 1, 0))
        .withMessageContaining("groups is 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Resampling(1, 1 << 24, 0, 1))
        .withMessageContaining("16777217 columns");
    assertThat(Resampling.none().columns()).isZero();
    assertThat(new Resampling(1, 3, 2, 4).weighed()).isEqualTo(5);
  }
}
