package io.seminar.testdata.simulation;

/**
 * The position-based click model: {@code P(click) = examination(position) · relevance}, where
 * {@code relevance = sigmoid(intercept + strength · (affinity − mean) / deviation)} (Craswell et
 * al., WSDM 2008, for the model; Joachims et al., WSDM 2017, for {@code position^−η}). Mean,
 * deviation and intercept are set for each scenario from a pilot of users of its own, so that
 * affinities are comparable and the expected click rate is the one asked for. They depend on the
 * options only, not on how many users are drawn.
 *
 * @param positionBias η
 * @param strength change of log odds by one standard deviation of affinity
 * @param mean of the affinity, by scenario: browse feed, search
 * @param deviation its standard deviation, by scenario
 * @param intercept log odds of relevance at mean affinity, by scenario
 */
record ClickModel(
    double positionBias, double strength, double[] mean, double[] deviation, double[] intercept) {
  /** Scenario of a page of the browse feed (CTR). */
  static final int BROWSE = 0;

  /** Scenario of a search page (PSR). */
  static final int SEARCH = 1;

  /**
   * Probability that a user looks at a position.
   *
   * @param position 1 is the top
   */
  static double examination(int position, double positionBias) {
    return StrictMath.pow(position, -positionBias);
  }

  /** Affinity in standard deviations from the scenario's mean. */
  double standardise(int scenario, double affinity) {
    return (affinity - mean[scenario]) / deviation[scenario];
  }

  /** Probability of a click on an item that is looked at. */
  double relevance(int scenario, double standardAffinity) {
    return sigmoid(intercept[scenario] + strength * standardAffinity);
  }

  static double sigmoid(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }

  /**
   * The intercept at which the mean click probability is the wanted rate, by bisection: the mean
   * rises with it.
   *
   * @param examination of each impression of the pilot
   * @param standardAffinity of each impression of the pilot
   * @param n number of impressions, at least 1
   */
  static double solveIntercept(
      double[] examination, double[] standardAffinity, int n, double strength, double rate) {
    double low = -60 - 20 * strength;
    double high = -low;
    for (int step = 0; step < 60; step++) {
      double middle = 0.5 * (low + high);
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += examination[i] * sigmoid(middle + strength * standardAffinity[i]);
      }
      if (sum < rate * n) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return 0.5 * (low + high);
  }
}
