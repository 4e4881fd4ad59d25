package io.seminar.attention.retrieval;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.BestRows;
import io.seminar.attention.TopK;

/**
 * The second look of an arm ({@code +refine}): rows that an approximate score has chosen are scored
 * exactly and the best K of them kept, by score and then recency. Scores are to the bit those of
 * {@link AttentionKernels#scores}.
 *
 * <p>Reusable, not safe for several threads, allocates nothing once made.
 */
public final class Refinement {
  private final BestRows best;
  private final TopK topK;
  private final float[] scores;
  private final int[] places;
  private final int[] rows;
  private final float[] rowScores;

  /**
   * @param mostCandidates rows handed in at a time, at most
   * @param maxK largest K
   */
  public Refinement(int mostCandidates, int maxK) {
    best = new BestRows(maxK);
    topK = new TopK(maxK);
    scores = new float[mostCandidates];
    places = new int[maxK];
    rows = new int[maxK];
    rowScores = new float[maxK];
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
    int kept = choose(queries, query, keys, keySize, candidates, n, k, rows, rowScores, cost);
    System.arraycopy(rows, 0, out, 0, kept);
    return kept;
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
    int count =
        choose(
            targets.queries(head),
            target * size,
            history.keys(head),
            size,
            candidates,
            n,
            kept.keep(),
            kept.rows(head, target),
            kept.scores(head, target),
            cost);
    kept.setScored(head, target, count);
  }

  private int choose(
      float[] queries,
      int query,
      float[] keys,
      int keySize,
      int[] candidates,
      int n,
      int k,
      int[] out,
      float[] outScores,
      Cost cost) {
    if (n > scores.length) {
      throw new IllegalArgumentException(
          n + " candidates: expected at most " + scores.length + ", as said at construction");
    }
    AttentionKernels.scoresOf(queries, query, keys, candidates, n, keySize, scores, 0);
    cost.reranked(n, (long) n * keySize * Float.BYTES);
    if (rising(candidates, n)) {
      return chooseRising(candidates, n, k, out, outScores);
    }
    best.start(k);
    for (int i = 0; i < n; i++) {
      best.offer(scores[i], candidates[i]);
    }
    return best.take(out, 0, outScores, 0);
  }

  /** In the order of the rows, the more recent of two stands behind: that is the order of TopK. */
  private int chooseRising(int[] candidates, int n, int k, int[] out, float[] outScores) {
    topK.begin(k);
    topK.offer(scores, 0, n, 0);
    int kept = topK.finish(places, 0, outScores, 0);
    for (int i = 0; i < kept; i++) {
      places[i] = candidates[places[i]];
    }
    System.arraycopy(places, 0, out, 0, kept);
    return kept;
  }

  private static boolean rising(int[] candidates, int n) {
    for (int i = 1; i < n; i++) {
      if (candidates[i - 1] >= candidates[i]) {
        return false;
      }
    }
    return true;
  }
}
