package io.seminar.network.device;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.seminar.attention.retrieval.Cost;
import io.seminar.attention.retrieval.Kept;

/**
 * The K best of scores that lie on the device, brought to the host. Of equal scores the engine
 * keeps any; those that it keeps are put in the order of recency.
 */
final class DeviceSelection {
  private DeviceSelection() {}

  /**
   * Chooses for all targets of a head.
   *
   * @param scores (B, L) on the device, L at least 1; work that has only been queued
   * @param exact whether the scores are exact, and so kept beside the rows
   */
  static void select(NDArray scores, int count, int head, Kept kept, boolean exact, Cost cost) {
    int k = (int) Math.min(kept.keep(), scores.getShape().get(1));
    NDList best = scores.topK(k, 1, true, true);
    cost.lap(Cost.Stage.QUEUE);
    if (cost.timed()) {
      TorchDevice.await(best.get(1));
      cost.lap(Cost.Stage.SELECT);
    }
    float[] values = best.get(0).toFloatArray();
    long[] rows = best.get(1).toLongArray();
    for (int b = 0; b < count; b++) {
      copy(values, rows, b * k, k, kept.rows(head, b), kept.scores(head, b));
      if (exact) {
        kept.setScored(head, b, k);
      } else {
        kept.setCount(head, b, k);
      }
    }
    cost.lap(Cost.Stage.COPY);
  }

  private static void copy(
      float[] values, long[] indices, int from, int k, int[] rows, float[] scores) {
    for (int i = 0; i < k; i++) {
      float value = values[from + i];
      int row = (int) indices[from + i];
      int j = i;
      for (; j > 0 && scores[j - 1] == value && rows[j - 1] < row; j--) {
        rows[j] = rows[j - 1];
      }
      rows[j] = row;
      scores[i] = value;
    }
  }
}
