package io.seminar.attention.quantization;

import io.seminar.attention.AttentionKernels;
import java.util.Random;

/**
 * A random orthogonal matrix, drawn uniformly (Haar) from a seed: Gaussian rows, made orthonormal
 * one after another. Applied to vectors it leaves inner products as they are and makes the
 * direction of anything that was fixed before the draw uniformly random, which is what the error
 * bound of {@link RaBitQCodes} rests on. A fast Hadamard transform would not do: its directions are
 * only roughly uniform, and the stated confidence would be a hope.
 *
 * <p>Immutable; to be shared.
 */
public final class RandomRotation {
  private final int dimension;
  private final float[] matrix; // (D, D)
  private final double defect;

  /**
   * Draws a rotation; the work is cubic in the dimension (a second at about 600).
   *
   * @param dimension D, 1 to 4,096
   */
  public RandomRotation(int dimension, long seed) {
    if (dimension < 1 || dimension > 4096) {
      throw new IllegalArgumentException("dimension is " + dimension + ": expected 1 to 4,096");
    }
    this.dimension = dimension;
    this.matrix = new float[dimension * dimension];
    double[][] rows = new double[dimension][dimension];
    Random random = new Random(seed);
    for (int i = 0; i < dimension; i++) {
      double[] row = rows[i];
      for (int d = 0; d < dimension; d++) {
        row[d] = random.nextGaussian();
      }
      // Twice is enough for orthogonality to the last bits (Giraud and others, 2005).
      for (int pass = 0; pass < 2; pass++) {
        for (int j = 0; j < i; j++) {
          double p = dot(row, rows[j]);
          for (int d = 0; d < dimension; d++) {
            row[d] -= p * rows[j][d];
          }
        }
      }
      double length = Math.sqrt(dot(row, row));
      for (int d = 0; d < dimension; d++) {
        row[d] /= length;
        matrix[i * dimension + d] = (float) row[d];
        row[d] = matrix[i * dimension + d];
      }
    }
    this.defect = defect(rows);
  }

  /** Frobenius norm of {@code R R^T - I}, which is also that of {@code R^T R - I}. */
  private static double defect(double[][] rows) {
    double square = 0;
    for (int i = 0; i < rows.length; i++) {
      double diagonal = dot(rows[i], rows[i]) - 1;
      square += diagonal * diagonal;
      for (int j = 0; j < i; j++) {
        double p = dot(rows[i], rows[j]);
        square += 2 * p * p;
      }
    }
    return Math.sqrt(square) + rows.length * 0x1p-48;
  }

  private static double dot(double[] a, double[] b) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int d = 0;
    for (; d + 3 < a.length; d += 4) {
      s0 += a[d] * b[d];
      s1 += a[d + 1] * b[d + 1];
      s2 += a[d + 2] * b[d + 2];
      s3 += a[d + 3] * b[d + 3];
    }
    for (; d < a.length; d++) {
      s0 += a[d] * b[d];
    }
    return s0 + s1 + s2 + s3;
  }

  /** D. */
  public int dimension() {
    return dimension;
  }

  /**
   * Rotates vectors.
   *
   * @param vectors (n, D)
   * @param out (n, D), another array
   */
  // (n, D) x (D, D) -> (n, D)
  public void apply(float[] vectors, int n, float[] out) {
    AttentionKernels.scores(vectors, n, matrix, dimension, dimension, out, dimension);
  }

  /**
   * Bound of {@code |<t, x> - <t', x'>| / (‖t‖ ‖x‖)}, where {@code t'} and {@code x'} are what
   * {@link #apply} makes of t and x: the matrix is orthogonal but for the rounding of its entries,
   * and each product is a sum of floats. Products below the range of floats are left out.
   */
  public double error() {
    return defect + 2.02 * Math.sqrt(dimension) * Rounding.inner(dimension);
  }
}
