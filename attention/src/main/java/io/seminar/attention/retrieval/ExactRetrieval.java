package io.seminar.attention.retrieval;

import io.seminar.attention.ExactTopK;

/**
 * Exact scores of all behaviours, the K best of each head kept: what every other arm wants. All
 * targets of a head together, in one pass over its keys.
 */
public final class ExactRetrieval implements Retrieval {
  private final ExactTopK search;
  private Behaviours history;

  /**
   * @param keep K
   */
  public ExactRetrieval(int keep) {
    this.search = new ExactTopK(Targets.MAXIMUM, keep);
  }

  @Override
  public void open(Behaviours history) {
    this.history = history;
  }

  @Override
  public void retrieve(Targets targets, Kept kept, Cost cost) {
    int length = targets.length();
    int count = targets.count();
    int size = history.keySize();
    cost.start();
    for (int h = 0; h < history.heads(); h++) {
      search.search(targets.queries(h), count, history.keys(h), length, size, kept.keep());
      cost.lap(Cost.Stage.SCAN);
      for (int b = 0; b < count; b++) {
        int n = search.take(b, kept.rows(h, b), 0, kept.scores(h, b), 0);
        kept.setScored(h, b, n);
      }
      cost.lap(Cost.Stage.SELECT);
    }
    cost.scanned(
        (long) length * count * history.heads(),
        (long) length * size * Float.BYTES * history.heads());
  }

  @Override
  public long indexBytes() {
    return 0;
  }
}
