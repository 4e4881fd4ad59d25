package io.seminar.attention.retrieval;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.BestRows;

/**
 * The second look of an arm ({@code +refine}): rows that an approximate score has chosen are scored
 * exactly and the best K of them kept, by score and then recency. Scores are to the bit those of
 * {@link AttentionKernels#scores}.
 *
 * <p>Reusable, not safe for several threads, allocates nothing once made.
 */
public final class Refinement {
  private final BestRows best;
  private final float[] scores;

  /**
   * @param mostCandidates rows handed in at a time, at most
   * @param maxK largest K
   */
  public Refinement(int mostCandidates, int maxK) {
    best = new BestRows(maxK);
    scores = new float[mostCandidates];
  }

  /**
   * Keeps the best {@code min(k, n)} of {@code n} candidates.
   *
   * @param queries holds the head's query of the target from {@code query}
   * @param keys (L, d_k) of the head
   * @param candidates row indices, each once, in any order
   * @param out the kept rows, best first; may be {@code candidates}
   * @param cost is told of {@code n} rows re-scored and their bytes
   * @return how many are kept
   */
  public int refine(
      float[] queries,
      int query,
      float[] keys,
      int keySize,
      int[] candidates,
      int n,
      int k,
      int[] out,
      Cost cost) {
    score(queries, query, keys, keySize, candidates, n, k, cost);
    return best.take(out, 0);
  }

  /**
   * The same, keeping the scores too: the best candidates of a head and target.
   *
   * @param kept overwritten for them
   */
  public void refine(
      Behaviours history,
      Targets targets,
      int head,
      int target,
      int[] candidates,
      int n,
      Kept kept,
      Cost cost) {
    int size = history.keySize();
    score(
        targets.queries(head),
        target * size,
        history.keys(head),
        size,
        candidates,
        n,
        kept.keep(),
        cost);
    int count = best.take(kept.rows(head, target), 0, kept.scores(head, target), 0);
    kept.setScored(head, target, count);
  }

  private void score(
      float[] queries,
      int query,
      float[] keys,
      int keySize,
      int[] candidates,
      int n,
      int k,
      Cost cost) {
    if (n > scores.length) {
      throw new IllegalArgumentException(
          n + " candidates: expected at most " + scores.length + ", as said at construction");
    }
    AttentionKernels.scoresOf(queries, query, keys, candidates, n, keySize, scores, 0);
    best.start(k);
    for (int i = 0; i < n; i++) {
      best.offer(scores[i], candidates[i]);
    }
    cost.reranked(n, (long) n * keySize * Float.BYTES);
  }
}
