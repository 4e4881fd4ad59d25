package io.seminar.metrics.counterfactual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.counterfactual.Support.Verdict;
import io.seminar.metrics.inference.Interval;
import io.seminar.metrics.inference.IntervalMethod;
import io.seminar.metrics.inference.Resampling;
import io.seminar.metrics.inference.UserWeights;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A world whose truth is known: three contexts, four actions, clicks that a user's mood shifts. */
class KnownPolicyTest {
  private static final int CONTEXTS = 3;
  private static final int ACTIONS = 4;

  /** (context, action): probability of a click. */
  private static final double[][] REWARD = {{.2, .5, .3, .7}, {.6, .2, .4, .3}, {.3, .3, .8, .5}};

  private static final double[][] LOGGING = {
    {.4, .3, .2, .1}, {.25, .25, .25, .25}, {.1, .2, .3, .4}
  };

  private static final double[][] TARGET = {{.1, .2, .2, .5}, {.5, .2, .2, .1}, {.2, .1, .5, .2}};

  /** A model that knows nothing. */
  private static final double[][] WRONG_MODEL = {
    {.5, .1, .9, .1}, {.1, .9, .1, .5}, {.9, .6, .1, .1}
  };

  private static final double[][] WRONG_LOGGING = {
    {.25, .25, .25, .25}, {.4, .1, .1, .4}, {.4, .3, .2, .1}
  };

  private static double truth() {
    double sum = 0;
    for (int x = 0; x < CONTEXTS; x++) {
      sum += expected(TARGET[x], REWARD[x]) / CONTEXTS;
    }
    return sum;
  }

  private static double expected(double[] policy, double[] reward) {
    double sum = 0;
    for (int a = 0; a < ACTIONS; a++) {
      sum += policy[a] * reward[a];
    }
    return sum;
  }

  private static int draw(double[] policy, Random random) {
    double left = random.nextDouble();
    int a = 0;
    while (a < ACTIONS - 1 && left >= policy[a]) {
      left -= policy[a++];
    }
    return a;
  }

  /** Users of five decisions each, which share a mood. */
  private static OffPolicySums log(
      Random random, int users, double[][] propensities, double[][] model, int replicates) {
    OffPolicySums sums = new OffPolicySums(2, replicates);
    UserWeights bootstrap =
        replicates == 0
            ? null
            : new UserWeights(new Resampling(random.nextLong(), replicates, 0, 0));
    long[] weights = new long[replicates];
    for (int u = 0; u < users; u++) {
      double mood = random.nextBoolean() ? .1 : -.1;
      for (int i = 0; i < 5; i++) {
        int x = random.nextInt(CONTEXTS);
        int a = draw(LOGGING[x], random);
        double reward = random.nextDouble() < REWARD[x][a] + mood ? 1 : 0;
        sums.add(
            i,
            reward,
            propensities[x][a],
            TARGET[x][a],
            model[x][a],
            expected(TARGET[x], model[x]));
      }
      if (bootstrap != null) {
        bootstrap.fill(u, weights);
      }
      sums.endCluster(weights);
    }
    return sums;
  }

  @Test
  void estimatorsAreConsistentWhereTheyPromiseToBe() {
    double truth = truth();
    OffPolicySums right = log(new Random(1), 60_000, LOGGING, REWARD, 0);
    assertThat(right.support().verdict()).isEqualTo(Verdict.SUFFICIENT);
    assertThat(right.support().meanWeight()).isCloseTo(1, within(.01));
    assertThat(value(right, OffPolicyEstimator.IPS)).isCloseTo(truth, within(.008));
    assertThat(value(right, OffPolicyEstimator.SNIPS)).isCloseTo(truth, within(.008));
    assertThat(value(right, OffPolicyEstimator.DOUBLY_ROBUST)).isCloseTo(truth, within(.008));
    // Weights up to 5 were clipped at 2, and the rewards are not negative.
    assertThat(value(right, OffPolicyEstimator.CLIPPED_IPS)).isLessThan(truth - .05);
    assertThat(value(right, OffPolicyEstimator.REPLAY)).isNaN();

    OffPolicySums onlyPropensities = log(new Random(2), 60_000, LOGGING, WRONG_MODEL, 0);
    assertThat(value(onlyPropensities, OffPolicyEstimator.DOUBLY_ROBUST))
        .isCloseTo(truth, within(.008));
    OffPolicySums onlyModel = log(new Random(3), 60_000, WRONG_LOGGING, REWARD, 0);
    assertThat(value(onlyModel, OffPolicyEstimator.DOUBLY_ROBUST)).isCloseTo(truth, within(.008));
    assertThat(Math.abs(value(onlyModel, OffPolicyEstimator.IPS) - truth)).isGreaterThan(.03);
    OffPolicySums neither = log(new Random(4), 60_000, WRONG_LOGGING, WRONG_MODEL, 0);
    assertThat(Math.abs(value(neither, OffPolicyEstimator.DOUBLY_ROBUST) - truth))
        .isGreaterThan(.03);
  }

  /** 95 % intervals over users, 400 times. */
  @Test
  void intervalsCoverTheTruth() {
    double truth = truth();
    Random random = new Random(6);
    OffPolicyEstimator[] estimators = {
      OffPolicyEstimator.IPS, OffPolicyEstimator.SNIPS, OffPolicyEstimator.DOUBLY_ROBUST
    };
    int[] covered = new int[estimators.length];
    int simulations = 400;
    for (int simulation = 0; simulation < simulations; simulation++) {
      OffPolicySums sums = log(random, 300, LOGGING, REWARD, 200);
      for (int e = 0; e < estimators.length; e++) {
        Interval interval = sums.estimate(estimators[e]).interval(IntervalMethod.PERCENTILE, .95);
        covered[e] += interval.low() <= truth && truth <= interval.high() ? 1 : 0;
      }
    }
    for (int e = 0; e < estimators.length; e++) {
      assertThat(covered[e] / (double) simulations).as(estimators[e].key()).isBetween(.915, .98);
    }
  }

  private static double value(OffPolicySums sums, OffPolicyEstimator estimator) {
    return sums.estimate(estimator).value().value();
  }
}
