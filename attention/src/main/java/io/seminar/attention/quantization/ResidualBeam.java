package io.seminar.attention.quantization;

import io.seminar.attention.AttentionKernels;

/**
 * A search for the code of one vector: the best sums of centroids so far, best first, and what each
 * leaves of the vector. Grows to the largest sizes seen and is used again.
 */
final class ResidualBeam {

  private int dimension;
  private int width;
  private int subcodes;
  private int stage;
  private int count;
  private float[] residuals = new float[0]; // (width, D)
  private float[] nextResiduals = new float[0];
  private byte[] codes = new byte[0]; // (width, C)
  private byte[] nextCodes = new byte[0];
  private float[] squares = new float[0]; // (width)
  private float[] found = new float[0]; // (width + 1), rising
  private int[] foundAt = new int[0];

  /**
   * Starts with the vector as it is.
   *
   * @param beam sums that go on from stage to stage
   * @param codeLength C, of the codes that are kept; 0: none are
   * @throws IllegalArgumentException if the vector's squared length is not finite
   */
  void start(float[] vector, int offset, int vectorLength, int beam, int codeLength) {
    dimension = vectorLength;
    width = beam;
    subcodes = codeLength;
    stage = 0;
    count = 1;
    if (residuals.length < width * dimension) {
      residuals = new float[width * dimension];
      nextResiduals = new float[width * dimension];
    }
    if (codes.length < width * subcodes) {
      codes = new byte[width * subcodes];
      nextCodes = new byte[width * subcodes];
    }
    if (squares.length < width) {
      squares = new float[width];
      found = new float[width + 1];
      foundAt = new int[width + 1];
    }
    System.arraycopy(vector, offset, residuals, 0, dimension);
    squares[0] = AttentionKernels.dot(residuals, 0, residuals, 0, dimension);
    if (!(squares[0] <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "the squared length of a vector is beyond floats: expected a vector shorter than 1.8e19");
    }
  }

  /**
   * Adds a centroid to every sum, in the best ways. Of equally good ones the better sum before goes
   * first, then the lower slot.
   *
   * @param centroids (n, D)
   * @param centroidSquares (n): their squared lengths
   */
  void advance(float[] centroids, float[] centroidSquares, int n, WorkSpace work) {
    float[] products = work.distances(count * n);
    AttentionKernels.scores(residuals, count, centroids, n, dimension, products, n);
    int kept = 0;
    for (int b = 0; b < count; b++) {
      for (int k = 0; k < n; k++) {
        float square = squares[b] - 2 * products[b * n + k] + centroidSquares[k];
        if (kept < width || square < found[kept - 1]) {
          kept = insert(square, b * n + k, kept);
        }
      }
    }
    for (int i = 0; i < kept; i++) {
      int from = foundAt[i] / n;
      int slot = foundAt[i] % n;
      int at = i * dimension;
      for (int d = 0; d < dimension; d++) {
        nextResiduals[at + d] = residuals[from * dimension + d] - centroids[slot * dimension + d];
      }
      if (subcodes > 0) {
        System.arraycopy(codes, from * subcodes, nextCodes, i * subcodes, stage);
        nextCodes[i * subcodes + stage] = (byte) slot;
      }
    }
    float[] residualsBefore = residuals;
    residuals = nextResiduals;
    nextResiduals = residualsBefore;
    byte[] codesBefore = codes;
    codes = nextCodes;
    nextCodes = codesBefore;
    count = kept;
    for (int b = 0; b < count; b++) {
      squares[b] =
          AttentionKernels.dot(residuals, b * dimension, residuals, b * dimension, dimension);
    }
    stage++;
  }

  /** Keeps the {@code width} smallest in rising order; returns how many there are. */
  private int insert(float square, int at, int kept) {
    int last = Math.min(kept, width - 1);
    int i = last;
    while (i > 0 && found[i - 1] > square) {
      found[i] = found[i - 1];
      foundAt[i] = foundAt[i - 1];
      i--;
    }
    found[i] = square;
    foundAt[i] = at;
    return last + 1;
  }

  /** Sums that are in the beam. */
  int count() {
    return count;
  }

  /** What every sum leaves of the vector, best first; returns how many floats that is. */
  int copyResiduals(float[] out, int offset) {
    System.arraycopy(residuals, 0, out, offset, count * dimension);
    return count * dimension;
  }

  /** The slots of the best sum. */
  void copyBestCode(byte[] out, int offset) {
    System.arraycopy(codes, 0, out, offset, subcodes);
  }
}
