package io.seminar.metrics.ranking;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The exact AUC of a stream of impressions that comes sorted by score, plainly and under every
 * column of weights, in memory that does not grow with the stream.
 *
 * <pre>
 * 2U_r = Σ_{clicked p} w_pr ( 2 Σ_{n : s_n < s_p} w_nr + Σ_{n : s_n = s_p} w_nr )        AUC_r = 2U_r / (2 P_r N_r)
 * </pre>
 *
 * with n over unclicked impressions and P_r, N_r the classes' total weights in column r. Weights
 * are integers, so all of it is integer arithmetic: exact, and the same whatever the order inside a
 * tie. {@code 2 P_r N_r} must stay below 2^63, some two billion impressions of each class; beyond
 * that is an {@link ArithmeticException}. Since 2U never falls and never exceeds 2PN, looking at
 * 2PN is enough to know that nothing on the way has wrapped.
 *
 * <p>One pass over sorted rows can feed many accumulators, each with the rows of its slice: an
 * accumulator closes its tie group by itself when a higher score comes. Memory: {@code 40 C} bytes.
 */
public final class AucAccumulator implements Serializable {
  private static final long serialVersionUID = 1;

  /** How many rows pass between two looks at the range. */
  private static final int CHECK_EVERY = 1 << 16;

  private final int columns;

  // Each (C + 1): column r at r, the plain count, whose weight is always 1, at C.
  private final long[] twiceWon;
  private final long[] clicked;
  private final long[] unclickedBelow; // with a score below that of the open tie group
  private final long[] clickedTied; // in the open tie group
  private final long[] unclickedTied;

  private boolean anyClickedTied;
  private boolean anyUnclickedTied;
  private float open = Float.NEGATIVE_INFINITY; // the score of the open tie group
  private long rows;

  /**
   * @param columns C, {@code >= 0}: {@link io.seminar.metrics.inference.Resampling#weighed} of
   *     them, since nothing can be said of an AUC under a sign flip: its pairs are of different
   *     users
   */
  public AucAccumulator(int columns) {
    if (columns < 0) {
      throw new IllegalArgumentException("columns must not be negative, was " + columns);
    }
    this.columns = columns;
    twiceWon = new long[columns + 1];
    clicked = new long[columns + 1];
    unclickedBelow = new long[columns + 1];
    clickedTied = new long[columns + 1];
    unclickedTied = new long[columns + 1];
  }

  public int columns() {
    return columns;
  }

  /**
   * Adds one impression.
   *
   * @param score not below that of the row before
   * @param positive whether it was clicked
   * @param weights (at least C) of the impression's user, each {@code >= 0}; what is behind the
   *     first C is not looked at
   * @throws IllegalArgumentException if the score is NaN or falls, or there are too few weights
   * @throws ArithmeticException if the pairs no longer fit; looked at every 65,536 rows and on
   *     reading
   */
  public void add(float score, boolean positive, long[] weights) {
    if (weights.length < columns) {
      throw new IllegalArgumentException(
          "weights has length " + weights.length + ", expected at least " + columns);
    }
    if (!(score >= open)) { // also catches NaN
      throw new IllegalArgumentException(
          "scores must rise: " + score + " after " + open + " at row " + rows);
    }
    if (score > open) {
      closeTies();
      open = score;
    }
    if (positive) {
      addClicked(weights);
    } else {
      addUnclicked(weights);
    }
    rows++;
    if (rows % CHECK_EVERY == 0) {
      checkRange();
    }
  }

  private void addClicked(long[] weights) {
    long[] won = twiceWon;
    long[] below = unclickedBelow;
    for (int r = 0; r < columns; r++) {
      won[r] += 2 * weights[r] * below[r];
    }
    won[columns] += 2 * below[columns];
    if (anyUnclickedTied) {
      long[] tied = unclickedTied;
      for (int r = 0; r < columns; r++) {
        won[r] += weights[r] * tied[r];
      }
      won[columns] += tied[columns];
    }
    sum(clickedTied, weights, anyClickedTied);
    anyClickedTied = true;
  }

  private void addUnclicked(long[] weights) {
    if (anyClickedTied) {
      // Clicked impressions that came first in this tie group have missed this one.
      long[] won = twiceWon;
      long[] tied = clickedTied;
      for (int r = 0; r < columns; r++) {
        won[r] += weights[r] * tied[r];
      }
      won[columns] += tied[columns];
    }
    sum(unclickedTied, weights, anyUnclickedTied);
    anyUnclickedTied = true;
  }

  /**
   * Adds to what the group holds, or, if that is left over from an earlier group, overwrites it.
   */
  private void sum(long[] tied, long[] weights, boolean holds) {
    if (holds) {
      for (int r = 0; r < columns; r++) {
        tied[r] += weights[r];
      }
      tied[columns]++;
    } else {
      System.arraycopy(weights, 0, tied, 0, columns);
      tied[columns] = 1;
    }
  }

  private void closeTies() {
    if (anyClickedTied) {
      move(clickedTied, clicked);
      anyClickedTied = false;
    }
    if (anyUnclickedTied) {
      move(unclickedTied, unclickedBelow);
      anyUnclickedTied = false;
    }
  }

  private static void move(long[] tied, long[] total) {
    for (int r = 0; r < total.length; r++) {
      total[r] += tied[r];
    }
  }

  private void checkRange() {
    for (int r = 0; r <= columns; r++) {
      long p = clickedAt(r);
      long n = unclickedAt(r);
      if (Math.multiplyHigh(p, n) != 0 || p * n < 0 || p * n > Long.MAX_VALUE / 2) {
        throw new ArithmeticException(
            "too many pairs: " + p + " clicked times " + n + " unclicked, limit 2^62");
      }
    }
  }

  /** How many clicked impressions. */
  public long positives() {
    return clickedAt(columns);
  }

  /** How many impressions that were not clicked. */
  public long negatives() {
    return unclickedAt(columns);
  }

  /** AUC; NaN unless both classes have come. */
  public double auc() {
    checkRange();
    return at(columns);
  }

  /** (C) AUC under each column; NaN where a draw leaves only one class. */
  public double[] columnAucs() {
    checkRange();
    double[] aucs = new double[columns];
    Arrays.setAll(aucs, this::at);
    return aucs;
  }

  private double at(int r) {
    long p = clickedAt(r);
    long n = unclickedAt(r);
    return p == 0 || n == 0 ? Double.NaN : twiceWon[r] / (2.0 * p * n);
  }

  private long clickedAt(int r) {
    return clicked[r] + (anyClickedTied ? clickedTied[r] : 0);
  }

  private long unclickedAt(int r) {
    return unclickedBelow[r] + (anyUnclickedTied ? unclickedTied[r] : 0);
  }
}
