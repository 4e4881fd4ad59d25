package io.seminar.metrics.ranking;

/**
 * Normalised discounted cumulative gain of a page, cut off at rank K.
 *
 * <pre>
 * DCG@K  = Σ_{r=1..min(K,n)} (2^{label_r} - 1) / log2(1 + r)
 * NDCG@K = E[DCG@K] / (largest DCG@K of any order of the page)
 * </pre>
 *
 * The expectation is over the orders of tied impressions: each rank that a tie group occupies gets
 * the group's mean gain. Range 0..1. Undefined (NaN) for a page without a click.
 *
 * <p>Source: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002,
 * with the exponential gain of Burges et al. 2005; ties as in McSherry and Najork, "Computing
 * information retrieval performance measures efficiently in the presence of tied scores", 2008.
 */
public final class Ndcg {
  private static final double[] DISCOUNTS = discounts(1024);

  private Ndcg() {}

  /**
   * NDCG@k of the page {@code from..to-1}; NaN without a click. Allocates; for a loop, keep a
   * {@link Ranking}.
   */
  public static double of(float[] scores, byte[] labels, int from, int to, int k) {
    return of(new Ranking().load(scores, labels, from, to), k);
  }

  /** NDCG@k of {@code page}; NaN without a click. */
  public static double of(Ranking page, int k) {
    Ranking.checkCutoff(k);
    int depth = Math.min(k, page.size());
    double gained = 0;
    for (int rank = 0; rank < depth; ) {
      int end = page.endOfTies(rank);
      double gain = 0;
      for (int r = rank; r < end; r++) {
        gain += gain(page.label(r));
      }
      gain /= end - rank;
      for (int r = rank; r < Math.min(end, depth); r++) {
        gained += gain * discount(r);
      }
      rank = end;
    }
    double ideal = ideal(page, depth);
    // Rounding must not lift a perfect page above 1.
    return ideal == 0 ? Double.NaN : Math.min(1, gained / ideal);
  }

  /** DCG of the first {@code depth} ranks when labels fall. */
  private static double ideal(Ranking page, int depth) {
    double sum = 0;
    int rank = 0;
    int grade = Byte.MAX_VALUE + 1;
    while (rank < depth) {
      // The next lower grade that occurs, and how often: a page has few grades, so this is a few
      // passes over it.
      int next = 0;
      int count = 0;
      for (int r = 0; r < page.size(); r++) {
        int label = page.label(r);
        if (label < grade && label >= next) {
          count = label == next ? count + 1 : 1;
          next = label;
        }
      }
      if (next == 0) {
        break;
      }
      for (int end = Math.min(depth, rank + count); rank < end; rank++) {
        sum += gain(next) * discount(rank);
      }
      grade = next;
    }
    return sum;
  }

  private static double gain(int label) {
    return Math.scalb(1.0, label) - 1;
  }

  /** {@code rank} counts from 0. */
  private static double discount(int rank) {
    return rank < DISCOUNTS.length ? DISCOUNTS[rank] : discountAt(rank);
  }

  // StrictMath: the same bits on every machine.
  private static double discountAt(int rank) {
    return StrictMath.log(2) / StrictMath.log(rank + 2.0);
  }

  private static double[] discounts(int ranks) {
    double[] table = new double[ranks];
    for (int r = 0; r < ranks; r++) {
      table[r] = discountAt(r);
    }
    return table;
  }
}
