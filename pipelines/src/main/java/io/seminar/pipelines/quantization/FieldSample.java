package io.seminar.pipelines.quantization;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Vectors of a field that a quantiser learns from.
 *
 * @param vectors (n, D)
 * @param n how many
 * @param share of the ordinals looked at that have a vector
 */
record FieldSample(float[] vectors, int n, double share) {

  /** Writes the vector of an item or query; false where it has none. */
  interface Source {
    boolean copy(int ordinal, float[] out, int offset);
  }

  /**
   * Draws vectors without replacement; absent ones do not count.
   *
   * @param ordinals to draw from
   * @param most vectors at most
   */
  static FieldSample draw(int[] ordinals, int most, int dimension, long seed, Source source) {
    int[] left = ordinals.clone();
    float[] sample = new float[Math.multiplyExact(Math.min(most, left.length), dimension)];
    int n = 0;
    int looked = 0;
    // A partial Fisher-Yates shuffle.
    SplittableRandom random = new SplittableRandom(seed);
    while (looked < left.length && n < most) {
      int j = looked + random.nextInt(left.length - looked);
      int drawn = left[j];
      left[j] = left[looked];
      looked++;
      if (source.copy(drawn, sample, n * dimension)) {
        n++;
      }
    }
    return new FieldSample(sample, n, looked == 0 ? 0 : (double) n / looked);
  }

  /** The same with one vector as often again as there are others, one by one among them. */
  FieldSample with(float[] vector) {
    int dimension = vector.length;
    float[] more = new float[Math.multiplyExact(2 * n, dimension)];
    for (int i = 0; i < n; i++) {
      System.arraycopy(vectors, i * dimension, more, 2 * i * dimension, dimension);
      System.arraycopy(vector, 0, more, (2 * i + 1) * dimension, dimension);
    }
    return new FieldSample(more, 2 * n, share);
  }

  /** The first and the second half; both are all of it where a half would be too little. */
  FieldSample[] halves(int dimension, int fewest) {
    int half = n / 2;
    if (half < fewest) {
      return new FieldSample[] {this, this};
    }
    return new FieldSample[] {
      new FieldSample(Arrays.copyOf(vectors, half * dimension), half, share),
      new FieldSample(Arrays.copyOfRange(vectors, half * dimension, n * dimension), n - half, share)
    };
  }
}
