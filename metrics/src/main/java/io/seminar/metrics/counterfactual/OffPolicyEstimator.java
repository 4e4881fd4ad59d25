package io.seminar.metrics.counterfactual;

/**
 * Estimators of the mean reward that a target policy would have earned. In the formulas, w = π/p is
 * a row's importance weight and n the number of rows; sums go over rows. All of them are ratios of
 * sums, so resampling clusters resamples both.
 *
 * <p>All are undefined where {@link Support} refuses, and without a row.
 */
public enum OffPolicyEstimator {
  /**
   * Inverse propensity scoring, {@code Σ w r / n}. Unbiased if propensities are right and every
   * action of the target policy could have been logged; its range is that of the rewards only in
   * expectation, since the weights of a sample need not add up to n. Source: Horvitz and Thompson
   * 1952; Strehl et al., "Learning from logged implicit exploration data", 2010.
   */
  IPS("ips", "IPS", "Σ w r / n, w the target policy's probability over the logged propensity.") {
    @Override
    double apply(Sums sums) {
      return ratio(sums.get(OffPolicySums.WEIGHTED_REWARD), sums.get(OffPolicySums.ROWS));
    }
  },

  /**
   * Self-normalised, {@code Σ w r / Σ w}. Consistent, and always within the range of the rewards;
   * usually of smaller variance than IPS. Source: Swaminathan and Joachims, "The self-normalized
   * estimator for counterfactual learning", 2015.
   */
  SNIPS("snips", "SNIPS", "Σ w r / Σ w.") {
    @Override
    double apply(Sums sums) {
      return ratio(sums.get(OffPolicySums.WEIGHTED_REWARD), sums.get(OffPolicySums.WEIGHT));
    }
  },

  /**
   * Clipped, {@code Σ min(w, M) r / n}. For rewards that are not negative it is biased downwards,
   * by what the clipped part of the weights would have earned; in return no row counts more than M
   * times. Source: Ionides, "Truncated importance sampling", 2008; Bottou et al., "Counterfactual
   * reasoning and learning systems", 2013.
   */
  CLIPPED_IPS("clipped_ips", "Clipped IPS", "Σ min(w, M) r / n; biased towards 0.") {
    @Override
    double apply(Sums sums) {
      return ratio(sums.get(OffPolicySums.CLIPPED_REWARD), sums.get(OffPolicySums.ROWS));
    }
  },

  /**
   * Doubly robust, {@code Σ (q(π) + w (r - q(a))) / n}, with a model of the reward: q(a) is its
   * prediction for the logged action, q(π) = Σ_a π(a) q(a) that for the target policy. Consistent
   * if the propensities are right or the model is. The model must not have been fitted on the same
   * rows. Undefined unless every row has predictions. Source: Dudík, Langford and Li, "Doubly
   * robust policy evaluation and learning", 2011.
   */
  DOUBLY_ROBUST(
      "doubly_robust", "Doubly robust", "Σ (q(π) + w (r - q(a))) / n, q a model of the reward.") {
    @Override
    double apply(Sums sums) {
      return ratio(sums.get(OffPolicySums.ROBUST), sums.get(OffPolicySums.ROWS));
    }
  },

  /**
   * Replay, {@code Σ π r / Σ π}: the mean reward of the rows in which the target policy takes the
   * logged action, in expectation over its draws if it is not deterministic. Unbiased where every
   * action was logged with the same probability, and undefined otherwise: it looks at no
   * propensity. n counts the rows it rests on. Source: Li, Chu, Langford and Wang, "Unbiased
   * offline evaluation of contextual-bandit-based news article recommendation algorithms", 2011.
   */
  REPLAY(
      "replay", "Replay", "Mean reward of the rows whose logged action is the target policy's.") {
    @Override
    double apply(Sums sums) {
      return ratio(sums.get(OffPolicySums.MATCHED_REWARD), sums.get(OffPolicySums.MATCHED));
    }
  };

  /** The sums of one replicate, or the plain ones. */
  @FunctionalInterface
  interface Sums {
    double get(int statistic);
  }

  private final String key;
  private final String title;
  private final String doc;

  OffPolicyEstimator(String key, String title, String doc) {
    this.key = key;
    this.title = title;
    this.doc = doc;
  }

  /** Stable name. */
  public String key() {
    return key;
  }

  /** Name for people. */
  public String title() {
    return title;
  }

  /** Formula in one sentence. */
  public String doc() {
    return doc;
  }

  /** NaN if undefined. */
  abstract double apply(Sums sums);

  private static double ratio(double numerator, double denominator) {
    return denominator == 0 ? Double.NaN : numerator / denominator;
  }
}
