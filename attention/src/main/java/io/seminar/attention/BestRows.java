package io.seminar.attention;

/**
 * Collects scored rows in any order and keeps the K best in the order of {@link TopK}: the larger
 * score first, of equal scores the larger row. For what is scored piecemeal, where {@link TopK}
 * takes a whole array.
 *
 * <p>Reusable, not safe for several threads, allocates nothing once made.
 */
public final class BestRows {
  private final long[] keys;
  private final int maxK;
  private int keep;
  private int count;

  /** Nothing that sorts behind this has been kept; all pass while it is the largest number. */
  private long worst;

  /**
   * @param maxK largest K that will be asked for, at least 1
   */
  public BestRows(int maxK) {
    if (maxK < 1 || maxK > 1 << 24) {
      throw new IllegalArgumentException("maxK is " + maxK + ": expected 1 to " + (1 << 24));
    }
    this.maxK = maxK;
    keys = new long[2 * maxK + 64];
    start(maxK);
  }

  /** Forgets all rows. */
  public void start(int k) {
    if (k < 1 || k > maxK) {
      throw new IllegalArgumentException("k is " + k + ": expected 1 to " + maxK);
    }
    keep = k;
    count = 0;
    worst = Long.MAX_VALUE;
  }

  /**
   * Takes a row into account. Each row is to be offered once.
   *
   * @throws IllegalArgumentException if the score is NaN
   */
  public void offer(float score, int row) {
    if (Float.isNaN(score)) {
      throw new IllegalArgumentException("score of row " + row + " is NaN");
    }
    long key = TopK.key(score, row);
    if (key < worst) {
      if (count == keys.length) {
        cut();
        if (key >= worst) {
          return;
        }
      }
      keys[count++] = key;
    }
  }

  /** The K-th best score so far; {@code -∞} while fewer than K rows were offered. */
  public float threshold() {
    if (count < keep) {
      return Float.NEGATIVE_INFINITY;
    }
    cut();
    return score(worst);
  }

  private static float score(long key) {
    int ordered = (int) (~key >> Integer.SIZE);
    return Float.intBitsToFloat(ordered ^ ((ordered >> 31) & Integer.MAX_VALUE));
  }

  /** Writes the rows kept, best first, and returns how many they are. */
  public int take(int[] out, int offset) {
    if (count > keep) {
      cut();
    }
    AttentionKernels.checkRange("out", out.length, offset, count);
    LongOrder.sort(keys, 0, count);
    for (int i = 0; i < count; i++) {
      out[offset + i] = TopK.index(keys[i]);
    }
    return count;
  }

  /** The same, and their scores: {@code 0} for {@code -0}, else as offered. */
  public int take(int[] out, int offset, float[] scores, int scoresOffset) {
    int taken = take(out, offset);
    AttentionKernels.checkRange("scores", scores.length, scoresOffset, taken);
    for (int i = 0; i < taken; i++) {
      scores[scoresOffset + i] = score(keys[i]);
    }
    return taken;
  }

  private void cut() {
    if (count > keep) {
      LongOrder.selectSmallest(keys, count, keep);
      count = keep;
    }
    long last = keys[0];
    for (int i = 1; i < count; i++) {
      last = Math.max(last, keys[i]);
    }
    worst = last;
  }
}
