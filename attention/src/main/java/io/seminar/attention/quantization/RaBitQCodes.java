package io.seminar.attention.quantization;

import io.seminar.attention.FastScan;
import java.util.Arrays;

/**
 * RaBitQ codes of the rows of one head (Gao and Long, SIGMOD 2024; several bits a dimension: Gao
 * and others, SIGMOD 2025), made without training, read by {@link RaBitQScan}.
 *
 * <p>A row r less the mean μ of all rows is rotated at random, {@code y = R (r - μ)}, and each
 * coordinate replaced by one of {@code 2^b} equally spaced levels, symmetric about zero: {@code ȳ_d
 * = k_d - (2^b - 1)/2}. The spacing is the row's own, the one of a few around the best for Gaussian
 * values for which the angle between y and ȳ is least. With {@code F = ‖y‖² / <ȳ, y>},
 *
 * <pre>
 *   &lt;t, r&gt; = &lt;t, μ&gt; + F &lt;R t, ȳ&gt; + &lt;R t, e&gt;,     e = y - F ȳ  ⊥  y.
 * </pre>
 *
 * <p>So the first two terms estimate the score, and the last is the error. Because R is uniformly
 * random and e is at right angles to y, the part of {@code R t} that e meets points in a uniformly
 * random direction among D - 1: the error has mean zero over draws of R (the estimate is unbiased),
 * and it is {@code ‖t⊥‖ ‖e‖ U}, U a coordinate of a random point of the unit sphere in D - 1
 * dimensions, {@code t⊥} what of t is at right angles to {@code r - μ}. This law is exact, so a
 * confidence can be stated without the constant that the paper leaves open: {@code U <= u} with the
 * probability asked for, and never above 1. With u = 1 the bound is deterministic (Cauchy-Schwarz).
 *
 * <p>Per row there are b bits a dimension and two floats: F and the radius {@code g = u ‖e‖ +
 * rounding}, the latter covering whatever float arithmetic does to the row's score, the exact one
 * included.
 *
 * <p>Reusable: {@link #index} starts anew and keeps the arrays. Not safe for several threads while
 * it runs; after it, to be read by many.
 */
public final class RaBitQCodes {

  /** Bits a dimension, at most. */
  public static final int MOST_BITS = 8;

  /** Spacing of 2^b equal steps with the least squared error for a standard normal value. */
  private static final double[] GAUSSIAN_STEPS = {
    0, 1.5958, 0.9957, 0.5860, 0.3352, 0.1881, 0.1041, 0.0569, 0.0308
  };

  /** What the Gaussian spacing is multiplied with to find a row's own. */
  private static final double[] SPACINGS = {0.7, 0.85, 1, 1.2, 1.45};

  private static final double FLOOR = 0x1p-100;

  private final RandomRotation rotation;
  private final int bits;
  private final double certain;
  private final NibbleLayout layout;
  private final RotatedBlocks rotated;
  private final int[] levels; // (D)
  private final int[] best; // (D)
  private final byte[] nibbles;
  private final byte[][] blocks; // a segment
  private final int[] squares; // a segment: largest Σ (2 n - 15)² of a row's nibbles n
  private float[] factors = new float[0];
  private float[] radii = new float[0];
  private int length;
  private double largestNorm;
  private boolean usable;

  /**
   * Codes whose radii hold for a row and target with a probability.
   *
   * @param bits b, 1 to {@link #MOST_BITS}
   * @param tail largest probability, over draws of the rotation, that the score of a row and a
   *     target is above its upper bound; 0: never
   */
  public RaBitQCodes(RandomRotation rotation, int bits, double tail) {
    this.rotation = rotation;
    this.bits = bits;
    this.layout = new NibbleLayout(rotation.dimension(), bits);
    this.certain = SphereCoordinate.exceededBy(tail, rotation.dimension() - 1);
    this.rotated = new RotatedBlocks(rotation);
    this.levels = new int[rotation.dimension()];
    this.best = new int[rotation.dimension()];
    this.nibbles = new byte[layout.nibbles()];
    this.blocks = new byte[layout.segments()][0];
    this.squares = new int[layout.segments()];
  }

  /**
   * Encodes rows. Rows whose values or norms are not finite floats make the whole unusable, see
   * {@link #usable()}.
   *
   * @param rows (L, D), not kept
   */
  public void index(float[] rows, int length) {
    int dimension = rotation.dimension();
    Checks.range("rows", rows.length, 0, Math.multiplyExact(length, dimension));
    this.length = length;
    if (factors.length < length) {
      factors = new float[length];
      radii = new float[length];
    }
    for (int s = 0; s < blocks.length; s++) {
      int bytes = FastScan.bytes(length, layout.size(s));
      if (blocks[s].length < bytes) {
        blocks[s] = new byte[bytes];
      }
    }
    Arrays.fill(squares, 0);
    rotated.open(rows, length);
    usable = rotated.finite();
    largestNorm = rotated.meanNorm();
    if (usable) {
      for (int first = 0; first < length; first += RotatedBlocks.BLOCK) {
        int n = rotated.fill(first);
        for (int r = 0; r < n; r++) {
          encode(r, first + r);
        }
      }
    }
    rotated.close();
  }

  private void encode(int r, int row) {
    int dimension = rotation.dimension();
    float[] y = rotated.rotated;
    int at = r * dimension;
    double norm = RotatedBlocks.norm(y, at, dimension);
    double codeNorm = chooseLevels(y, at, norm);
    double product = 0;
    double centre = ((1 << bits) - 1) / 2.0;
    for (int d = 0; d < dimension; d++) {
      product += y[at + d] * (best[d] - centre);
    }
    double factor = product > 0 ? norm * norm / product : 0;
    // ‖e‖² = ‖F ȳ‖² - ‖y‖²; what cancellation leaves uncertain is added.
    double fitted = factor * codeNorm;
    double error =
        product > 0
            ? certain * Math.sqrt(Math.max(0, fitted * fitted - norm * norm) + 1e-14 * norm * norm)
            : norm;
    double rounding =
        (rotation.error() + 4 * Rounding.UNIT) * rotated.norms[r]
            + 8 * Rounding.UNIT * fitted
            + 1.01 * Rounding.inner(dimension) * rotated.rowNorms[r]
            + 0x1p-40 * rotated.meanNorm();
    factors[row] = (float) factor;
    radii[row] = Rounding.up(1.001 * (error + rounding) + FLOOR);
    usable &= Math.abs(factors[row]) <= Float.MAX_VALUE && radii[row] <= Float.MAX_VALUE;
    largestNorm = Math.max(largestNorm, rotated.rowNorms[r]);
    layout.pack(best, nibbles);
    for (int s = 0; s < blocks.length; s++) {
      int start = layout.start(s);
      int square = 0;
      for (int c = start; c < start + layout.size(s); c++) {
        int twice = 2 * nibbles[c] - 15;
        square += twice * twice;
      }
      squares[s] = Math.max(squares[s], square);
      FastScan.put(nibbles, start, layout.size(s), blocks[s], row);
    }
  }

  /** Fills {@link #best} and returns the norm of the code. */
  private double chooseLevels(float[] y, int at, double norm) {
    int dimension = rotation.dimension();
    float half = 1 << (bits - 1);
    float centre = half - 0.5f;
    int most = (1 << bits) - 1;
    if (bits == 1) {
      for (int d = 0; d < dimension; d++) {
        best[d] = y[at + d] >= 0 ? 1 : 0;
      }
      return Math.sqrt(dimension) / 2;
    }
    double bestCosine = -1;
    double bestSquare = 0;
    double spread = norm / Math.sqrt(dimension);
    for (double spacing : SPACINGS) {
      double step = spacing * GAUSSIAN_STEPS[bits] * spread;
      float inverse = step > Float.MIN_NORMAL ? (float) (1 / step) : 0;
      float product = 0;
      float square = 0;
      for (int d = 0; d < dimension; d++) {
        float x = y[at + d];
        // Not below zero before the cut, so that cutting is rounding down.
        int k = (int) Math.max(0, Math.min(most, x * inverse + half));
        levels[d] = k;
        float level = k - centre;
        product += x * level;
        square += level * level;
      }
      double cosine = product > 0 ? (double) product * product / square : 0;
      if (cosine > bestCosine) {
        bestCosine = cosine;
        bestSquare = square;
        System.arraycopy(levels, 0, best, 0, dimension);
      }
    }
    return Math.sqrt(bestSquare);
  }

  /** L. */
  public int length() {
    return length;
  }

  /** b. */
  public int bits() {
    return bits;
  }

  /**
   * Whether there are estimates and bounds: not if a row holds what is no finite number, or numbers
   * so large that norms leave the range of floats.
   */
  public boolean usable() {
    return usable;
  }

  /** Bytes that the codes, factors and radii of the rows take. */
  public long bytes() {
    return (long) length * bytesARow();
  }

  /** Bytes of a row: its code, F and the radius. */
  public int bytesARow() {
    return layout.bytesARow() + 2 * Float.BYTES;
  }

  RandomRotation rotation() {
    return rotation;
  }

  NibbleLayout layout() {
    return layout;
  }

  byte[] blocks(int segment) {
    return blocks[segment];
  }

  /** Largest norm of a row's nibbles less 7.5 in a segment. */
  double codeNorm(int segment) {
    return Math.sqrt(squares[segment]) / 2;
  }

  /** (L): F. */
  float[] factors() {
    return factors;
  }

  /** (L): g. */
  float[] radii() {
    return radii;
  }

  /** (D): μ. */
  float[] mean() {
    return rotated.mean;
  }

  double largestNorm() {
    return largestNorm;
  }
}
