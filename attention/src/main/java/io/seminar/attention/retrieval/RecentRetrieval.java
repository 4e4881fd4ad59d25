package io.seminar.attention.retrieval;

/** The last K behaviours, most recent first: what models of short sequences see (DIN, DIEN). */
public final class RecentRetrieval implements Retrieval {
  private int heads;

  @Override
  public void open(Behaviours history) {
    heads = history.heads();
  }

  @Override
  public void retrieve(Targets targets, Kept kept, Cost cost) {
    cost.start();
    int n = Math.min(kept.keep(), targets.length());
    for (int b = 0; b < targets.count(); b++) {
      for (int h = 0; h < heads; h++) {
        int[] rows = kept.rows(h, b);
        for (int k = 0; k < n; k++) {
          rows[k] = targets.length() - 1 - k;
        }
        kept.setCount(h, b, n);
      }
    }
    cost.lap(Cost.Stage.SELECT);
  }

  @Override
  public long indexBytes() {
    return 0;
  }
}
