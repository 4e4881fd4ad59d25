package io.seminar.testdata.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PlackettLuceTest {
  private static final long SEED = 20261124;

  /** P(candidate at position) by summing the model's probability over all n! orders. */
  private static double[][] bruteForce(int[] weight) {
    int n = weight.length;
    double[][] marginal = new double[n][n];
    extend(weight, new int[n], new boolean[n], 0, Arrays.stream(weight).sum(), 1, marginal);
    return marginal;
  }

  private static void extend(
      int[] weight, int[] order, boolean[] used, int k, int left, double p, double[][] marginal) {
    if (k == weight.length) {
      for (int position = 0; position < k; position++) {
        marginal[order[position]][position] += p;
      }
      return;
    }
    for (int i = 0; i < weight.length; i++) {
      if (!used[i]) {
        used[i] = true;
        order[k] = i;
        double q = p * weight[i] / left;
        extend(weight, order, used, k + 1, left - weight[i], q, marginal);
        used[i] = false;
      }
    }
  }

  @Test
  void propensitiesAreTheMarginalsOverAllOrders() {
    RandomStream random = new RandomStream().restart(SEED, Purpose.USER_REQUESTS, 0);
    for (int n = 1; n <= 7; n++) {
      for (int round = 0; round < 5; round++) {
        int[] weight = new int[n];
        for (int i = 0; i < n; i++) {
          weight[i] = 1 + random.nextInt(PlackettLuce.MAX_WEIGHT);
        }
        double[][] expected = bruteForce(weight);
        PlackettLuce model = new PlackettLuce(n);
        int[] order = new int[n];
        float[] propensity = new float[n];
        for (int draw = 0; draw < 4; draw++) {
          model.draw(weight, n, random, order);
          model.propensities(weight, n, order, propensity);
          for (int k = 0; k < n; k++) {
            assertThat((double) propensity[k])
                .describedAs("seed %d, weights %s, position %d", SEED, Arrays.toString(weight), k)
                .isCloseTo(expected[order[k]][k], within(1e-6));
          }
        }
      }
    }
  }

  @Test
  void marginalsOfALargePageSumToOneOverItemsAndOverPositions() {
    int n = 80;
    int[] weight = randomWeights(n, 1);
    PlackettLuce model = new PlackettLuce(n);
    float[] propensity = new float[n];
    double[] overItems = new double[n];
    double[] overPositions = new double[n];
    int[] rotated = new int[n];
    // A rotation a time: each candidate visits each position once.
    for (int shift = 0; shift < n; shift++) {
      for (int k = 0; k < n; k++) {
        rotated[k] = (k + shift) % n;
      }
      model.propensities(weight, n, rotated, propensity);
      for (int k = 0; k < n; k++) {
        overItems[k] += propensity[k];
        overPositions[rotated[k]] += propensity[k];
      }
    }
    for (int k = 0; k < n; k++) {
      assertThat(overItems[k]).isCloseTo(1, within(1e-5));
      assertThat(overPositions[k]).isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void fewerNodesThanThePolynomialsDegreeAsksForAreEnough() {
    int n = 200;
    int[] weight = randomWeights(n, 2);
    // Half the page is as heavy, the other as light as can be: the narrowest peaks.
    for (int i = 0; i < n / 2; i++) {
      weight[i] = i % 2 == 0 ? 1 : PlackettLuce.MAX_WEIGHT;
    }
    PlackettLuce model = new PlackettLuce(n);
    int[] order = new int[n];
    float[] few = new float[n];
    float[] all = new float[n];
    model.draw(weight, n, new RandomStream().restart(SEED, Purpose.USER_REQUESTS, 3), order);
    model.propensities(weight, n, order, few);
    int total = Arrays.stream(weight).sum();
    model.integrate(weight, n, order, PlackettLuce.gaussLegendre(total / 2 + 1), all);
    for (int k = 0; k < n; k++) {
      assertThat(few[k])
          .describedAs("seed %d, position %d", SEED, k)
          .isCloseTo(all[k], within(1e-9f + 1e-6f * all[k]));
    }
  }

  private static int[] randomWeights(int n, long id) {
    RandomStream random = new RandomStream().restart(SEED, Purpose.USER_REQUESTS, id);
    int[] weight = new int[n];
    for (int i = 0; i < n; i++) {
      weight[i] = 1 + random.nextInt(PlackettLuce.MAX_WEIGHT);
    }
    return weight;
  }

  @Test
  void ordersAreDrawnWithThePropensities() {
    int[] weight = {1, 4, 9, 32};
    double[][] expected = bruteForce(weight);
    RandomStream random = new RandomStream().restart(SEED, Purpose.USER_REQUESTS, 2);
    PlackettLuce model = new PlackettLuce(4);
    int draws = 200_000;
    int[][] seen = new int[4][4];
    int[] order = new int[4];
    for (int d = 0; d < draws; d++) {
      model.draw(weight, 4, random, order);
      for (int k = 0; k < 4; k++) {
        seen[order[k]][k]++;
      }
    }
    for (int i = 0; i < 4; i++) {
      for (int k = 0; k < 4; k++) {
        double p = expected[i][k];
        double bound = 5 * Math.sqrt(p * (1 - p) / draws);
        assertThat(seen[i][k] / (double) draws)
            .describedAs("seed %d, candidate %d, position %d", SEED, i, k)
            .isCloseTo(p, within(bound));
      }
    }
  }
}
