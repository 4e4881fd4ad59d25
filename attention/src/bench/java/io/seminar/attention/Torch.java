package io.seminar.attention;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** PyTorch through DJL, on one thread: the measure that the kernels are held against. */
final class Torch implements AutoCloseable {

  static {
    System.setProperty("ai.djl.pytorch.num_threads", "1");
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
  }

  private final NDManager manager = Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
  private final NDArray targets; // (B, D)
  private final NDArray rowsTransposed; // (D, L), a view of (L, D)

  Torch(float[] targets, int b, float[] rows, int length, int dimension) {
    this.targets = manager.create(targets, new Shape(b, dimension));
    this.rowsTransposed = manager.create(rows, new Shape(length, dimension)).transpose();
  }

  /** (B, D) x (D, L) -> (B, L); the caller closes it. */
  NDArray scores() {
    return targets.matMul(rowsTransposed);
  }

  /** Matrix product and the largest {@code k} of every row; values and indices. */
  NDList top(int k) {
    try (NDArray scores = scores()) {
      return scores.topK(k, 1);
    }
  }

  /** Softmax attention, as {@link AttentionKernels#attendAll} from ready scores. // (B, D) */
  NDArray attend(NDArray scores, float temperature) {
    try (NDArray scaled = scores.div(temperature);
        NDArray weights = scaled.softmax(1);
        NDArray rows = rowsTransposed.transpose()) {
      return weights.matMul(rows);
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
