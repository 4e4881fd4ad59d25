package io.seminar.testdata.simulation;

/**
 * Orders a page: a Plackett-Luce draw (see {@link PlackettLuce}) whose weights follow a noisy view
 * of the affinity, as of a ranker that is good but not perfect. Every order of the page's items is
 * possible, so any re-ranking of a page can be evaluated from the log. The propensity of an
 * impression is the marginal probability, over all orders of this page's items, that its item
 * stands at its position; which items are on the page is part of the context, as is the ranker's
 * noise. Work space of one thread.
 */
final class LoggingPolicy {
  /**
   * Weight of an item of mean score: leaves room for a resolution of an eighth below and a factor
   * of eight above.
   */
  private static final double BASE_WEIGHT = 4;

  private static final double SCORE_NOISE = 0.7;

  private final double strength;
  private final PlackettLuce model;
  private final int[] weight; // (impressions)
  final int[] order; // (impressions), the candidate at each position

  LoggingPolicy(SimulatorOptions options) {
    this.strength = options.loggingStrength();
    this.model = new PlackettLuce(options.impressions());
    this.weight = new int[options.impressions()];
    this.order = new int[options.impressions()];
  }

  /** Draws {@link #order} for the page that the drawer holds. */
  void order(PageDrawer page, int scenario, ClickModel clicks, RandomStream random) {
    int n = order.length;
    for (int i = 0; i < n; i++) {
      double score =
          clicks.standardise(scenario, page.affinity[i]) + SCORE_NOISE * random.nextGaussian();
      double raw = BASE_WEIGHT * StrictMath.exp(strength * score);
      weight[i] = (int) Math.max(1, Math.min(PlackettLuce.MAX_WEIGHT, Math.round(raw)));
    }
    model.draw(weight, n, random, order);
  }

  /** The propensities of the order drawn last. */
  float[] propensities() {
    float[] propensity = new float[order.length];
    model.propensities(weight, order.length, order, propensity);
    return propensity;
  }
}
