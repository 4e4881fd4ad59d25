package io.seminar.attention.retrieval;

import io.seminar.attention.AttentionKernels;

/**
 * The second stage (ESU): softmax attention of every head and target over what an arm keeps. Exact
 * scores of the kept are computed here, except where the arm has left them in {@link Kept#scores}.
 *
 * <p>Allocates nothing. Not thread-safe: one instance a thread.
 */
public final class KeptAttention {
  private final float temperature;
  private final float[] scores; // (K)

  /**
   * @param keep K, at least that of what is attended to
   * @param temperature τ of the softmax over {@code score / τ}, above 0
   */
  public KeptAttention(int keep, float temperature) {
    this.temperature = temperature;
    this.scores = new float[keep];
  }

  /**
   * Attends.
   *
   * @param outputs (B, H d_v): the heads' outputs side by side, overwritten; zero where nothing is
   *     kept
   * @param logSums (B, H): {@code ln Σ exp(score / τ)} over what is kept, {@code -∞} where that is
   *     nothing; overwritten
   */
  public void attend(
      AttendedBehaviours history, Targets targets, Kept kept, float[] outputs, double[] logSums) {
    int heads = history.heads();
    int keySize = history.keySize();
    int valueSize = history.valueSize();
    for (int h = 0; h < heads; h++) {
      float[] queries = targets.queries(h);
      float[] keys = history.keys(h);
      for (int b = 0; b < targets.count(); b++) {
        int[] rows = kept.rows(h, b);
        int n = kept.count(h, b);
        float[] exact = kept.scored(h, b) ? kept.scores(h, b) : scores;
        if (exact == scores) {
          AttentionKernels.scoresOf(queries, b * keySize, keys, rows, n, keySize, scores, 0);
        }
        int at = b * heads + h;
        logSums[at] =
            AttentionKernels.attendScored(
                exact,
                0,
                rows,
                n,
                temperature,
                history.values(h),
                valueSize,
                outputs,
                at * valueSize);
      }
    }
  }
}
