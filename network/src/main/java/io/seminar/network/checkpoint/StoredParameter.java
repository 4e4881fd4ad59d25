package io.seminar.network.checkpoint;

import io.seminar.network.model.Parameters;
import io.seminar.network.model.TensorLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a parameter's values lie.
 *
 * @param name of the parameter
 * @param kind how training updates it
 * @param shape its dimensions
 * @param offset byte in the file at which they begin
 */
record StoredParameter(String name, Parameters.Kind kind, List<Integer> shape, long offset) {
  StoredParameter {
    shape = List.copyOf(shape);
  }

  /** Parameters of this layout, one after the other. */
  static List<StoredParameter> of(List<TensorLayout> layout) {
    List<StoredParameter> stored = new ArrayList<>();
    long offset = 0;
    for (TensorLayout tensor : layout) {
      stored.add(new StoredParameter(tensor.name(), tensor.kind(), tensor.shape(), offset));
      offset += Float.BYTES * tensor.size();
    }
    return stored;
  }

  /** Bytes that parameters of this layout take. */
  static long bytes(List<TensorLayout> layout) {
    return Float.BYTES * layout.stream().mapToLong(TensorLayout::size).sum();
  }
}
