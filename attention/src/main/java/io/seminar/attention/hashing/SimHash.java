package io.seminar.attention.hashing;

import io.seminar.attention.AttentionKernels;

/**
 * Signatures of vectors: bit b says on which side of hyperplane b the vector lies (Charikar, STOC
 * 2002). Vectors whose angle is θ differ in a bit with probability θ/π. Reusable, not safe for
 * several threads, allocates nothing once made.
 */
public final class SimHash {
  /** Bits of a signature at most. */
  public static final int MOST_BITS = Long.SIZE;

  /** Vectors that are multiplied at a time. */
  private static final int BLOCK = 64;

  private final float[] planes;
  private final int bits;
  private final int dimension;
  private final float[] vectors;
  private final float[] projections;

  /**
   * @param planes (bits, D): the normals of the hyperplanes; not copied
   * @param bits of a signature, 1 to {@link #MOST_BITS}
   */
  public SimHash(float[] planes, int bits, int dimension) {
    if (bits < 1 || bits > MOST_BITS || dimension < 1) {
      throw new IllegalArgumentException(
          bits + " bits of dimension " + dimension + ": expected 1 to " + MOST_BITS + " and 1");
    }
    if (planes.length < (long) bits * dimension) {
      throw new IllegalArgumentException(
          "planes has "
              + planes.length
              + " floats: expected at least "
              + (long) bits * dimension
              + " ("
              + bits
              + " x "
              + dimension
              + ")");
    }
    this.planes = planes;
    this.bits = bits;
    this.dimension = dimension;
    vectors = new float[BLOCK * dimension];
    projections = new float[BLOCK * bits];
  }

  /**
   * Bit b of {@code signatures[l]} is set if {@code <plane_b, row_l> >= 0}; the bits above are 0.
   * The same vector has the same signature wherever it stands.
   *
   * @param rows (n, D)
   * @throws IllegalArgumentException if an array is too short
   */
  // (n, D) x (bits, D) -> (n)
  public void signatures(float[] rows, int n, long[] signatures) {
    if (n < 0 || (long) n * dimension > rows.length || n > signatures.length) {
      throw new IllegalArgumentException(
          n
              + " rows of "
              + dimension
              + " floats, but there are "
              + rows.length
              + " floats and room for "
              + signatures.length
              + " signatures");
    }
    for (int from = 0; from < n; from += BLOCK) {
      int size = Math.min(BLOCK, n - from);
      System.arraycopy(rows, from * dimension, vectors, 0, size * dimension);
      AttentionKernels.scores(vectors, size, planes, bits, dimension, projections, bits);
      for (int i = 0; i < size; i++) {
        long signature = 0;
        for (int b = 0; b < bits; b++) {
          signature |= projections[i * bits + b] >= 0 ? 1L << b : 0;
        }
        signatures[from + i] = signature;
      }
    }
  }
}
