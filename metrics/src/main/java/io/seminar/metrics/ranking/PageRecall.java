package io.seminar.metrics.ranking;

/**
 * Share of a page's clicked impressions that are among its K best; its mean over pages is
 * page_recall@K. (recall@K is about behaviours that attention keeps, see {@link
 * io.seminar.metrics.fidelity.RetrievalRecall}.)
 *
 * <pre>
 * R@K = E[ clicked among the ranks 1..K ] / (clicked on the page)
 * </pre>
 *
 * over the orders of tied impressions. Range 0..1; 1 for every K that reaches the end of the page.
 * Undefined (NaN) for a page without a click.
 *
 * <p>Source: trec_eval's {@code recall_K}; ties as in McSherry and Najork 2008.
 */
public final class PageRecall {
  private PageRecall() {}

  /**
   * Recall at k of the page {@code from..to-1}; NaN without a click. Allocates; for a loop, keep a
   * {@link Ranking}.
   */
  public static double of(float[] scores, byte[] labels, int from, int to, int k) {
    return of(new Ranking().load(scores, labels, from, to), k);
  }

  /** Recall at k of {@code page}; NaN without a click. */
  public static double of(Ranking page, int k) {
    Ranking.checkCutoff(k);
    return page.clicks() == 0 ? Double.NaN : page.expectedHits(k) / page.clicks();
  }
}
