package io.seminar.metrics;

import io.seminar.metrics.calibration.LogLoss;
import io.seminar.metrics.ranking.Auc;
import io.seminar.metrics.ranking.HitRate;
import io.seminar.metrics.ranking.Ndcg;
import io.seminar.metrics.ranking.Ranking;
import io.seminar.metrics.ranking.ReciprocalRank;
import java.util.Arrays;

/**
 * What one user contributes to one cell: {@link #clear}, then the user's pages and impressions in a
 * fixed order, then {@link #copyTo}.
 *
 * <p>The sums are doubles, so the order in which a user's pages are added matters in the last bits:
 * always the order of the log. Nothing is allocated once the largest user has been seen. Not for
 * use by two threads at a time.
 */
public final class UserStatistics {
  private final MetricSuite suite;
  private final double[] sums;
  private final int counts; // where the counts begin in sums
  private final Ranking page = new Ranking();
  private final Ranking all = new Ranking();

  UserStatistics(MetricSuite suite) {
    this.suite = suite;
    sums = new double[suite.statistics()];
    counts = suite.replicated;
  }

  /** Begins a new user. */
  public void clear() {
    Arrays.fill(sums, 0);
    all.clear();
  }

  /**
   * Whether nothing has been added since {@link #clear}: such a user does not belong in the cell.
   */
  public boolean isEmpty() {
    return sums[counts + MetricSuite.FIDELITY_ROWS] == 0
        && sums[counts + MetricSuite.IMPRESSIONS] == 0;
  }

  /**
   * Adds how faithful the attention of one impression was.
   *
   * @param recall recall@K for every retrieval K, from {@code offset}; NaN if the history is empty
   *     (then for every K)
   * @param massKept NaN if the history is empty
   * @param cosine NaN if an output is zero
   * @param relativeL2 NaN if the exact output is zero
   * @throws IllegalArgumentException if a number is outside its range; nothing has been added then
   */
  public void addFidelity(
      float[] recall, int offset, double massKept, double cosine, double relativeL2) {
    boolean undefined = Float.isNaN(recall[offset]);
    for (int i = 0; i < suite.retrievalCutoffs(); i++) {
      float share = recall[offset + i];
      if (Float.isNaN(share) != undefined || share < 0 || share > 1) {
        throw new IllegalArgumentException(
            "recall "
                + i
                + " is "
                + share
                + ", expected 0..1, or NaN for every K; the first is "
                + recall[offset]);
      }
    }
    // A little above 1 is what rounding makes of a sum of probabilities, and of a product of unit
    // vectors.
    checkWithin("mass kept", massKept, 0, 1 + 1e-4);
    checkWithin("cosine", cosine, -1 - 1e-4, 1 + 1e-4);
    checkWithin("relative L2", relativeL2, 0, Double.MAX_VALUE);

    sums[counts + MetricSuite.FIDELITY_ROWS]++;
    sums[counts + MetricSuite.FIDELITY_USERS] = 1;
    if (!undefined) {
      for (int i = 0; i < suite.retrievalCutoffs(); i++) {
        sums[suite.recall + i] += recall[offset + i];
      }
      sums[suite.recallCount]++;
      sums[counts + MetricSuite.RECALL_USERS] = 1;
    }
    addOptional(Math.min(1, massKept), suite.mass, MetricSuite.MASS_USERS);
    addOptional(Math.max(-1, Math.min(1, cosine)), suite.cosine, MetricSuite.COSINE_USERS);
    addOptional(relativeL2, suite.relativeL2, MetricSuite.RELATIVE_L2_USERS);
  }

  /** Adds a number to the sum at {@code at} and 1 to the n behind it; NaN is left out. */
  private void addOptional(double value, int at, int users) {
    if (!Double.isNaN(value)) {
      sums[at] += value;
      sums[at + 1]++;
      sums[counts + users] = 1;
    }
  }

  /**
   * Adds one page: impressions {@code from..to-1}, those of the page that the slice selects. An
   * empty range adds nothing: the page has no impression in the slice.
   *
   * @param scores higher is better; not NaN
   * @param probabilities of a click, 0..1; null: the arm has no calibration, and metrics that need
   *     one are undefined
   * @param labels grade in 0..127, clicked when {@code >= 1}
   * @throws IllegalArgumentException if a number is outside its range; the user must be cleared
   *     then
   */
  public void addPage(float[] scores, double[] probabilities, byte[] labels, int from, int to) {
    if (from == to) {
      return;
    }
    page.load(scores, labels, from, to);
    all.append(scores, labels, from, to);
    sums[counts + MetricSuite.PAGES]++;
    sums[counts + MetricSuite.IMPRESSIONS] += to - from;
    sums[counts + MetricSuite.EVALUATED_USERS] = 1;
    if (probabilities != null) {
      addProbabilities(probabilities, labels, from, to);
    }
    double reciprocal = ReciprocalRank.of(page);
    if (Double.isNaN(reciprocal)) {
      return; // no click: page metrics are undefined
    }
    for (int i = 0; i < suite.pageCutoffs(); i++) {
      sums[suite.ndcg + i] += Ndcg.of(page, suite.pageK(i));
      sums[suite.hitRate + i] += HitRate.of(page, suite.pageK(i));
    }
    sums[suite.reciprocalRank] += reciprocal;
    sums[suite.pageCount]++;
    sums[counts + MetricSuite.PAGE_USERS] = 1;
  }

  private void addProbabilities(double[] probabilities, byte[] labels, int from, int to) {
    double loss = 0;
    double predicted = 0;
    int clicks = 0;
    for (int i = from; i < to; i++) {
      boolean clicked = labels[i] > 0;
      loss += LogLoss.of(probabilities[i], clicked);
      predicted += probabilities[i];
      clicks += clicked ? 1 : 0;
    }
    sums[suite.loss] += loss;
    sums[suite.loss + 1] += predicted;
    sums[suite.loss + 2] += clicks;
    sums[suite.loss + 3] += to - from;
    sums[counts + MetricSuite.PROBABILITY_USERS] = 1;
  }

  /**
   * Writes the user's {@code MetricSuite.statistics()} numbers, which {@link CellAccumulator#add}
   * takes. The user's AUC is computed here, over all impressions that were added.
   */
  public void copyTo(double[] out, int offset) {
    all.sort();
    double auc = Auc.of(all);
    boolean defined = !Double.isNaN(auc);
    sums[suite.userAuc] = defined ? auc * all.size() : 0;
    sums[suite.userAuc + 1] = defined ? all.size() : 0;
    sums[suite.userAuc + 2] = defined ? auc : 0;
    sums[suite.userAuc + 3] = defined ? 1 : 0;
    System.arraycopy(sums, 0, out, offset, sums.length);
  }

  private static void checkWithin(String what, double value, double low, double high) {
    if (value < low || value > high) { // NaN passes
      throw new IllegalArgumentException(
          what + " is " + value + ", expected " + low + ".." + high + " or NaN");
    }
  }
}
