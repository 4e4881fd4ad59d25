package io.seminar.attention;

/**
 * Scores from 4-bit codes by look-ups inside vector registers (André, Kermarrec and Le Scouarnec,
 * VLDB 2015 and ICMR 2017): the quantised tables of up to {@link #MOST_TARGETS} targets, and the
 * scan that reads codes once for several of them.
 *
 * <p>Legend: {@code C} sub-codes of 4 bits a behaviour, {@code L} behaviours, {@code B} targets.
 *
 * <p>A target's tables, (C, 16) floats, are rounded to bytes with one step for all of them: {@code
 * T[c][k] ≈ least_c + step · q[c][k]}, the step just so large that the two sub-codes of a byte of
 * code never sum up to more than 255. A score is {@code base + step · Σ_c q[c][code_c]}, base the
 * sum of the least entries. The sum is an integer, so the score does not depend on how it was
 * computed, and its error against the float tables is at most {@link #error(int)}: half a step a
 * sub-code, and the rounding of base and result.
 *
 * <p>Codes stand in blocks of {@link #BLOCK} behaviours, pair of sub-codes by pair of sub-codes;
 * {@link #put} and {@link #code} hide the order within a block, which is the one that unpacking
 * bytes to floats in registers leaves behaviours sorted in.
 *
 * <p>An instance holds tables: reusable, not safe for several threads, allocates nothing once made.
 * Codes may be shared by threads that only read.
 */
public final class FastScan {

  /** Behaviours of a block. */
  public static final int BLOCK = 64;

  /** Sub-codes of a behaviour, at most: their sum of bytes stays below 2^15. */
  public static final int MOST_SUBCODES = 128;

  /** Targets whose tables an instance holds, at most. */
  public static final int MOST_TARGETS = 32;

  /** Entries of a sub-code's table. */
  public static final int SLOTS = 16;

  /** Targets whose sums one pass over codes gives. */
  static final int GROUP = 4;

  /** Bytes that follow the last table, so that a register of any length can be loaded from it. */
  static final int MARGIN = 48;

  private final int subcodes;
  private final int targets;
  private final byte[] tables; // (B, 2 * pairs, SLOTS), and a margin
  private final float[] affine; // (B, 2): base and step
  private final double[] errors; // (B)
  private final float[] leasts; // (C): entries of the target at hand
  private final float[] mosts; // (C)

  /**
   * Room for the tables of targets.
   *
   * @param subcodes C, 1 to {@link #MOST_SUBCODES}
   * @param targets B, 1 to {@link #MOST_TARGETS}
   */
  public FastScan(int subcodes, int targets) {
    checkSubcodes(subcodes);
    if (targets < 1 || targets > MOST_TARGETS) {
      throw new IllegalArgumentException(
          targets + " targets: expected 1 to " + MOST_TARGETS + " in one pass");
    }
    this.subcodes = subcodes;
    this.targets = targets;
    this.tables = new byte[targets * tableBytes() + MARGIN];
    this.affine = new float[2 * targets];
    this.errors = new double[targets];
    this.leasts = new float[subcodes];
    this.mosts = new float[subcodes];
  }

  private static void checkSubcodes(int subcodes) {
    if (subcodes < 1 || subcodes > MOST_SUBCODES) {
      throw new IllegalArgumentException(
          subcodes + " sub-codes of 4 bits: expected 1 to " + MOST_SUBCODES);
    }
  }

  private static int pairs(int subcodes) {
    return (subcodes + 1) / 2;
  }

  private int tableBytes() {
    return 2 * pairs(subcodes) * SLOTS;
  }

  /** {@code L} rounded up to whole blocks: the least stride of the scores of a target. */
  public static int padded(int length) {
    return Math.multiplyExact(Math.floorDiv(length + BLOCK - 1, BLOCK), BLOCK);
  }

  /** Bytes that the codes of some behaviours take in blocks. */
  public static int bytes(int length, int subcodes) {
    checkSubcodes(subcodes);
    return Math.multiplyExact(padded(length), pairs(subcodes));
  }

  /**
   * Places a behaviour's code.
   *
   * @param codes C sub-codes from {@code offset}, one a byte, 0 to 15
   * @param blocks {@link #bytes} for all behaviours, zero before anything was placed
   */
  public static void put(byte[] codes, int offset, int subcodes, byte[] blocks, int behaviour) {
    int at = position(behaviour, pairs(subcodes));
    for (int c = 0; c < subcodes; c += 2) {
      int low = codes[offset + c];
      int high = c + 1 < subcodes ? codes[offset + c + 1] : 0;
      if ((low | high) >>> 4 != 0) {
        throw new IllegalArgumentException(
            "sub-codes " + low + " and " + high + " of behaviour " + behaviour + ": expected 0-15");
      }
      blocks[at + c / 2 * BLOCK] = (byte) (low | high << 4);
    }
  }

  /** A behaviour's sub-code, as {@link #put} placed it. */
  public static int code(byte[] blocks, int subcodes, int behaviour, int subcode) {
    int pair = blocks[position(behaviour, pairs(subcodes)) + subcode / 2 * BLOCK];
    return (subcode & 1) == 0 ? pair & 15 : pair >> 4 & 15;
  }

  /** The byte of a behaviour's first pair of sub-codes. */
  static int position(int behaviour, int pairs) {
    int within = behaviour % BLOCK;
    return (behaviour - within) * pairs + 4 * (within % 16) + within / 16;
  }

  /** C. */
  public int subcodes() {
    return subcodes;
  }

  /**
   * Takes and rounds the tables of a target.
   *
   * @param exact (C, 16) from {@code offset}, finite
   */
  public void set(int target, float[] exact, int offset) {
    AttentionKernels.checkRange("tables", exact.length, offset, subcodes * SLOTS);
    double base = 0;
    double size = 0;
    double widest = 0; // of a pair
    double ofPair = 0;
    AttentionKernels.KERNELS.extremes(exact, offset, subcodes, leasts, mosts);
    for (int c = 0; c < subcodes; c++) {
      float least = leasts[c];
      float most = mosts[c];
      base += least;
      size += Math.max(Math.abs(least), Math.abs(most));
      ofPair = (c & 1) == 0 ? (double) most - least : ofPair + most - least;
      widest = Math.max(widest, ofPair);
    }
    // One less than a byte holds: both of a pair may be rounded up.
    float step = (float) (widest / 254);
    if (!(size <= Float.MAX_VALUE) || !(widest <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "tables of target " + target + " reach " + size + " in sum: expected finite numbers");
    }
    // A step that is no normal number would divide badly: then all entries count as the least.
    float inverse = step >= Float.MIN_NORMAL ? 1 / step : 0;
    AttentionKernels.KERNELS.round(
        exact, offset, subcodes, leasts, inverse, tables, target * tableBytes());
    affine[2 * target] = (float) base;
    affine[2 * target + 1] = inverse == 0 ? 0 : step;
    // Half a step each, or all of it where the step was too small to use. Quotients, base and the
    // fused result are floats: a few units in the last place of a table or of the sum.
    double half = inverse == 0 ? widest : 0.5 * step * (1 + 0x1p-14);
    errors[target] = subcodes * half + 4 * size * 0x1p-24 + 2 * Float.MIN_NORMAL;
  }

  /** Bound of the difference between a score and the same sum over the float tables as given. */
  public double error(int target) {
    return errors[target];
  }

  /**
   * Scores behaviours against the first {@code count} targets: {@code scores[i * stride + l]} for
   * {@code l < length}; what lies between length and {@link #padded} is overwritten with numbers
   * that mean nothing.
   *
   * @param blocks codes of at least {@code length} behaviours
   * @param scores (B, stride), {@code stride >= padded(length)}
   */
  // (L, C) x (B, C, 16) -> (B, stride)
  public void scores(byte[] blocks, int length, int count, float[] scores, int stride) {
    scores(blocks, 0, length, 0, count, scores, 0, stride);
  }

  /**
   * The same for a part of the behaviours and of the targets: {@code scores[offset + (i -
   * firstTarget) * stride + l - from]} for {@code from <= l < to}.
   *
   * @param from a multiple of {@link #BLOCK}
   */
  public void scores(
      byte[] blocks,
      int from,
      int to,
      int firstTarget,
      int count,
      float[] scores,
      int offset,
      int stride) {
    if (from < 0 || to < from || from % BLOCK != 0) {
      throw new IllegalArgumentException(
          "behaviours " + from + " to " + to + ": expected to start at a multiple of " + BLOCK);
    }
    if (firstTarget < 0 || count < 0 || firstTarget + count > targets) {
      throw new IllegalArgumentException(
          count + " targets from " + firstTarget + ": expected at most " + targets + " in all");
    }
    int room = padded(to - from);
    AttentionKernels.checkRange("codes", blocks.length, 0, bytes(to, subcodes));
    if (stride < room) {
      throw new IllegalArgumentException(
          "stride is " + stride + ": expected at least " + room + ", whole blocks");
    }
    if (count > 0) {
      AttentionKernels.checkRange("scores", scores.length, offset, (count - 1) * stride + room);
    }
    int pairs = pairs(subcodes);
    AttentionKernels.KERNELS.fastScan(
        blocks,
        from * pairs,
        room / BLOCK,
        pairs,
        tables,
        firstTarget * tableBytes(),
        affine,
        2 * firstTarget,
        count,
        scores,
        offset,
        stride);
  }

  /** Refuses codes and targets that a search cannot read. */
  void check(byte[] blocks, int length, int first, int count) {
    if (length < 0 || first < 0 || count < 0 || first + count > targets) {
      throw new IllegalArgumentException(
          count
              + " targets from "
              + first
              + ", of "
              + length
              + " behaviours: expected at most "
              + targets
              + " in all");
    }
    AttentionKernels.checkRange("codes", blocks.length, 0, bytes(length, subcodes));
  }

  /** The sums of some blocks for up to {@link #GROUP} targets, see {@link Kernels#fastSums}. */
  void sums(byte[] codes, int from, int blocks, int first, int count, short[] sums, int stride) {
    int pairs = pairs(subcodes);
    AttentionKernels.KERNELS.fastSums(
        codes, from * pairs, blocks, pairs, tables, first * tableBytes(), count, sums, 0, stride);
  }
}
