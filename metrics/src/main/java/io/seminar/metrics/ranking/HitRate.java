package io.seminar.metrics.ranking;

/**
 * Whether a page has a click among its K best; its mean over pages is HR@K.
 *
 * <pre>
 * HR@K = P( some clicked impression is ranked in 1..K )
 * </pre>
 *
 * over the orders of tied impressions. A tie group of m with h clicks, of which t places are above
 * the cut, shows none of them with probability {@code C(m-h, t) / C(m, t)}. Range 0..1. Undefined
 * (NaN) for a page without a click: no order could have hit.
 *
 * <p>Source: for the metric, Deshpande and Karypis, "Item-based top-N recommendation algorithms",
 * 2004; ties as in McSherry and Najork 2008.
 */
public final class HitRate {
  private HitRate() {}

  /**
   * Hit rate at k of the page {@code from..to-1}; NaN without a click. Allocates; for a loop, keep
   * a {@link Ranking}.
   */
  public static double of(float[] scores, byte[] labels, int from, int to, int k) {
    return of(new Ranking().load(scores, labels, from, to), k);
  }

  /** Hit rate at k of {@code page}; NaN without a click. */
  public static double of(Ranking page, int k) {
    Ranking.checkCutoff(k);
    int rank = 0;
    while (rank < page.size()) {
      int end = page.endOfTies(rank);
      int hits = page.hits(rank, end);
      if (hits > 0) {
        // The first group with a click decides: whatever is clicked after it stands lower.
        return k <= rank ? 0 : 1 - missed(end - rank, hits, k - rank);
      }
      rank = end;
    }
    return Double.NaN;
  }

  /** Probability that none of {@code hits} among {@code tied} is in the first {@code places}. */
  private static double missed(int tied, int hits, int places) {
    if (places > tied - hits) {
      return 0;
    }
    double probability = 1;
    for (int j = 0; j < places; j++) {
      probability *= (double) (tied - hits - j) / (tied - j);
    }
    return probability;
  }
}
