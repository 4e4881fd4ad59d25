package io.seminar.attention;

/**
 * Chooses the K largest of many scores, best first. Of equal scores the one with the larger tie
 * score goes first, if tie scores are given; of those equal in both, the more recent (the larger
 * index). So the choice is one total order and never depends on how it was found. {@code -0} equals
 * {@code 0}; {@code -∞} is a score like another, below all others.
 *
 * <p>How: the scores are dealt into {@code G >= 2K} groups and the K-th largest of the group maxima
 * is taken as a first threshold, which at least K scores reach and few more than K do. One more
 * pass collects what reaches it, from the newest to the oldest, into a bounded buffer; when that is
 * full it is cut down to the best K and the threshold rises. Both passes run at the speed of the
 * memory. A cut costs O(K) and comes after at least K more candidates, also when all scores are
 * equal.
 *
 * <p>An instance is reusable, not safe for several threads, and does not allocate in {@code
 * select}.
 */
public final class TopK {

  /** Scores looked at between two checks of the room that is left. */
  private static final int CHUNK = 512;

  private final int maxK;
  private final float[] maxima;
  private final int[] candidates;
  private final long[] keys;

  /**
   * @param maxK largest K that will be asked for, at least 1
   */
  public TopK(int maxK) {
    if (maxK < 1 || maxK > 1 << 24) {
      throw new IllegalArgumentException("maxK is " + maxK + ": expected 1 to " + (1 << 24));
    }
    this.maxK = maxK;
    this.maxima = new float[groups(maxK)];
    // The best K so far, as many and a chunk before a cut pays, a chunk that is all taken, and the
    // one slot that the kernel writes ahead.
    this.candidates = new int[2 * maxK + 2 * CHUNK + 1];
    this.keys = new long[candidates.length];
  }

  private static int groups(int k) {
    return Math.max(64, (2 * k + 63) & -64);
  }

  /** The largest K that this instance can be asked for. */
  public int maxK() {
    return maxK;
  }

  /**
   * Writes the indices, relative to {@code offset}, of the {@code min(k, length)} best scores to
   * {@code out}, best first, and returns how many they are. Fewer scores than {@code k}: all of
   * them.
   *
   * @throws IllegalArgumentException if the arrays are too short, {@code k} is not in 0..maxK or a
   *     score is NaN
   */
  public int select(float[] scores, int offset, int length, int k, int[] out, int outOffset) {
    return select(scores, offset, length, k, null, 0, out, outOffset);
  }

  /**
   * The same with tie scores, one a score, from {@code tieOffset}: approximate arms hand in the
   * exact scores, and only behaviours that tie are looked up there.
   *
   * @param tieScores null: ties are broken by recency alone
   */
  public int select(
      float[] scores,
      int offset,
      int length,
      int k,
      float[] tieScores,
      int tieOffset,
      int[] out,
      int outOffset) {
    AttentionKernels.checkRange("scores", scores.length, offset, length);
    if (tieScores != null) {
      AttentionKernels.checkRange("tieScores", tieScores.length, tieOffset, length);
    }
    if (k < 0 || k > maxK) {
      throw new IllegalArgumentException("k is " + k + ": expected 0 to " + maxK);
    }
    int wanted = Math.min(k, length);
    AttentionKernels.checkRange("out", out.length, outOffset, wanted);
    if (wanted == 0) {
      checkNoNaN(scores, offset, length);
      return 0;
    }
    int capacity = candidates.length - 1 - CHUNK;
    float threshold = firstThreshold(scores, offset, length, wanted);
    int n = 0;
    // Newest first: with ties by recency, an older score equal to the K-th cannot displace it.
    for (int end = length; end > 0; end -= CHUNK) {
      int start = Math.max(0, end - CHUNK);
      n = append(scores, offset, start, end, threshold, n);
      if (n > capacity) {
        n = cut(scores, offset, tieScores, tieOffset, n, wanted);
        float worst = scores[offset + candidates[n - 1]];
        threshold = tieScores != null ? below(worst) : worst;
      }
    }
    n = cut(scores, offset, tieScores, tieOffset, n, wanted);
    System.arraycopy(candidates, 0, out, outOffset, n);
    return n;
  }

  private int append(float[] scores, int offset, int start, int end, float threshold, int n) {
    if (Float.isNaN(threshold)) {
      int count = n;
      for (int i = start; i < end; i++) {
        candidates[count++] = i;
      }
      return count;
    }
    return AttentionKernels.KERNELS.appendAbove(
        scores, offset, start, end, threshold, candidates, n);
  }

  /** The largest number below {@code x}; NaN, read as "all pass", if there is none. */
  private static float below(float x) {
    return x == Float.NEGATIVE_INFINITY ? Float.NaN : Math.nextDown(x);
  }

  /** A number that at least {@code k} scores exceed; NaN if all have to be looked at. */
  private float firstThreshold(float[] scores, int offset, int length, int k) {
    int g = groups(k);
    if (length < 2 * g) {
      checkNoNaN(scores, offset, length);
      return Float.NaN;
    }
    AttentionKernels.KERNELS.groupMaxima(scores, offset, length, maxima, g);
    for (int i = 0; i < g; i++) {
      if (Float.isNaN(maxima[i])) {
        checkNoNaN(scores, offset, length);
      }
      keys[i] = key(maxima[i], i);
    }
    LongOrder.selectSmallest(keys, g, k);
    long worst = keys[0];
    for (int i = 1; i < k; i++) {
      worst = Math.max(worst, keys[i]);
    }
    return below(maxima[index(worst)]);
  }

  /**
   * Leaves the best {@code k} of {@code n} candidates, best first, and returns how many they are.
   */
  private int cut(float[] scores, int offset, float[] tieScores, int tieOffset, int n, int k) {
    for (int i = 0; i < n; i++) {
      keys[i] = key(scores[offset + candidates[i]], candidates[i]);
    }
    int kept = n;
    if (n > k) {
      LongOrder.selectSmallest(keys, n, k);
      kept = tieScores == null ? k : drawWithLast(n, k);
    }
    LongOrder.sort(keys, 0, kept);
    if (tieScores != null) {
      breakTies(tieScores, tieOffset, kept);
    }
    int left = Math.min(kept, k);
    for (int i = 0; i < left; i++) {
      candidates[i] = index(keys[i]);
    }
    return left;
  }

  /** Moves what has the same score as the worst of the first {@code k} keys next to these. */
  private int drawWithLast(int n, int k) {
    long worst = keys[0];
    for (int i = 1; i < k; i++) {
      worst = Math.max(worst, keys[i]);
    }
    int kept = k;
    for (int i = k; i < n; i++) {
      if (keys[i] >>> Integer.SIZE == worst >>> Integer.SIZE) {
        long key = keys[i];
        keys[i] = keys[kept];
        keys[kept++] = key;
      }
    }
    return kept;
  }

  /** Orders every run of equal scores by tie score, then recency. */
  private void breakTies(float[] tieScores, int tieOffset, int n) {
    for (int start = 0; start < n; ) {
      int end = start + 1;
      while (end < n && keys[end] >>> Integer.SIZE == keys[start] >>> Integer.SIZE) {
        end++;
      }
      if (end - start > 1) {
        for (int i = start; i < end; i++) {
          int candidate = index(keys[i]);
          float tie = tieScores[tieOffset + candidate];
          if (Float.isNaN(tie)) {
            throw new IllegalArgumentException("tie score " + candidate + " is NaN");
          }
          keys[i] = key(tie, candidate);
        }
        LongOrder.sort(keys, start, end);
      }
      start = end;
    }
  }

  /** Sorts upwards as scores sort downwards and, among equal scores, indices downwards. */
  static long key(float score, int index) {
    int bits = Float.floatToRawIntBits(score + 0f);
    int ordered = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    return ~((long) ordered << Integer.SIZE | index);
  }

  static int index(long key) {
    return (int) ~key;
  }

  private static void checkNoNaN(float[] scores, int offset, int length) {
    if (length == 0 || !Float.isNaN(AttentionKernels.KERNELS.max(scores, offset, length))) {
      return;
    }
    for (int i = 0; i < length; i++) {
      if (Float.isNaN(scores[offset + i])) {
        throw new IllegalArgumentException("score " + i + " of " + length + " is NaN");
      }
    }
  }
}
