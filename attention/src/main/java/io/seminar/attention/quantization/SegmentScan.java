package io.seminar.attention.quantization;

/**
 * Sums {@code <t, k - (2^b - 1)/2>} over a segment of a {@link NibbleLayout}, for rotated targets t
 * and levels k.
 */
interface SegmentScan {
  /** Takes a target: D floats from {@code offset}. */
  void set(int target, float[] rotated, int offset);

  /**
   * Bound of a sum's error.
   *
   * @param codeNorm norm of the segment's nibbles less 7.5, or more
   */
  double error(int target, double codeNorm);

  /** Sums of rows, laid out as those of {@link io.seminar.attention.FastScan#scores}. */
  void sums(
      byte[] blocks,
      int from,
      int to,
      int firstTarget,
      int count,
      float[] out,
      int offset,
      int stride);
}
