package io.seminar.metrics.ranking;

/**
 * Reciprocal rank of a page's first click; its mean over pages is the MRR.
 *
 * <pre>
 * RR = E[ 1 / (rank of the first clicked impression) ]
 * </pre>
 *
 * over the orders of tied impressions. Only the first tie group with a click matters: with m
 * impressions of which h are clicked, behind a others, the first click is the j-th of the group
 * with probability {@code C(m-j, h-1) / C(m, h)}, so
 *
 * <pre>
 * RR = Σ_{j=1..m-h+1} C(m-j, h-1) / C(m, h) / (a + j)
 * </pre>
 *
 * Range 0..1. Undefined (NaN) for a page without a click.
 *
 * <p>Source: Voorhees, "The TREC-8 question answering track report", 1999; ties as in McSherry and
 * Najork 2008.
 */
public final class ReciprocalRank {
  private ReciprocalRank() {}

  /**
   * Reciprocal rank of the page {@code from..to-1}; NaN without a click. Allocates; for a loop,
   * keep a {@link Ranking}.
   */
  public static double of(float[] scores, byte[] labels, int from, int to) {
    return of(new Ranking().load(scores, labels, from, to));
  }

  /** Reciprocal rank of {@code page}; NaN without a click. */
  public static double of(Ranking page) {
    int rank = 0;
    while (rank < page.size()) {
      int end = page.endOfTies(rank);
      int hits = page.hits(rank, end);
      if (hits > 0) {
        return expected(rank, end - rank, hits);
      }
      rank = end;
    }
    return Double.NaN;
  }

  private static double expected(int before, int tied, int hits) {
    double probability = (double) hits / tied; // that the first hit is the j-th of the group
    double sum = 0;
    for (int j = 1; j <= tied - hits + 1; j++) {
      sum += probability / (before + j);
      if (j < tied) {
        probability *= (double) (tied - j - hits + 1) / (tied - j);
      }
    }
    return sum;
  }
}
