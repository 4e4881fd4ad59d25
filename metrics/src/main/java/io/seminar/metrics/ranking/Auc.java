package io.seminar.metrics.ranking;

/**
 * Area under the ROC curve: the probability that a clicked impression scores above one that was not
 * clicked, ties counted half.
 *
 * <pre>
 * AUC = ( #{(p, n) : s_p > s_n} + 1/2 #{(p, n) : s_p = s_n} ) / (P N)
 * </pre>
 *
 * over all pairs of a clicked impression p and an unclicked one n. Range 0..1, 0.5 for scores
 * without information. Undefined (NaN) unless both classes occur.
 *
 * <p>Source: Hanley and McNeil, "The meaning and use of the area under a ROC curve", 1982 (the
 * Mann-Whitney form).
 */
public final class Auc {
  private Auc() {}

  /**
   * AUC of impressions {@code from..to-1}; NaN if only one class occurs. Allocates; for a loop,
   * keep a {@link Ranking}.
   */
  public static double of(float[] scores, byte[] labels, int from, int to) {
    return of(new Ranking().load(scores, labels, from, to));
  }

  /** AUC of {@code ranking}; NaN if only one class occurs. */
  public static double of(Ranking ranking) {
    long twiceWon = 0; // twice the won pairs: a tie is one
    long clickedAbove = 0;
    long unclicked = 0;
    for (int rank = 0; rank < ranking.size(); ) {
      int end = ranking.endOfTies(rank);
      long clicked = ranking.hits(rank, end);
      long others = end - rank - clicked;
      twiceWon += others * (2 * clickedAbove + clicked);
      clickedAbove += clicked;
      unclicked += others;
      rank = end;
    }
    return clickedAbove == 0 || unclicked == 0
        ? Double.NaN
        : twiceWon / (2.0 * clickedAbove * unclicked);
  }
}
