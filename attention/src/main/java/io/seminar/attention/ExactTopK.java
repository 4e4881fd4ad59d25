package io.seminar.attention;

/**
 * Exact scores of several targets and the K best of each, in one pass over the rows: what every
 * approximation has to beat. Rows are scored block by block, for all targets while a block is in
 * the caches, and only scores that can still be among the K best leave it, so that nothing of size
 * L is written.
 *
 * <p>What is chosen is, to the bit, what {@link AttentionKernels#scores} and {@link TopK} choose.
 *
 * <p>An instance is reusable, not safe for several threads, and allocates nothing once made.
 */
public final class ExactTopK {

  /** Scores of a block, of all targets: they stay in the second-level cache. */
  private static final int BLOCK_SCORES = 1 << 17;

  /**
   * What a block is shorter than a power of two: the scores of targets that are written together
   * would else stand in the same few sets of the first-level cache.
   */
  private static final int STEP = 48;

  private final TopK[] best;
  private final float[] scores = new float[BLOCK_SCORES];

  /**
   * @param targets B, largest number of targets that will be looked at together, 1 to 64
   * @param maxK largest K that will be asked for, at least 1
   */
  public ExactTopK(int targets, int maxK) {
    if (targets < 1 || targets > 64) {
      throw new IllegalArgumentException(targets + " targets: expected 1 to 64");
    }
    best = new TopK[targets];
    for (int i = 0; i < targets; i++) {
      best[i] = new TopK(maxK);
    }
  }

  /**
   * Looks for the best {@code k} rows of each target; {@link #take} hands them out.
   *
   * @param targets (B, D)
   * @param count B
   * @param rows (L, D)
   * @param length L
   * @throws IllegalArgumentException if an array is too short, there are more targets than this has
   *     room for, or a score is NaN (some are found by {@link #take} only)
   */
  // (B, D) x (L, D) -> (B, K)
  public void search(float[] targets, int count, float[] rows, int length, int dimension, int k) {
    if (count < 0 || count > best.length) {
      throw new IllegalArgumentException(
          count + " targets: expected at most " + best.length + ", as there is room for");
    }
    AttentionKernels.checkSizes(count, length, dimension);
    AttentionKernels.checkMatrix("targets", targets, count, dimension);
    AttentionKernels.checkMatrix("rows", rows, length, dimension);
    for (int i = 0; i < count; i++) {
      best[i].begin(k);
    }
    if (count == 0) {
      return;
    }
    int block = BLOCK_SCORES / count - STEP;
    for (int from = 0; from < length; from += block) {
      int n = Math.min(block, length - from);
      AttentionKernels.KERNELS.scores(targets, count, rows, from, n, dimension, scores, n);
      for (int i = 0; i < count; i++) {
        best[i].offer(scores, i * n, n, from);
      }
    }
  }

  /**
   * Writes the row indices that a target keeps, best first, of equal scores the larger index first,
   * and their scores, and returns how many they are: {@code min(k, L)}.
   */
  public int take(int target, int[] out, int offset, float[] scores, int scoresOffset) {
    return best[target].finish(out, offset, scores, scoresOffset);
  }
}
