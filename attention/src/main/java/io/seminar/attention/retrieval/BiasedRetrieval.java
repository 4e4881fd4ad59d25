package io.seminar.attention.retrieval;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.TopK;

/**
 * TWIN (arXiv 2302.02352): the K best of each head by the attention's own scores over cached
 * projections, {@code <query, key_l>} plus a scalar for every cross feature of target and
 * behaviour. A model without such biases has plain scores: then this keeps what exact retrieval
 * keeps.
 */
public final class BiasedRetrieval implements Retrieval {
  private final ScoreBiases biases; // null: none
  private final TopK topK;
  private Behaviours history;
  private float[] scores = new float[0]; // (B, L) of one head

  /**
   * Retrieves by biased scores.
   *
   * @param biases of the model, of this thread; null: it has none
   * @param keep K
   */
  public BiasedRetrieval(ScoreBiases biases, int keep) {
    this.biases = biases;
    this.topK = new TopK(keep);
  }

  @Override
  public void open(Behaviours history) {
    this.history = history;
    scores = Capacity.fit(scores, Capacity.of(history.length(), Targets.MAXIMUM));
    if (biases != null) {
      biases.open(history);
    }
  }

  @Override
  public void retrieve(Targets targets, Kept kept, Cost cost) {
    int length = targets.length();
    int size = history.keySize();
    int count = targets.count();
    cost.start();
    for (int h = 0; h < history.heads(); h++) {
      AttentionKernels.scores(
          targets.queries(h), count, history.keys(h), length, size, scores, length);
      if (biases != null) {
        biases.add(h, targets, scores, length);
      }
      cost.lap(Cost.Stage.SCAN);
      for (int b = 0; b < count; b++) {
        kept.setCount(
            h, b, topK.select(scores, b * length, length, kept.keep(), kept.rows(h, b), 0));
      }
      cost.lap(Cost.Stage.SELECT);
    }
    cost.scanned(
        (long) length * count * history.heads(),
        (long) length * size * Float.BYTES * history.heads());
  }

  /** The projections are the keys. */
  @Override
  public long indexBytes() {
    return 0;
  }
}
