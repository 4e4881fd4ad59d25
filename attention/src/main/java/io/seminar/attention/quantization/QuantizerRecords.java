package io.seminar.attention.quantization;

import java.util.Arrays;
import java.util.Map;

/** A quantiser as a codebook's files hold it: some keys, and the floats that it is made of. */
final class QuantizerRecords {

  private QuantizerRecords() {}

  static void describe(Quantizer quantizer, String prefix, Map<String, String> lines) {
    lines.put(prefix + "method", quantizer.method().key());
    lines.put(prefix + "dimension", Integer.toString(quantizer.dimension()));
    lines.put(prefix + "subcodes", Integer.toString(quantizer.subcodes()));
    lines.put(prefix + "centroids", Integer.toString(quantizer.centroids()));
    lines.put(prefix + "reservesZero", Boolean.toString(quantizer.reservesZero()));
    if (quantizer instanceof ResidualQuantizer residual) {
      lines.put(prefix + "beam", Integer.toString(residual.beam()));
    } else if (quantizer instanceof RotatedQuantizer rotated) {
      lines.put(prefix + "threshold", Float.toString(rotated.rotated().threshold()));
    } else if (quantizer instanceof ProductQuantizer product) {
      lines.put(prefix + "threshold", Float.toString(product.threshold()));
    }
  }

  /** The floats, as many as {@link #floats(PropertiesFile, String)} says. */
  static float[] floats(Quantizer quantizer) {
    if (quantizer instanceof RotatedQuantizer rotated) {
      float[] rotation = rotated.rotation();
      float[] values = rotated.rotated().values();
      float[] floats = Arrays.copyOf(rotation, rotation.length + values.length);
      System.arraycopy(values, 0, floats, rotation.length, values.length);
      return floats;
    }
    if (quantizer instanceof ResidualQuantizer residual) {
      return residual.values();
    }
    return ((ProductQuantizer) quantizer).values();
  }

  static long floats(PropertiesFile keys, String prefix) {
    long dimension = dimension(keys, prefix);
    long centroids = dimension * centroids(keys, prefix);
    return switch (keys.method(prefix + "method")) {
      case PQ -> centroids;
      case OPQ -> dimension * dimension + centroids;
      case RQ -> centroids * stages(keys, prefix);
    };
  }

  /**
   * Puts a quantiser together.
   *
   * @throws IllegalArgumentException if keys and floats make no sense together
   */
  static Quantizer read(PropertiesFile keys, String prefix, float[] floats) {
    int dimension = dimension(keys, prefix);
    return switch (keys.method(prefix + "method")) {
      case PQ -> product(keys, prefix, floats);
      case OPQ -> {
        int square = dimension * dimension;
        yield RotatedQuantizer.of(
            Arrays.copyOf(floats, square),
            product(keys, prefix, Arrays.copyOfRange(floats, square, floats.length)));
      }
      case RQ ->
          ResidualQuantizer.of(
              dimension,
              stages(keys, prefix),
              centroids(keys, prefix),
              keys.flag(prefix + "reservesZero"),
              keys.expectInteger(prefix + "beam", 1, TrainingOptions.MOST_BEAM),
              floats);
    };
  }

  private static ProductQuantizer product(PropertiesFile keys, String prefix, float[] floats) {
    int dimension = dimension(keys, prefix);
    return ProductQuantizer.of(
        dimension,
        keys.expectInteger(prefix + "subcodes", 1, dimension),
        centroids(keys, prefix),
        keys.flag(prefix + "reservesZero"),
        keys.number(prefix + "threshold"),
        floats);
  }

  private static int stages(PropertiesFile keys, String prefix) {
    return keys.expectInteger(prefix + "subcodes", 1, 1 << 12);
  }

  private static int dimension(PropertiesFile keys, String prefix) {
    return keys.expectInteger(prefix + "dimension", 1, 1 << 20);
  }

  private static int centroids(PropertiesFile keys, String prefix) {
    return keys.expectInteger(prefix + "centroids", 1, ProductQuantizer.MOST_CENTROIDS);
  }
}
