package io.seminar.pipelines.replay;

/** The last K behaviours, most recent first: what models of short sequences see (DIN, DIEN). */
final class RecentRetrieval implements Retrieval {
  @Override
  public void open(EmbeddedHistory history) {}

  @Override
  public void retrieve(Targets targets, int keep, int[][] kept, int[] counts) {
    int n = Math.min(keep, targets.length());
    for (int b = 0; b < targets.count(); b++) {
      for (int k = 0; k < n; k++) {
        kept[b][k] = targets.length() - 1 - k;
      }
      counts[b] = n;
    }
  }
}
