package io.seminar.attention;

/**
 * Scores from 4-bit codes that are evenly spaced levels, by multiplication: {@code Σ_c t_c (code_c
 * - 7.5)}. The blocks of codes are those of {@link FastScan}, which takes any tables; here the
 * entries of a table lie on a line, and so a target needs no tables, only a whole number a
 * sub-code, and what rounding loses is some ten times less than with entries of a byte.
 *
 * <p>Legend: {@code C} sub-codes of 4 bits a behaviour, {@code L} behaviours, {@code B} targets.
 *
 * <p>A target is rounded, {@code t_c ≈ step · w_c}, with the least step for which {@code Σ_c w_c
 * (code_c - 7.5)} fits 16 bits for any code. The sum is then exact, whatever its order: it wraps
 * round, and comes back.
 *
 * <p>An instance holds targets: reusable, not safe for several threads, allocates nothing once
 * made.
 */
public final class NibbleScan {

  /** Middle of the levels. */
  private static final double MIDDLE = 7.5;

  private static final int LARGEST_SUM = 32_760;

  private final int subcodes;
  private final int targets;
  private final short[] weights; // (B, 2 * pairs + 1): and where the sum starts
  private final float[] affine; // (B, 2): base and step
  private final double[] left; // (B, 2): norm and sum of what rounding left of a target

  /**
   * Room for targets.
   *
   * @param subcodes C, 1 to {@link FastScan#MOST_SUBCODES}
   * @param targets B, 1 to {@link FastScan#MOST_TARGETS}
   */
  public NibbleScan(int subcodes, int targets) {
    if (subcodes < 1
        || subcodes > FastScan.MOST_SUBCODES
        || targets < 1
        || targets > FastScan.MOST_TARGETS) {
      throw new IllegalArgumentException(
          subcodes
              + " sub-codes of 4 bits, "
              + targets
              + " targets: expected 1 to "
              + FastScan.MOST_SUBCODES
              + " and 1 to "
              + FastScan.MOST_TARGETS);
    }
    this.subcodes = subcodes;
    this.targets = targets;
    this.weights = new short[targets * width()];
    this.affine = new float[2 * targets];
    this.left = new double[2 * targets];
  }

  private int pairs() {
    return (subcodes + 1) / 2;
  }

  private int width() {
    return 2 * pairs() + 1;
  }

  /**
   * Takes and rounds a target.
   *
   * @param values C of them from {@code offset}, finite, as is their sum
   */
  public void set(int target, float[] values, int offset) {
    AttentionKernels.checkRange("values", values.length, offset, subcodes);
    double size = 0;
    for (int c = 0; c < subcodes; c++) {
      size += Math.abs(values[offset + c]);
    }
    if (!(size * MIDDLE <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "values of target " + target + " reach " + size + " in sum: expected a finite number");
    }
    float step = (float) (size * MIDDLE / (LARGEST_SUM - MIDDLE * subcodes / 2));
    // A step that is no normal number would divide badly: then all counts as rounding.
    step = step >= Float.MIN_NORMAL ? step : 0;
    double inverse = step == 0 ? 0 : 1.0 / step;
    int at = target * width();
    int sum = 0;
    double square = 0;
    double absolute = 0;
    for (int c = 0; c < subcodes; c++) {
      float value = values[offset + c];
      int w = (int) Math.rint(value * inverse);
      weights[at + c] = (short) w;
      sum += w;
      double rest = value - (double) step * w;
      square += rest * rest;
      absolute += Math.abs(rest);
    }
    // 7.5 Σw is whole or a half: what is cut off goes to the base.
    int start = -Math.floorDiv(15 * sum, 2);
    weights[at + width() - 1] = (short) start;
    affine[2 * target] = step * (float) (-start - MIDDLE * sum);
    affine[2 * target + 1] = step;
    left[2 * target] = Math.sqrt(square);
    left[2 * target + 1] = absolute;
  }

  /**
   * Bound of the difference between a score and the same sum over the target as given.
   *
   * @param codeNorm {@code sqrt(Σ_c (code_c - 7.5)²)} of the behaviour, or more
   */
  public double error(int target, double codeNorm) {
    double rounded = Math.min(left[2 * target] * codeNorm, MIDDLE * left[2 * target + 1]);
    return rounded * (1 + 0x1p-20)
        + affine[2 * target + 1] * (LARGEST_SUM * 0x1p-22)
        + 2 * Float.MIN_NORMAL;
  }

  /**
   * Scores a part of the behaviours against a part of the targets, as {@link
   * FastScan#scores(byte[], int, int, int, int, float[], int, int)} does.
   *
   * @param from a multiple of {@link FastScan#BLOCK}
   * @param stride at least {@code padded(to - from)}
   */
  // (L, C) x (B, C) -> (B, stride)
  public void scores(
      byte[] blocks,
      int from,
      int to,
      int firstTarget,
      int count,
      float[] scores,
      int offset,
      int stride) {
    if (from < 0 || to < from || from % FastScan.BLOCK != 0) {
      throw new IllegalArgumentException(
          "behaviours "
              + from
              + " to "
              + to
              + ": expected to start at a multiple of "
              + FastScan.BLOCK);
    }
    if (firstTarget < 0 || count < 0 || firstTarget + count > targets) {
      throw new IllegalArgumentException(
          count + " targets from " + firstTarget + ": expected at most " + targets + " in all");
    }
    int room = FastScan.padded(to - from);
    AttentionKernels.checkRange("codes", blocks.length, 0, FastScan.bytes(to, subcodes));
    if (stride < room) {
      throw new IllegalArgumentException(
          "stride is " + stride + ": expected at least " + room + ", whole blocks");
    }
    if (count > 0) {
      AttentionKernels.checkRange("scores", scores.length, offset, (count - 1) * stride + room);
    }
    AttentionKernels.KERNELS.nibbleScan(
        blocks,
        from * pairs(),
        room / FastScan.BLOCK,
        pairs(),
        weights,
        firstTarget * width(),
        affine,
        2 * firstTarget,
        count,
        scores,
        offset,
        stride);
  }
}
