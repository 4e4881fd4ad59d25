package io.seminar.attention.quantization;

import java.util.SplittableRandom;

/**
 * The vectors that a quantiser learns from: all, or a draw without replacement.
 *
 * @param vectors (n, D), finite
 */
record TrainingSample(float[] vectors, int n, int dimension) {

  static TrainingSample of(float[] vectors, int n, int dimension, int most, long seed) {
    Checks.trainingSet(vectors, n, dimension);
    if (n <= most) {
      for (int i = 0; i < n; i++) {
        Checks.finite(vectors, i * dimension, dimension, "training vector " + i);
      }
      return new TrainingSample(vectors, n, dimension);
    }
    // Fisher-Yates, cut off.
    int[] rows = new int[n];
    for (int i = 0; i < n; i++) {
      rows[i] = i;
    }
    SplittableRandom random = new SplittableRandom(seed);
    float[] drawn = new float[most * dimension];
    for (int i = 0; i < most; i++) {
      int j = i + random.nextInt(n - i);
      int row = rows[j];
      rows[j] = rows[i];
      Checks.finite(vectors, row * dimension, dimension, "training vector " + row);
      System.arraycopy(vectors, row * dimension, drawn, i * dimension, dimension);
    }
    return new TrainingSample(drawn, most, dimension);
  }

  /** Columns {@code [start, end)} of all vectors. // (n, end - start) */
  float[] columns(int start, int end) {
    int width = end - start;
    float[] points = new float[n * width];
    for (int i = 0; i < n; i++) {
      System.arraycopy(vectors, i * dimension + start, points, i * width, width);
    }
    return points;
  }
}
