package io.seminar.pipelines.replay;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.TopK;

/**
 * Exact scores of all behaviours, the K best of each head kept: the truth. It fills the scores that
 * all arms of the model share, so it runs first in every visit of a user.
 */
final class ExactRetrieval implements Retrieval {
  private final int heads;
  private final int keySize;
  private final TopK topK;
  private EmbeddedHistory history;

  ExactRetrieval(AttentionModel model) {
    this.heads = model.heads();
    this.keySize = model.keySize();
    this.topK = new TopK(model.keep());
  }

  @Override
  public void open(EmbeddedHistory history) {
    this.history = history;
  }

  @Override
  public void retrieve(Targets targets, Kept kept) {
    int length = targets.length();
    for (int h = 0; h < heads; h++) {
      float[] scores = targets.scores(h);
      AttentionKernels.scores(
          targets.queries(h), targets.count(), history.keys(h), length, keySize, scores, length);
      for (int b = 0; b < targets.count(); b++) {
        int n = topK.select(scores, b * length, length, kept.keep(), kept.rows(h, b), 0);
        kept.setCount(h, b, n);
      }
    }
  }
}
