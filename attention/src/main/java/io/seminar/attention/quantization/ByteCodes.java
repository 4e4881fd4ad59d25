package io.seminar.attention.quantization;

import io.seminar.attention.AttentionKernels;

/**
 * Rows as a byte a dimension, for bounds that are some sixteen times tighter than those of four
 * bits, of rows here and there.
 *
 * <p>A row less the mean μ is rotated, {@code y = R (r - μ)}, and rounded to {@code a k}, k a whole
 * number of -127..127 a dimension and a the row's own step. A target, rotated to t', is rounded to
 * {@code s w} likewise. Then
 *
 * <pre>
 *   score_l &lt;= a s Σ_d w_d k_d + c + ‖t' - s w‖ ‖a k‖ + ‖t‖ g_l + slack,
 * </pre>
 *
 * by Cauchy-Schwarz, c = {@code <t, μ>}; the sum is one of integers, and g_l is {@code ‖y - a k‖}
 * and what float arithmetic may do, the exact score's included.
 *
 * <p>Reusable: {@link #index} starts anew and keeps the arrays. {@link #prepare} makes an instance
 * one thread's.
 */
public final class ByteCodes {
  private static final int MOST = 127;
  private static final double FLOOR = 0x1p-100;

  /** Floats kept beside the code of a row. */
  private static final int PARTS = 3;

  private final RandomRotation rotation;
  private final RotatedBlocks rotated;
  private final short[] weights; // even dimensions, then odd ones
  private byte[] codes = new byte[0]; // (L, D)
  private float[] rows = new float[0]; // (L, 3): a, ‖a k‖, g
  private int[] sums = new int[0];
  private int length;
  private double step;
  private double error;
  private double norm;
  private double centre;

  /** Codes of rows that are rotated so. */
  public ByteCodes(RandomRotation rotation) {
    this.rotation = rotation;
    this.rotated = new RotatedBlocks(rotation);
    this.weights = new short[2 * ((rotation.dimension() + 1) / 2)];
  }

  /**
   * Encodes rows that {@link RaBitQCodes} found usable.
   *
   * @param vectors (L, D), not kept
   */
  public void index(float[] vectors, int length) {
    int dimension = rotation.dimension();
    this.length = length;
    if (rows.length < length * PARTS) {
      codes = new byte[length * dimension];
      rows = new float[length * PARTS];
      sums = new int[length];
    }
    rotated.open(vectors, length);
    for (int first = 0; first < length; first += RotatedBlocks.BLOCK) {
      int n = rotated.fill(first);
      for (int r = 0; r < n; r++) {
        encode(r, first + r);
      }
    }
    rotated.close();
  }

  private void encode(int r, int row) {
    int dimension = rotation.dimension();
    float[] y = rotated.rotated;
    int from = r * dimension;
    int to = row * dimension;
    float largest = 0;
    for (int d = 0; d < dimension; d++) {
      largest = Math.max(largest, Math.abs(y[from + d]));
    }
    float a = largest / MOST;
    // Steps below the normal numbers would divide badly: such a row counts as the mean.
    a = a >= Float.MIN_NORMAL ? a : 0;
    float inverse = a == 0 ? 0 : 1 / a;
    double left = 0;
    double square = 0;
    for (int d = 0; d < dimension; d++) {
      float x = y[from + d];
      int k = Math.max(-MOST, Math.min(MOST, Math.round(x * inverse)));
      codes[to + d] = (byte) k;
      double rounded = (double) a * k;
      left += (x - rounded) * (x - rounded);
      square += rounded * rounded;
    }
    double rounding =
        (rotation.error() + 4 * Rounding.UNIT) * rotated.norms[r]
            + 1.01 * Rounding.inner(dimension) * rotated.rowNorms[r]
            + 0x1p-40 * rotated.meanNorm();
    rows[PARTS * row] = a;
    rows[PARTS * row + 1] = Rounding.up(Math.sqrt(square) * (1 + 1e-9));
    rows[PARTS * row + 2] = Rounding.up((Math.sqrt(left) + rounding) * (1 + 1e-9) + FLOOR);
  }

  /**
   * Turns to a target that a scan with the same rotation has prepared, of the same rows.
   *
   * @param target its index there; its {@link RaBitQScan#slack} is finite
   */
  public void prepare(RaBitQScan scan, int target) {
    int dimension = rotation.dimension();
    float[] t = scan.rotated();
    int from = target * dimension;
    float largest = 0;
    for (int d = 0; d < dimension; d++) {
      largest = Math.max(largest, Math.abs(t[from + d]));
    }
    float s = largest / MOST;
    s = s >= Float.MIN_NORMAL ? s : 0;
    float inverse = s == 0 ? 0 : 1 / s;
    int half = weights.length / 2;
    double left = 0;
    for (int d = 0; d < dimension; d++) {
      float x = t[from + d];
      int w = Math.max(-MOST, Math.min(MOST, Math.round(x * inverse)));
      weights[(d & 1) * half + d / 2] = (short) w;
      double rounded = (double) s * w;
      left += (x - rounded) * (x - rounded);
    }
    step = s;
    error = Math.sqrt(left) * (1 + 1e-9);
    norm = scan.norm(target);
    centre = scan.centre(target);
  }

  /**
   * Keeps of some rows those that may score as much as a threshold.
   *
   * @param candidates row indices, {@code n} of them; those that are kept come to the front, in
   *     their order
   * @param threshold the score less the {@link RaBitQScan#slack} of the target
   * @return how many are kept
   */
  public int reaching(double threshold, int[] candidates, int n) {
    AttentionKernels.byteSums(weights, codes, rotation.dimension(), candidates, n, sums);
    int kept = 0;
    for (int i = 0; i < n; i++) {
      int row = candidates[i];
      int at = PARTS * row;
      // Doubles: what they round is far below the slack in the radius.
      double bound =
          step * sums[i] * rows[at] + centre + error * rows[at + 1] + norm * rows[at + 2];
      // Not a branch: it would be a coin's toss.
      candidates[kept] = row;
      kept += bound >= threshold ? 1 : 0;
    }
    return kept;
  }

  /** Bytes that the codes of the rows take. */
  public long bytes() {
    return (long) length * bytesARow();
  }

  /** Bytes of a row. */
  public int bytesARow() {
    return rotation.dimension() + PARTS * Float.BYTES;
  }
}
