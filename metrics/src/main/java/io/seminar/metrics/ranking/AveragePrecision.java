package io.seminar.metrics.ranking;

/**
 * Average precision of a page: the mean, over its clicked impressions, of the precision at their
 * ranks; its mean over pages is the MAP.
 *
 * <pre>
 * AP = E[ 1/R Σ_{r : clicked} (clicked among the first r) / r ]       R clicked on the page
 * </pre>
 *
 * over the orders of tied impressions. Let a tie group of m impressions, h of them clicked, stand
 * behind a others, of which b are clicked. Its j-th place is clicked with probability h/m, and if
 * it is, each of the j - 1 places before it is with probability (h-1)/(m-1). Expectation is linear,
 * so
 *
 * <pre>
 * AP = 1/R Σ_groups Σ_{j=1..m} h/m (b + 1 + (j-1) (h-1)/(m-1)) / (a + j)
 * </pre>
 *
 * Range 0..1. Undefined (NaN) for a page without a click. Grades count as clicked or not.
 *
 * <p>Source: Buckley and Voorhees, "Evaluating evaluation measure stability", 2000 (trec_eval's
 * {@code map}); ties as in McSherry and Najork 2008.
 */
public final class AveragePrecision {
  private AveragePrecision() {}

  /**
   * Average precision of the page {@code from..to-1}; NaN without a click. Allocates; for a loop,
   * keep a {@link Ranking}.
   */
  public static double of(float[] scores, byte[] labels, int from, int to) {
    return of(new Ranking().load(scores, labels, from, to));
  }

  /** Average precision of {@code page}; NaN without a click. */
  public static double of(Ranking page) {
    double sum = 0;
    int clicked = 0; // so far
    for (int rank = 0; rank < page.size() && clicked < page.clicks(); ) {
      int end = page.endOfTies(rank);
      int hits = page.hits(rank, end);
      if (hits > 0) {
        sum += group(rank, end - rank, clicked, hits);
        clicked += hits;
      }
      rank = end;
    }
    return clicked == 0 ? Double.NaN : Math.min(1, sum / clicked);
  }

  private static double group(int before, int tied, int clickedBefore, int hits) {
    double share = tied == 1 ? 0 : (hits - 1.0) / (tied - 1);
    double sum = 0;
    for (int j = 1; j <= tied; j++) {
      sum += (clickedBefore + 1 + (j - 1) * share) / (before + j);
    }
    return sum * hits / tied;
  }
}
