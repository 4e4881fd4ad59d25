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
class BootstrapWeightsTest {
  private static final int USERS = 20_000;
  private static final int REPLICATES = 50;

  @Test
  void followThePoissonDistribution() {
    long[] counts = new long[30];
    double sum = 0;
    double squares = 0;
    BootstrapWeights bootstrap = new BootstrapWeights(1, REPLICATES);
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
    BootstrapWeights bootstrap = new BootstrapWeights(2, REPLICATES);
    BootstrapWeights otherSeed = new BootstrapWeights(3, REPLICATES);
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
      new BootstrapWeights(20261124, replicates).fill(UserHash.of("a"), weights);
      for (int r = 0; r < replicates; r++) {
        assertThat(weights[r]).as("replicate " + r).isEqualTo((long) expected[r]);
      }
    }
  }

  @Test
  void refusesBadInput() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BootstrapWeights(1, 0))
        .withMessageContaining("was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BootstrapWeights(1, 3).fill(1, new long[4]))
        .withMessageContaining("length 4, expected 3");
  }
}
