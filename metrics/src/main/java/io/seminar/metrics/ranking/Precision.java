package io.seminar.metrics.ranking;

/**
 * Share of clicked impressions among a page's K best; its mean over pages is precision@K.
 *
 * <pre>
 * P@K = E[ clicked among the ranks 1..K ] / K
 * </pre>
 *
 * over the orders of tied impressions: of a tie group that the cut goes through, each impression is
 * above it with the same probability. A page with fewer than K impressions is still divided by K,
 * as in trec_eval. Range 0..1. Undefined (NaN) for a page without a click, like the other page
 * metrics, so that all of them are means over the same pages.
 *
 * <p>Source: trec_eval's {@code P_K}; ties as in McSherry and Najork 2008.
 */
public final class Precision {
  private Precision() {}

  /**
   * Precision at k of the page {@code from..to-1}; NaN without a click. Allocates; for a loop, keep
   * a {@link Ranking}.
   */
  public static double of(float[] scores, byte[] labels, int from, int to, int k) {
    return of(new Ranking().load(scores, labels, from, to), k);
  }

  /** Precision at k of {@code page}; NaN without a click. */
  public static double of(Ranking page, int k) {
    Ranking.checkCutoff(k);
    return page.clicks() == 0 ? Double.NaN : page.expectedHits(k) / k;
  }
}
