package io.seminar.metrics.ranking;

/**
 * With which probability each impression of a page is among its K best, over the orders of tied
 * impressions.
 *
 * <pre>
 * 1      if its whole tie group is above the cut
 * t / m  if the cut leaves t places of a tie group of m
 * 0      below
 * </pre>
 *
 * So the expected number of something among the K best is a sum over the page, with these
 * probabilities. Reusable, without allocation. Not for use by two threads at a time.
 */
public final class Inclusion {
  private int places;
  private int threshold; // the sortable score at the cut
  private double shareAtCut;

  /**
   * Takes note of a page and a cut-off.
   *
   * @param page not empty
   * @param k at least 1
   */
  public void set(Ranking page, int k) {
    Ranking.checkCutoff(k);
    places = Math.min(k, page.size());
    threshold = page.sortableScore(places - 1);
    int first = places - 1;
    while (first > 0 && page.sortableScore(first - 1) == threshold) {
      first--;
    }
    shareAtCut = (double) (places - first) / (page.endOfTies(first) - first);
  }

  /** Probability that an impression of the page with this score is among the K best. */
  public double of(float score) {
    int sortable = Ranking.sortable(score);
    return sortable > threshold ? 1 : sortable == threshold ? shareAtCut : 0;
  }

  /** The probability of the impressions that tie with the last of the K best. */
  public double atCut() {
    return shareAtCut;
  }

  /** How many impressions are among the K best: K, or all of a shorter page. */
  public int places() {
    return places;
  }
}
