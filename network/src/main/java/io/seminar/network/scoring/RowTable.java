package io.seminar.network.scoring;

import io.seminar.attention.AttentionKernels;

/**
 * Rows of floats in blocks, so that their number is not bounded by what one array holds. Written
 * while it is made, read only afterwards.
 */
final class RowTable {
  private static final int SHIFT = 10;

  /** Rows of a block; the last one may have fewer. */
  private static final int BLOCK = 1 << SHIFT;

  /** Reads what a row is the product of. */
  interface Source {
    /**
     * Writes the input of a row.
     *
     * @return the weight of its product; 0: the row has no input, and nothing of it was written
     */
    float read(int row, float[] out, int offset);
  }

  private final int rows;
  private final int dimension;
  private final float[][] blocks;

  /** Zeros. // (rows, dimension) */
  RowTable(int rows, int dimension) {
    this.rows = rows;
    this.dimension = dimension;
    blocks = new float[(int) (((long) rows + BLOCK - 1) >>> SHIFT)][];
    for (int b = 0; b < blocks.length; b++) {
      blocks[b] = new float[Math.multiplyExact(rowsOf(b), dimension)];
    }
  }

  private int rowsOf(int block) {
    return Math.min(BLOCK, rows - (block << SHIFT));
  }

  /** Floats of a row. */
  int dimension() {
    return dimension;
  }

  /** The array that holds a row. */
  float[] block(int row) {
    return blocks[row >>> SHIFT];
  }

  /** Where in {@link #block} a row starts. */
  int offset(int row) {
    return (row & BLOCK - 1) * dimension;
  }

  /**
   * Adds {@code weight · matrix · input} to every row that has an input.
   *
   * @param matrix (dimension, inputs)
   */
  // (rows, inputs) x (dimension, inputs) -> (rows, dimension)
  void addProduct(float[] matrix, int inputs, Source source) {
    int most = Math.min(BLOCK, rows);
    float[] input = new float[Math.multiplyExact(most, inputs)];
    float[] product = new float[most * dimension];
    int[] at = new int[most];
    float[] weight = new float[most];
    for (int b = 0; b < blocks.length; b++) {
      int n = 0;
      for (int r = 0; r < rowsOf(b); r++) {
        weight[n] = source.read((b << SHIFT) + r, input, n * inputs);
        if (weight[n] != 0) {
          at[n++] = r * dimension;
        }
      }
      AttentionKernels.scores(input, n, matrix, dimension, inputs, product, dimension);
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < dimension; j++) {
          blocks[b][at[i] + j] += weight[i] * product[i * dimension + j];
        }
      }
    }
  }

  /**
   * Every row multiplied by a matrix.
   *
   * @param matrix (dimension, dimension)
   */
  // (rows, d) x (d, d) -> (rows, d)
  RowTable times(float[] matrix) {
    RowTable product = new RowTable(rows, dimension);
    for (int b = 0; b < blocks.length; b++) {
      AttentionKernels.scores(
          blocks[b], rowsOf(b), matrix, dimension, dimension, product.blocks[b], dimension);
    }
    return product;
  }

  /** Copies a row. */
  void copy(int row, float[] out, int offset) {
    System.arraycopy(block(row), offset(row), out, offset, dimension);
  }
}
