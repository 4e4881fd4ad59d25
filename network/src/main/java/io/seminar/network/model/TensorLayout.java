package io.seminar.network.model;

import java.util.Arrays;
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

  /**
   * The parameters of a network, in order.
   *
   * @throws IllegalArgumentException if the spec names a field that the catalogue lacks
   */
  public static List<TensorLayout> of(NetworkSpec spec, CatalogueShape shape) {
    for (String field : spec.fields()) {
      if (!field.equals(NetworkSpec.ID)
          && !field.equals(NetworkSpec.ATTRIBUTES)
          && shape.modality(field) < 0) {
        throw new IllegalArgumentException(
            "field \""
                + field
                + "\": expected "
                + NetworkSpec.ID
                + ", "
                + NetworkSpec.ATTRIBUTES
                + " or a modality of the data set, "
                + shape.modalities());
      }
    }
    return Initialization.of(spec, shape, new float[shape.items()], 0).tensors().stream()
        .map(
            tensor ->
                new TensorLayout(
                    tensor.name(), tensor.kind(), Arrays.stream(tensor.shape()).boxed().toList()))
        .toList();
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
