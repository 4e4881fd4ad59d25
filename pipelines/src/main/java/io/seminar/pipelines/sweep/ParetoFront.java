package io.seminar.pipelines.sweep;

/** The points that no other beats in both recall and latency. */
final class ParetoFront {
  private ParetoFront() {}

  /**
   * Which points are on the front: no other has at least the recall and at most the latency, and
   * one of them better. NaN in either: not on it.
   */
  static boolean[] of(double[] recall, double[] nanos) {
    boolean[] front = new boolean[recall.length];
    for (int p = 0; p < front.length; p++) {
      front[p] = !Double.isNaN(recall[p]) && !Double.isNaN(nanos[p]);
      for (int q = 0; q < front.length && front[p]; q++) {
        boolean noWorse = recall[q] >= recall[p] && nanos[q] <= nanos[p];
        boolean better = recall[q] > recall[p] || nanos[q] < nanos[p];
        front[p] = !(noWorse && better);
      }
    }
    return front;
  }
}
