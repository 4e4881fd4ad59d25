package io.seminar.attention.quantization;

/** What callers of this package must not get wrong, said with the values. */
final class Checks {

  private Checks() {}

  static void range(String name, int size, int offset, int n) {
    if (offset < 0 || n < 0 || (long) offset + n > size) {
      throw new IllegalArgumentException(
          name + " has " + size + " elements: " + n + " from " + offset + " do not fit");
    }
  }

  static void finite(float[] values, int offset, int n, String what) {
    for (int d = 0; d < n; d++) {
      if (!(Math.abs(values[offset + d]) <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            what + " holds " + values[offset + d] + " at " + d + ": expected finite numbers");
      }
    }
  }

  static void trainingSet(float[] vectors, int n, int dimension) {
    if (n < 1 || dimension < 1 || (long) n * dimension > vectors.length) {
      throw new IllegalArgumentException(
          "training set of "
              + n
              + " x "
              + dimension
              + " in an array of "
              + vectors.length
              + ": expected at least 1 x 1 and room for all");
    }
  }
}
