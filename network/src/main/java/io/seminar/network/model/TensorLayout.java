package io.seminar.network.model;

import java.util.List;

/**
 * What a parameter is before it has values.
 *
 * @param name unique within the network
 * @param kind how it is updated
 * @param shape its dimensions
 */
public record TensorLayout(String name, Parameters.Kind kind, List<Integer> shape) {
  public TensorLayout {
    shape = List.copyOf(shape);
  }

  /** The number of floats: the product of the dimensions. */
  public long size() {
    long size = 1;
    for (int dimension : shape) {
      size = Math.multiplyExact(size, dimension);
    }
    return size;
  }
}
