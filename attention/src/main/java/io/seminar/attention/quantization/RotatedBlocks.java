package io.seminar.attention.quantization;

import java.util.Arrays;

/**
 * Rows less their mean, rotated, some at a time. The mean leaves out rows whose norm is more than
 * four times that of all but one in a hundred: a single huge row would drag it away from the rest.
 */
final class RotatedBlocks {

  /** Rows of a block. */
  static final int BLOCK = 64;

  private static final double FAR = 4;

  final float[] rotated; // (BLOCK, D)
  final double[] norms = new double[BLOCK]; // of rows less their mean
  final double[] rowNorms = new double[BLOCK];
  final float[] mean; // (D)

  private final RandomRotation rotation;
  private final int dimension;
  private final float[] centred; // (BLOCK, D)
  private float[] rows;
  private int length;
  private double meanNorm;
  private boolean finite;

  RotatedBlocks(RandomRotation rotation) {
    this.rotation = rotation;
    this.dimension = rotation.dimension();
    this.rotated = new float[BLOCK * dimension];
    this.centred = new float[BLOCK * dimension];
    this.mean = new float[dimension];
  }

  /** Turns to some rows. */
  void open(float[] rows, int length) {
    this.rows = rows;
    this.length = length;
    double[] all = new double[length];
    for (int l = 0; l < length; l++) {
      all[l] = norm(rows, l * dimension);
    }
    double[] sorted = all.clone();
    Arrays.sort(sorted);
    double far = length == 0 ? 0 : FAR * sorted[(int) (0.99 * (length - 1))];
    double[] sum = new double[dimension];
    int used = 0;
    for (int l = 0; l < length; l++) {
      if (all[l] <= far) {
        used++;
        for (int d = 0; d < dimension; d++) {
          sum[d] += rows[l * dimension + d];
        }
      }
    }
    for (int d = 0; d < dimension; d++) {
      mean[d] = used == 0 ? 0 : (float) (sum[d] / used);
    }
    meanNorm = norm(mean, 0);
    // NaN sorts last, so the largest norm says it all.
    finite = length == 0 || sorted[length - 1] <= Float.MAX_VALUE;
  }

  /** Whether all rows have a norm that a float can hold. */
  boolean finite() {
    return finite;
  }

  double meanNorm() {
    return meanNorm;
  }

  /** Fills the arrays with the rows from {@code first} and returns how many they are. */
  int fill(int first) {
    int n = Math.min(BLOCK, length - first);
    for (int r = 0; r < n; r++) {
      int from = (first + r) * dimension;
      int to = r * dimension;
      for (int d = 0; d < dimension; d++) {
        centred[to + d] = rows[from + d] - mean[d];
      }
      norms[r] = norm(centred, to);
      rowNorms[r] = norm(rows, from);
    }
    rotation.apply(centred, n, rotated);
    return n;
  }

  /** Forgets the rows, which belong to the caller. */
  void close() {
    rows = null;
  }

  private double norm(float[] vectors, int at) {
    return norm(vectors, at, dimension);
  }

  /** Euclidean norm, as a sum of doubles. */
  static double norm(float[] vectors, int at, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int d = at;
    int end = at + n;
    for (; d + 3 < end; d += 4) {
      s0 += (double) vectors[d] * vectors[d];
      s1 += (double) vectors[d + 1] * vectors[d + 1];
      s2 += (double) vectors[d + 2] * vectors[d + 2];
      s3 += (double) vectors[d + 3] * vectors[d + 3];
    }
    for (; d < end; d++) {
      s0 += (double) vectors[d] * vectors[d];
    }
    return Math.sqrt(s0 + s1 + s2 + s3);
  }
}
