package io.seminar.attention.quantization;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.FastScan;
import java.util.Arrays;

/**
 * Scores of targets from {@link RaBitQCodes}: estimates without bias, and upper bounds.
 *
 * <p>A target t is rotated once and turned into tables of the fast scan, which sums {@code <R t,
 * ȳ>} of all rows; a factor a row makes an estimate of it. With E the error of the scan's rounded
 * tables and c = {@code <t, μ>}, row l's score, as {@link
 * io.seminar.attention.AttentionKernels#scores} computes it, is at most
 *
 * <pre>
 *   F_l (Σ_l + E) + ‖t‖ g_l + c + slack
 * </pre>
 *
 * with the probability that the codes were made for; slack covers the rounding of this very sum.
 *
 * <p>Holds the tables of up to {@link FastScan#MOST_TARGETS} targets: reusable, not safe for
 * several threads, allocates nothing once made.
 */
public final class RaBitQScan {

  /** Rows whose scores stay in the caches between the steps. */
  private static final int CHUNK = 16 * FastScan.BLOCK;

  /** Scores above this are left to exact arithmetic, whose sums may overflow. */
  private static final double LARGE = 1e36;

  /** Added to a target's norm, so that what products below the range of floats lose is covered. */
  private static final double FLOOR = 0x1p-100;

  private final RandomRotation rotation;
  private final NibbleLayout layout;
  private final SegmentScan[] scans;
  private final float[] rotated; // (B, D)
  private final float[] sums = new float[FastScan.MOST_TARGETS * CHUNK];
  private final float[] centres = new float[FastScan.MOST_TARGETS];
  private final float[] norms = new float[FastScan.MOST_TARGETS];
  private final float[] errors = new float[FastScan.MOST_TARGETS];
  private final double[] slacks = new double[FastScan.MOST_TARGETS];
  private RaBitQCodes codes;

  /**
   * A scan of codes of this rotation and this many bits.
   *
   * @param bits b, 1 to {@link RaBitQCodes#MOST_BITS}
   */
  public RaBitQScan(RandomRotation rotation, int bits) {
    this.rotation = rotation;
    this.layout = new NibbleLayout(rotation.dimension(), bits);
    this.scans = new SegmentScan[layout.segments()];
    for (int s = 0; s < scans.length; s++) {
      scans[s] = layout.scan(s);
    }
    this.rotated = new float[FastScan.MOST_TARGETS * rotation.dimension()];
  }

  /**
   * Turns to targets and the codes that they are compared with.
   *
   * @param codes usable
   * @param queries (count, D)
   */
  public void prepare(RaBitQCodes codes, float[] queries, int count) {
    if (codes.rotation() != rotation || codes.bits() != layout.bits()) {
      throw new IllegalArgumentException(
          "codes of "
              + codes.bits()
              + " bits, or of another rotation: expected "
              + layout.bits()
              + " bits of the scan's own rotation");
    }
    if (!codes.usable()) {
      throw new IllegalArgumentException("the codes are of rows that are not finite");
    }
    if (count < 0 || count > FastScan.MOST_TARGETS) {
      throw new IllegalArgumentException(
          count + " targets: expected 0 to " + FastScan.MOST_TARGETS);
    }
    this.codes = codes;
    int dimension = rotation.dimension();
    Checks.range("queries", queries.length, 0, count * dimension);
    rotation.apply(queries, count, rotated);
    for (int i = 0; i < count; i++) {
      prepare(i, queries);
    }
  }

  private void prepare(int target, float[] queries) {
    int dimension = rotation.dimension();
    int at = target * dimension;
    double norm = RotatedBlocks.norm(queries, at, dimension) * (1 + 1e-9) + FLOOR;
    float[] mean = codes.mean();
    double centre = 0;
    double size = 0;
    for (int d = 0; d < dimension; d++) {
      centre += (double) queries[at + d] * mean[d];
      size += Math.abs(rotated[at + d]);
    }
    norms[target] = Rounding.up(norm);
    centres[target] = (float) centre;
    if (!(norm * codes.largestNorm() <= LARGE && norm * (1 << layout.bits()) <= LARGE)) {
      slacks[target] = Double.POSITIVE_INFINITY;
      errors[target] = 0;
      centres[target] = 0;
      Arrays.fill(rotated, at, at + dimension, 0);
      for (SegmentScan scan : scans) {
        scan.set(target, rotated, at);
      }
      return;
    }
    // Sums of segments are floats, at most as large as all weights together.
    double error = scans.length * Rounding.UNIT * (1 << layout.bits()) * size;
    for (int s = 0; s < scans.length; s++) {
      scans[s].set(target, rotated, at);
      error += scans[s].error(target, codes.codeNorm(s));
    }
    errors[target] = Rounding.up(error * (1 + 1e-6));
    slacks[target] = 4 * Rounding.UNIT * Math.abs(centre) + (dimension + 8) * 0x1p-146;
  }

  /**
   * What is to be added to a target's upper bounds, exactly, for them to hold; infinite if there is
   * no bound, because scores of this target may be too large for floats, or are no numbers.
   */
  public double slack(int target) {
    return slacks[target];
  }

  /**
   * Estimates of scores: {@code out[offset + (i - firstTarget) * stride + l - from]}, for {@code
   * from <= l < to}; what lies between the rows and the next whole block is overwritten with
   * numbers that mean nothing.
   *
   * @param from a multiple of {@link FastScan#BLOCK}
   * @param stride at least {@code FastScan.padded(to - from)}
   */
  public void estimates(
      int from, int to, int firstTarget, int count, float[] out, int offset, int stride) {
    for (int chunk = from; chunk < to; chunk += CHUNK) {
      int end = Math.min(to, chunk + CHUNK);
      int at = offset + chunk - from;
      sum(chunk, end, firstTarget, count, out, at, stride);
      for (int i = 0; i < count; i++) {
        AttentionKernels.fit(
            out,
            at + i * stride,
            end - chunk,
            codes.factors(),
            null,
            chunk,
            0,
            centres[firstTarget + i],
            0);
      }
    }
  }

  /**
   * Upper bounds of scores, laid out as {@link #estimates} are: the score of a row is at most its
   * bound and {@link #slack}.
   */
  public void upperBounds(
      int from, int to, int firstTarget, int count, float[] out, int offset, int stride) {
    for (int chunk = from; chunk < to; chunk += CHUNK) {
      int end = Math.min(to, chunk + CHUNK);
      int at = offset + chunk - from;
      sum(chunk, end, firstTarget, count, out, at, stride);
      for (int i = 0; i < count; i++) {
        int target = firstTarget + i;
        AttentionKernels.fit(
            out,
            at + i * stride,
            end - chunk,
            codes.factors(),
            codes.radii(),
            chunk,
            errors[target],
            centres[target],
            norms[target]);
      }
    }
  }

  private void sum(
      int from, int to, int firstTarget, int count, float[] out, int offset, int stride) {
    scans[0].sums(codes.blocks(0), from, to, firstTarget, count, out, offset, stride);
    for (int s = 1; s < scans.length; s++) {
      scans[s].sums(codes.blocks(s), from, to, firstTarget, count, sums, 0, CHUNK);
      for (int i = 0; i < count; i++) {
        AttentionKernels.add(sums, i * CHUNK, to - from, out, offset + i * stride);
      }
    }
  }

  /** (B, D): the targets, rotated. */
  float[] rotated() {
    return rotated;
  }

  /** Norm of a target, rounded up. */
  float norm(int target) {
    return norms[target];
  }

  /** {@code <t, μ>}. */
  float centre(int target) {
    return centres[target];
  }
}
