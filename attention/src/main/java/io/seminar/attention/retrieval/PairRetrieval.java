package io.seminar.attention.retrieval;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.TopK;

/**
 * SIM's soft search (arXiv 2006.05639) over embeddings that are there already: the K best by the
 * inner product of the embedded pairs of target and behaviour, {@code <e_t, e_l>}, one set for all
 * heads.
 */
public final class PairRetrieval implements Retrieval {
  private final TopK topK;
  private Behaviours history;
  private float[] scores = new float[0]; // (B, L)

  /**
   * @param keep K
   */
  public PairRetrieval(int keep) {
    this.topK = new TopK(keep);
  }

  @Override
  public void open(Behaviours history) {
    this.history = history;
    scores = Capacity.fit(scores, Capacity.of(history.length(), Targets.MAXIMUM));
  }

  @Override
  public void retrieve(Targets targets, Kept kept, Cost cost) {
    int length = targets.length();
    int size = history.pairSize();
    int count = targets.count();
    cost.start();
    AttentionKernels.scores(targets.pairs(), count, history.pairs(), length, size, scores, length);
    cost.lap(Cost.Stage.SCAN);
    for (int b = 0; b < count; b++) {
      kept.setCount(0, b, topK.select(scores, b * length, length, kept.keep(), kept.rows(0, b), 0));
      kept.share(b);
    }
    cost.lap(Cost.Stage.SELECT);
    cost.scanned((long) length * count, (long) length * size * Float.BYTES);
  }

  /** The embedded pairs. */
  @Override
  public long indexBytes() {
    return (long) history.length() * history.pairSize() * Float.BYTES;
  }
}
