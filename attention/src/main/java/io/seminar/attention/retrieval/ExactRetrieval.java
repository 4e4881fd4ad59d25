package io.seminar.attention.retrieval;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.TopK;

/** Exact scores of all behaviours, the K best of each head kept: what every other arm wants. */
public final class ExactRetrieval implements Retrieval {
  private final TopK topK;
  private Behaviours history;
  private float[] scores = new float[0]; // (B, L) of one head

  /**
   * @param keep K
   */
  public ExactRetrieval(int keep) {
    this.topK = new TopK(keep);
  }

  @Override
  public void open(Behaviours history) {
    this.history = history;
    scores = Capacity.fit(scores, Capacity.of(Math.max(1, history.length()), Targets.MAXIMUM));
  }

  @Override
  public void retrieve(Targets targets, Kept kept, Cost cost) {
    int length = targets.length();
    int size = history.keySize();
    cost.start();
    for (int h = 0; h < history.heads(); h++) {
      AttentionKernels.scores(
          targets.queries(h), targets.count(), history.keys(h), length, size, scores, length);
      cost.lap(Cost.Stage.SCAN);
      for (int b = 0; b < targets.count(); b++) {
        int[] rows = kept.rows(h, b);
        int n = topK.select(scores, b * length, length, kept.keep(), rows, 0);
        float[] exact = kept.scores(h, b);
        for (int j = 0; j < n; j++) {
          exact[j] = scores[b * length + rows[j]];
        }
        kept.setScored(h, b, n);
      }
      cost.lap(Cost.Stage.SELECT);
    }
    cost.scanned(
        (long) length * targets.count() * history.heads(),
        (long) length * size * Float.BYTES * history.heads());
  }

  @Override
  public long indexBytes() {
    return 0;
  }
}
