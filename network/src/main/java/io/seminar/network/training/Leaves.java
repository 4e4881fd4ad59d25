package io.seminar.network.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.seminar.network.model.Parameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters that one step uses, as the leaves of its graph: dense ones whole, of the tables
 * only the rows that the batch reads. They are copies on the device, made when first asked for;
 * after the backward pass {@link #gradients} hands their gradients over.
 *
 * <p>Everything is owned by the step's manager and goes with it.
 */
final class Leaves {
  private final NDManager manager;
  private final DataType type;
  private final Parameters parameters;
  private final boolean differentiated;
  private final Map<String, NDArray> dense = new LinkedHashMap<>();
  private final List<Rows> rows = new ArrayList<>();

  private record Rows(Parameters.Tensor tensor, int[] indices, NDArray values) {}

  /** Takes the gradients of a step. */
  interface GradientSink {
    /**
     * One parameter's gradient.
     *
     * @param rows which rows of a table, distinct; null: the whole parameter
     * @param gradient of those rows, or of the whole
     */
    void accept(Parameters.Tensor tensor, int[] rows, float[] gradient);
  }

  /**
   * Leaves of a step.
   *
   * @param manager of the step
   * @param type of all numbers; FLOAT64 only where gradients are checked
   * @param differentiated whether parameters that are not fixed get gradients
   */
  Leaves(NDManager manager, DataType type, Parameters parameters, boolean differentiated) {
    this.manager = manager;
    this.type = type;
    this.parameters = parameters;
    this.differentiated = differentiated;
  }

  NDManager manager() {
    return manager;
  }

  DataType type() {
    return type;
  }

  /** A parameter as a whole, in its own shape. */
  NDArray dense(String name) {
    return dense.computeIfAbsent(
        name,
        n -> {
          Parameters.Tensor tensor = parameters.tensor(n);
          long[] shape = new long[tensor.shape().length];
          for (int i = 0; i < shape.length; i++) {
            shape[i] = tensor.shape()[i];
          }
          return leaf(tensor, tensor.values(), new Shape(shape));
        });
  }

  /**
   * Rows of a table.
   *
   * @param indices distinct
   * @return (indices, row)
   */
  NDArray rows(String name, int[] indices) {
    Parameters.Tensor tensor = parameters.tensor(name);
    int size = tensor.rowSize();
    float[] gathered = new float[indices.length * size];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(tensor.values(), indices[i] * size, gathered, i * size, size);
    }
    NDArray values = leaf(tensor, gathered, new Shape(indices.length, size));
    rows.add(new Rows(tensor, indices, values));
    return values;
  }

  private NDArray leaf(Parameters.Tensor tensor, float[] values, Shape shape) {
    NDArray leaf = numbers(values, shape);
    if (learns(tensor)) {
      leaf.setRequiresGradient(true);
    }
    return leaf;
  }

  private boolean learns(Parameters.Tensor tensor) {
    return differentiated && tensor.kind() != Parameters.Kind.FIXED;
  }

  /** An input of the step, in the step's type. */
  NDArray numbers(float[] values, Shape shape) {
    NDArray array = manager.create(values, shape);
    return type == DataType.FLOAT32 ? array : array.toType(type, false);
  }

  /** Indices, as the engine wants them. */
  NDArray indices(int[] values, Shape shape) {
    long[] wide = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return manager.create(wide, shape);
  }

  /**
   * Hands over the gradients of all leaves, in the order in which they were made.
   *
   * @throws TrainingException at the first that is not finite, by the name of its parameter
   */
  void gradients(GradientSink sink) {
    for (Map.Entry<String, NDArray> entry : dense.entrySet()) {
      Parameters.Tensor tensor = parameters.tensor(entry.getKey());
      if (learns(tensor)) {
        sink.accept(tensor, null, gradient(tensor, entry.getValue()));
      }
    }
    for (Rows table : rows) {
      if (learns(table.tensor())) {
        sink.accept(table.tensor(), table.indices(), gradient(table.tensor(), table.values()));
      }
    }
  }

  private float[] gradient(Parameters.Tensor tensor, NDArray leaf) {
    float[] numbers;
    try (NDArray gradient = leaf.getGradient()) {
      numbers =
          type == DataType.FLOAT32
              ? gradient.toFloatArray()
              : gradient.toType(DataType.FLOAT32, false).toFloatArray();
    }
    for (float number : numbers) {
      if (!Float.isFinite(number)) {
        throw new TrainingException("the gradient of " + tensor.name() + " holds " + number);
      }
    }
    return numbers;
  }
}
