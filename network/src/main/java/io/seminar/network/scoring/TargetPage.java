package io.seminar.network.scoring;

/** Targets of one request that are scored together. */
final class TargetPage {
  private final int hidden;
  private final int[] items = new int[TrainedNetwork.MOST_TARGETS];
  private final float[] pairs;
  private int size;
  private int query;
  private long time;
  private int length;

  TargetPage(int hidden) {
    this.hidden = hidden;
    pairs = new float[TrainedNetwork.MOST_TARGETS * hidden];
  }

  /** Turns to a request. */
  void request(long time, int query, int length) {
    this.time = time;
    this.query = query;
    this.length = length;
  }

  /** Takes {@code n} of its targets, at most {@link TrainedNetwork#MOST_TARGETS}. */
  void targets(PairTable table, int[] item, int from, int n) {
    size = n;
    for (int i = 0; i < n; i++) {
      items[i] = item[from + i];
      table.row(items[i], query, pairs, i * hidden);
    }
  }

  /** n. */
  int size() {
    return size;
  }

  /** (n): item ordinals. */
  int[] items() {
    return items;
  }

  /** (n, d): e_t. */
  float[] pairs() {
    return pairs;
  }

  /** The request's query; 0: browsing. */
  int query() {
    return query;
  }

  /** The request's time, milliseconds since 1970. */
  long time() {
    return time;
  }

  /** L. */
  int length() {
    return length;
  }
}
