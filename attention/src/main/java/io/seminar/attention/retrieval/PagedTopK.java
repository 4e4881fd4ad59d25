package io.seminar.attention.retrieval;

import io.seminar.attention.FastScan;
import io.seminar.attention.TopK;

/**
 * The best behaviours of the targets of a page where their scores are written before they are
 * chosen: for a few targets and a part of the history at a time, so that scores are still in the
 * second-level cache when they are looked at, and so that the first part's best already leave out
 * most of the next.
 *
 * <p>Reusable, not safe for several threads, allocates nothing once made.
 */
final class PagedTopK {
  /** Scores of the behaviours {@code from <= l < to} against {@code count} targets. */
  interface Scorer {
    /** Writes {@code out[i * stride + l - from]}, and anything up to the next whole block. */
    void score(int from, int to, int first, int count, float[] out, int stride);
  }

  private final TopK[] best = new TopK[Targets.MAXIMUM];
  private final float[] scores = Pages.room(new float[0], 0);
  private final int keep;

  /**
   * @param keep K
   */
  PagedTopK(int keep) {
    this.keep = keep;
    for (int i = 0; i < best.length; i++) {
      best[i] = new TopK(keep);
    }
  }

  /**
   * Keeps the best of a head for every target.
   *
   * @param cost is told the time of scoring and of choosing
   * @return how often the history was passed over
   */
  int search(Scorer scorer, int length, int head, int targets, Kept kept, Cost cost) {
    int group = Pages.group(length);
    int part = Math.min(Pages.part(), FastScan.padded(length));
    int passes = 0;
    for (int first = 0; first < targets; first += group) {
      int count = Math.min(group, targets - first);
      passes++;
      for (int i = 0; i < count; i++) {
        best[i].begin(keep);
      }
      for (int from = 0; from < length; from += part) {
        int n = Math.min(part, length - from);
        scorer.score(from, from + n, first, count, scores, part);
        cost.lap(Cost.Stage.SCAN);
        for (int i = 0; i < count; i++) {
          best[i].offer(scores, i * part, n, from);
        }
        cost.lap(Cost.Stage.SELECT);
      }
      for (int i = 0; i < count; i++) {
        int[] rows = kept.rows(head, first + i);
        kept.setCount(head, first + i, best[i].finish(rows, 0));
      }
      cost.lap(Cost.Stage.SELECT);
    }
    return passes;
  }
}
