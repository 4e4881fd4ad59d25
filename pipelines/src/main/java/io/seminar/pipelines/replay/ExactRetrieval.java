package io.seminar.pipelines.replay;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.TopK;

/**
 * Exact scores of all behaviours, the K best kept: the truth. It fills the scores that all arms
 * share, so it runs first in every visit of a user.
 */
final class ExactRetrieval implements Retrieval {
  private final int dimension;
  private final TopK topK;
  private EmbeddedHistory history;

  ExactRetrieval(int dimension, int keep) {
    this.dimension = dimension;
    this.topK = new TopK(keep);
  }

  @Override
  public void open(EmbeddedHistory history) {
    this.history = history;
  }

  @Override
  public void retrieve(Targets targets, int keep, int[][] kept, int[] counts) {
    int length = targets.length();
    AttentionKernels.scores(
        targets.vectors(),
        targets.count(),
        history.rows(),
        length,
        dimension,
        targets.scores(),
        length);
    for (int b = 0; b < targets.count(); b++) {
      counts[b] = topK.select(targets.scores(), b * length, length, keep, kept[b], 0);
    }
  }
}
