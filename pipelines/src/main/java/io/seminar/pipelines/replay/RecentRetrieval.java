package io.seminar.pipelines.replay;

/** The last K behaviours, most recent first: what models of short sequences see (DIN, DIEN). */
final class RecentRetrieval implements Retrieval {
  private final int heads;

  RecentRetrieval(int heads) {
    this.heads = heads;
  }

  @Override
  public void open(EmbeddedHistory history) {}

  @Override
  public void retrieve(Targets targets, Kept kept) {
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
  }
}
