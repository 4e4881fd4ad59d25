package io.seminar.attention.retrieval;

import java.util.Arrays;

/**
 * SIM's hard search (arXiv 2006.05639): behaviours of the target's category, most recent first, one
 * set for all heads. It keeps as many of the last K as there are, nothing for a target without a
 * category: two items without one have none in common.
 */
public final class CategoryRetrieval implements Retrieval {
  private long[] sorted = new long[0]; // category, then place in the history
  private int size;

  @Override
  public void open(Behaviours history) {
    int[] categories = history.categories();
    sorted = Capacity.fit(sorted, history.length());
    size = 0;
    for (int l = 0; l < history.length(); l++) {
      if (categories[l] >= 0) {
        sorted[size++] = key(categories[l], l);
      }
    }
    Arrays.sort(sorted, 0, size);
  }

  private static long key(int category, int place) {
    return (long) category << Integer.SIZE | place;
  }

  @Override
  public void retrieve(Targets targets, Kept kept, Cost cost) {
    cost.start();
    long read = 0;
    for (int b = 0; b < targets.count(); b++) {
      int category = targets.categories()[b];
      int n = category < 0 ? 0 : last(category, targets.length(), kept.rows(0, b), kept.keep());
      kept.setCount(0, b, n);
      kept.share(b);
      read += n;
    }
    cost.lap(Cost.Stage.SELECT);
    cost.scanned(0, read * Long.BYTES);
  }

  private int last(int category, int length, int[] rows, int keep) {
    // Where the first place that the request must not see stands, or would.
    int at = Arrays.binarySearch(sorted, 0, size, key(category, length));
    int end = at < 0 ? -at - 1 : at;
    int n = 0;
    for (int i = end - 1; i >= 0 && n < keep && sorted[i] >= key(category, 0); i--) {
      rows[n++] = (int) sorted[i];
    }
    return n;
  }

  /** A category and a place a behaviour that has a category. */
  @Override
  public long indexBytes() {
    return (long) size * Long.BYTES;
  }
}
