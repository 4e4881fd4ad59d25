package io.seminar.network.scoring;

import io.seminar.network.model.Parameters;
import java.util.Arrays;

/** Reads parameters and refuses those that do not fit the network, or are no numbers. */
final class ParameterReader {
  private final Parameters parameters;

  ParameterReader(Parameters parameters) {
    this.parameters = parameters;
  }

  /**
   * The values of a parameter; not a copy.
   *
   * @param legend names of the dimensions, for the message
   * @throws IllegalArgumentException if there is none of this name, it has another shape, or one of
   *     its values is not finite
   */
  float[] read(String name, String legend, int... shape) {
    Parameters.Tensor tensor = parameters.tensor(name);
    if (!Arrays.equals(tensor.shape(), shape)) {
      throw new IllegalArgumentException(
          "parameter "
              + name
              + " is "
              + Arrays.toString(tensor.shape())
              + ": expected "
              + Arrays.toString(shape)
              + ", ["
              + legend
              + "], for this network and catalogue");
    }
    float[] values = tensor.values();
    for (int i = 0; i < values.length; i++) {
      if (!(Math.abs(values[i]) <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "parameter " + name + " holds " + values[i] + " at " + i + ": expected finite numbers");
      }
    }
    return values;
  }

  /** {@code left · right}, summed in double. */
  // (n, k) x (k, m) -> (n, m)
  static float[] product(float[] left, float[] right, int n, int k, int m) {
    float[] product = new float[Math.multiplyExact(n, m)];
    double[] row = new double[m];
    for (int i = 0; i < n; i++) {
      Arrays.fill(row, 0);
      for (int j = 0; j < k; j++) {
        double factor = left[i * k + j];
        for (int c = 0; c < m; c++) {
          row[c] += factor * right[j * m + c];
        }
      }
      for (int c = 0; c < m; c++) {
        product[i * m + c] = (float) row[c];
      }
    }
    return product;
  }
}
