package io.seminar.attention;

/**
 * The unchecked inner loops behind {@link AttentionKernels} and {@link TopK}: callers have checked
 * every length.
 *
 * <p><b>One arithmetic.</b> Every implementation must give the same bits, whatever its vector
 * length and however it groups targets and rows, because ties, arms and runs are compared with one
 * another:
 *
 * <ul>
 *   <li>An inner product is four fused partial sums, {@code p_j = Σ_{d ≡ j mod 4} a_d b_d} in
 *       rising {@code d}, added as {@code ((p_0 + p_1) + p_2) + p_3}. Its error is at most {@code
 *       (D/4 + 4) 2^-24 Σ|a_d b_d|}.
 *   <li>A weighted sum of rows is one fused sum an element, in rising row, started at zero and then
 *       added to what the output held.
 *   <li>The exponential is {@link ScalarKernels#exponential(float)}, operation by operation.
 * </ul>
 */
interface Kernels {

  /** What runs: {@code scalar} or {@code vector-} and the bits of a vector. */
  String name();

  /** {@code <a, b>} over {@code n} floats. */
  float dot(float[] a, int aOffset, float[] b, int bOffset, int n);

  /**
   * {@code scores[i * stride + l] = <target_i, row_{first + l}>}. // (B, D) x (L, D) -> (B, stride)
   */
  void scores(
      float[] targets,
      int b,
      float[] rows,
      int first,
      int length,
      int dimension,
      float[] scores,
      int stride);

  /** {@code scores[at + i] = <target, row_{chosen_i}>} for {@code n} rows chosen. */
  void scoresOf(
      float[] targets,
      int target,
      float[] rows,
      int[] chosen,
      int n,
      int dimension,
      float[] scores,
      int at);

  /** Largest of {@code n > 0} values; NaN if one of them is. */
  float max(float[] values, int offset, int n);

  /** {@code weights[i] = exp((scores[i] - max) * inverseTemperature)}. */
  void exponentials(
      float[] scores,
      int offset,
      int n,
      float max,
      float inverseTemperature,
      float[] weights,
      int weightsOffset);

  /**
   * {@code out[i * D + d] += Σ_r weights[i * weightsStride + r] rows[rowsOffset + r * D + d]} for
   * {@code n} rows. // (B, n) x (n, D) -> (B, D)
   */
  void accumulate(
      float[] weights,
      int weightsStride,
      int b,
      float[] rows,
      int rowsOffset,
      int n,
      int dimension,
      float[] out);

  /** {@code out[d] = Σ_j weights[j] rows[kept[j] * D + d]}. // (K) x (K, D) -> (D) */
  void accumulateKept(
      float[] weights, int[] kept, int k, float[] rows, int dimension, float[] out, int outOffset);

  /**
   * {@code maxima[g]} = largest of the values at {@code offset + j} with {@code j ≡ g mod groups};
   * NaN where a group holds one. {@code groups} is a multiple of 64 and at most {@code length}.
   */
  void groupMaxima(float[] values, int offset, int length, float[] maxima, int groups);

  /**
   * Appends, from {@code count}, {@code first + i} to {@code indices} and the value to {@code
   * found} for every {@code i} in {@code [from, to)} whose value at {@code offset + i} is not below
   * the threshold, NaN too; returns the new count. There is room for all of them and one more.
   */
  int appendNotBelow(
      float[] values,
      int offset,
      int from,
      int to,
      float threshold,
      int first,
      int[] indices,
      float[] found,
      int count);

  /** How many of the first {@code n} values are not below the threshold. */
  int countNotBelow(float[] values, int n, float threshold);

  /**
   * {@code ranks[i]} = how many of the first {@code n} values are above the i-th, or equal to it
   * and behind it. No value is NaN; {@code values} is longer by a vector than n. // (n) -> (n)
   */
  void ranks(float[] values, int n, int[] ranks);

  /**
   * Sums of 4-bit look-ups, see {@link FastScan}: {@code scores[scoresAt + i * stride + l] = base_i
   * + step_i * Σ_c table_i,c[code_l,c]}, the sum an integer, the rest one fused operation.
   *
   * @param codes (blocks, pairs, 64) from {@code codesAt}
   * @param tables (targets, 2 * pairs, 16) from {@code tablesAt}
   * @param affine (targets, 2) from {@code affineAt}: base and step
   */
  void fastScan(
      byte[] codes,
      int codesAt,
      int blocks,
      int pairs,
      byte[] tables,
      int tablesAt,
      float[] affine,
      int affineAt,
      int targets,
      float[] scores,
      int scoresAt,
      int stride);

  /**
   * The sums alone, of up to {@link FastScan#GROUP} targets: {@code sums[sumsAt + i * stride + 64 *
   * block + j]} is that of behaviour {@code 64 * block + sumOrder()[j]}.
   */
  void fastSums(
      byte[] codes,
      int codesAt,
      int blocks,
      int pairs,
      byte[] tables,
      int tablesAt,
      int targets,
      short[] sums,
      int sumsAt,
      int stride);

  /** The behaviour of a block that each of its 64 sums belongs to; to be read only. */
  byte[] sumOrder();

  /** As for floats, of sums. {@code groups} is a multiple of 64. */
  void groupMaxima(short[] values, int offset, int length, short[] maxima, int groups);

  /**
   * As for floats, of {@code length} sums, a multiple of 128: appends the behaviours, counted from
   * {@code first}, of the sums from {@code offset} that are not below the threshold, rising.
   */
  int appendNotBelow(
      short[] values,
      int offset,
      int length,
      short threshold,
      int first,
      int[] indices,
      float[] found,
      int count);

  /**
   * Sums of products of whole numbers: {@code sums[i] = Σ_d weight_d codes[chosen_i * dimension +
   * d]} for {@code n} rows chosen.
   *
   * @param weights of dimensions 0, 2, 4, … and, from half the array on, 1, 3, 5, …; -127 to 127
   * @param codes (L, dimension), -127 to 127
   */
  void byteSums(short[] weights, byte[] codes, int dimension, int[] chosen, int n, int[] sums);

  /**
   * Fits scores to rows, {@code n} of them: {@code s_l = factor_l (s_l + shift) + centre}, the
   * product and the last sum one fused operation, and adds {@code spread * radius_l}, fused too,
   * unless {@code radii} is null. Scores stand from {@code at}, factors and radii from {@code
   * from}.
   */
  void fit(
      float[] scores,
      int at,
      int n,
      float[] factors,
      float[] radii,
      int from,
      float shift,
      float centre,
      float spread);

  /**
   * Weighted sums of 4-bit codes, see {@link NibbleScan}: {@code scores[scoresAt + i * stride + l]
   * = base_i + step_i * s}, one fused operation, with {@code s = start_i + Σ_c weight_i,c code_l,c}
   * as a number of 16 bits with a sign.
   *
   * @param codes (blocks, pairs, 64) from {@code codesAt}
   * @param weights (targets, 2 * pairs + 1) from {@code weightsAt}: the weights and the start
   * @param affine (targets, 2) from {@code affineAt}: base and step
   */
  void nibbleScan(
      byte[] codes,
      int codesAt,
      int blocks,
      int pairs,
      short[] weights,
      int weightsAt,
      float[] affine,
      int affineAt,
      int targets,
      float[] scores,
      int scoresAt,
      int stride);

  /**
   * Marks the scores at {@code offset + l}, {@code 0 <= l < n}, that are not below the threshold:
   * bit {@code l % 32} of {@code marks[l / 32]}, other bits 0. No score is NaN.
   */
  void mark(float[] scores, int offset, int n, float threshold, int[] marks);

  /** {@code sums[at + i] += more[from + i]} for {@code n} numbers. */
  void add(float[] more, int from, int n, float[] sums, int at);

  /**
   * The least and the largest entry of each table of 16, {@code -0} as {@code 0}. Of tables that
   * hold NaN at least one of the two is NaN.
   *
   * @param tables (C, 16) from {@code offset}
   */
  // (C, 16) -> (C), (C)
  void extremes(float[] tables, int offset, int subcodes, float[] least, float[] most);

  /**
   * Rounds tables to bytes: {@code (entry - least[c]) * inverse}, 0 to 254, to the nearest number,
   * of two the even one.
   *
   * @param tables (C, 16) from {@code offset}
   * @param rounded (C, 16) from {@code at}
   */
  void round(
      float[] tables,
      int offset,
      int subcodes,
      float[] least,
      float inverse,
      byte[] rounded,
      int at);
}
