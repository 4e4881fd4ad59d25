package io.seminar.metrics.ranking;

/**
 * Normalised discounted cumulative gain of a page, cut off at rank K.
 *
 * <pre>
 * DCG@K  = Σ_{r=1..min(K,n)} gain(label_r) / log2(1 + r)      gain = 2^label - 1 (exponential) or label (linear)
 * NDCG@K = E[DCG@K] / (largest DCG@K of any order of the page)
 * </pre>
 *
 * The expectation is over the orders of tied impressions: each rank that a tie group occupies gets
 * the group's mean gain. Range 0..1. Undefined (NaN) for a page without a click. For labels 0 and 1
 * the two gains are the same.
 *
 * <p>Source: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002
 * (linear gain, as in trec_eval); the exponential gain is that of Burges et al., "Learning to rank
 * using gradient descent", 2005; ties as in McSherry and Najork, "Computing information retrieval
 * performance measures efficiently in the presence of tied scores", 2008.
 */
public final class Ndcg {
  /** What a label is worth. */
  public enum Gain {
    /** 2^label - 1. */
    EXPONENTIAL,
    /** The label itself. */
    LINEAR;

    private final double[] byLabel = new double[Byte.MAX_VALUE + 1];

    Gain() {
      for (int label = 0; label < byLabel.length; label++) {
        byLabel[label] = ordinal() == 0 ? Math.scalb(1.0, label) - 1 : label;
      }
    }
  }

  private static final double[] DISCOUNTS = discounts(1024);

  private Ndcg() {}

  /**
   * NDCG@k of the page {@code from..to-1}; NaN without a click. Allocates; for a loop, keep a
   * {@link Ranking}.
   */
  public static double of(float[] scores, byte[] labels, int from, int to, int k, Gain gain) {
    return of(new Ranking().load(scores, labels, from, to), k, gain);
  }

  /** NDCG@k of {@code page}; NaN without a click. */
  public static double of(Ranking page, int k, Gain gain) {
    Ranking.checkCutoff(k);
    double[] gains = gain.byLabel;
    int depth = Math.min(k, page.size());
    double gained = 0;
    for (int rank = 0; rank < depth; ) {
      int end = page.endOfTies(rank);
      double sum = 0;
      for (int r = rank; r < end; r++) {
        sum += gains[page.label(r)];
      }
      double mean = sum / (end - rank);
      for (int r = rank; r < Math.min(end, depth); r++) {
        gained += mean * discount(r);
      }
      rank = end;
    }
    double ideal = ideal(page, depth, gains);
    // Rounding must not lift a perfect page above 1.
    return ideal == 0 ? Double.NaN : Math.min(1, gained / ideal);
  }

  /** DCG of the first {@code depth} ranks when labels fall. */
  private static double ideal(Ranking page, int depth, double[] gains) {
    double sum = 0;
    int rank = 0;
    for (int grade = page.highestGrade(); grade > 0 && rank < depth; grade--) {
      for (int end = Math.min(depth, rank + page.withGrade(grade)); rank < end; rank++) {
        sum += gains[grade] * discount(rank);
      }
    }
    return sum;
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
