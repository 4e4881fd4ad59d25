package io.seminar.metrics;

import io.seminar.metrics.ranking.Inclusion;
import io.seminar.metrics.ranking.Ranking;

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
  private final UserSums sums;
  private final Ranking page = new Ranking();
  private final Ranking all = new Ranking();
  private final Inclusion inclusion = new Inclusion();

  UserStatistics(MetricSuite suite) {
    this.suite = suite;
    sums = new UserSums(suite.replicated, MetricSuite.COUNTS);
  }

  /** Begins a new user. */
  public void clear() {
    sums.clear();
    all.clear();
  }

  /**
   * Whether nothing has been added since {@link #clear}: such a user does not belong in the cell.
   */
  public boolean isEmpty() {
    return !sums.counted(MetricSuite.FIDELITY_ROWS) && !sums.counted(MetricSuite.IMPRESSIONS);
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
    suite.fidelity.add(sums, recall, offset, massKept, cosine, relativeL2);
  }

  /**
   * Adds one page whose items' self-information is not known: novelty is undefined for it.
   *
   * @see #addPage(float[], double[], byte[], float[], int, int)
   */
  public void addPage(float[] scores, double[] probabilities, byte[] labels, int from, int to) {
    addPage(scores, probabilities, labels, null, from, to);
  }

  /**
   * Adds one page: impressions {@code from..to-1}, those of the page that the slice selects. An
   * empty range adds nothing: the page has no impression in the slice.
   *
   * @param scores higher is better; not NaN
   * @param probabilities of a click, 0..1; null: the arm has no calibration, and metrics that need
   *     one are undefined
   * @param labels grade in 0..127, clicked when {@code >= 1}
   * @param information bits of each impression's item, at least 0 and finite, from {@link
   *     io.seminar.metrics.catalogue.Novelty#selfInformation}; null: not known, and novelty is
   *     undefined for the page
   * @throws IllegalArgumentException if a number is outside its range; the user must be cleared
   *     then
   */
  public void addPage(
      float[] scores,
      double[] probabilities,
      byte[] labels,
      float[] information,
      int from,
      int to) {
    if (from == to) {
      return;
    }
    page.load(scores, labels, from, to);
    all.append(scores, labels, from, to);
    sums.count(MetricSuite.PAGES, 1);
    sums.count(MetricSuite.IMPRESSIONS, to - from);
    sums.mark(MetricSuite.EVALUATED_USERS);
    if (probabilities != null) {
      suite.calibration.add(sums, probabilities, labels, from, to);
    }
    suite.pages.add(sums, page);
    if (information != null) {
      suite.catalogue.add(sums, page, inclusion, scores, information, from, to);
    }
  }

  /**
   * Writes the user's {@code MetricSuite.statistics()} numbers, which {@link CellAccumulator#add}
   * takes. The user's AUC is computed here, over all impressions that were added.
   */
  public void copyTo(double[] out, int offset) {
    all.sort();
    suite.discrimination.set(sums, all);
    sums.copyTo(out, offset);
  }
}
