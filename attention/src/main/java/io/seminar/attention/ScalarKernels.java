package io.seminar.attention;

/**
 * {@link Kernels} in plain Java, and the statement of the arithmetic that the others must match.
 */
final class ScalarKernels implements Kernels {

  /** {@code log2(e)}. */
  static final float LOG2_E = 1.44269504f;

  /** Upper part of {@code ln 2}: 15 bits, so that its product with an exponent is exact. */
  static final float LN2_HIGH = 0.693145751953125f;

  /** {@code ln 2 - LN2_HIGH}. */
  static final float LN2_LOW = 1.42860682e-6f;

  /** {@code 1.5 * 2^23}: adding it leaves a rounded integer in the low bits of the mantissa. */
  static final float ROUNDER = 12582912f;

  /** From here down, {@code 2^-127} is the scale, which a float's exponent field spells as zero. */
  static final float EXPONENT_FLOOR = -88f;

  /** Rows that stay in the first-level cache while all targets pass over them. */
  private static final int ROW_BLOCK = 64;

  private static final byte[] IN_ORDER = inOrder();

  private static byte[] inOrder() {
    byte[] order = new byte[FastScan.BLOCK];
    for (int i = 0; i < FastScan.BLOCK; i++) {
      order[i] = (byte) i;
    }
    return order;
  }

  @Override
  public String name() {
    return "scalar";
  }

  /**
   * {@code e^x} for {@code x <= 0}, within {@link AttentionKernels#EXPONENTIAL_ERROR} of the truth
   * where {@code x >= -87}, and zero below -87.7: {@code x = n ln 2 + r} with {@code |r| <= ln 2 /
   * 2}, the Taylor polynomial of degree 7 for {@code e^r} (remainder below 6e-9), scaled by {@code
   * 2^n} through the exponent field.
   */
  static float exponential(float x) {
    float clamped = Math.max(x, EXPONENT_FLOOR);
    float rounded = Math.fma(clamped, LOG2_E, ROUNDER);
    float n = rounded - ROUNDER;
    float r = Math.fma(n, -LN2_HIGH, clamped);
    r = Math.fma(n, -LN2_LOW, r);
    float p = Math.fma(r, 1f / 5040, 1f / 720);
    p = Math.fma(p, r, 1f / 120);
    p = Math.fma(p, r, 1f / 24);
    p = Math.fma(p, r, 1f / 6);
    p = Math.fma(p, r, 0.5f);
    p = Math.fma(p, r, 1f);
    p = Math.fma(p, r, 1f);
    return p * Float.intBitsToFloat((Float.floatToRawIntBits(rounded) << 23) + (127 << 23));
  }

  @Override
  public float dot(float[] a, int aOffset, float[] b, int bOffset, int n) {
    float p0 = 0;
    float p1 = 0;
    float p2 = 0;
    float p3 = 0;
    int d = 0;
    for (; d + 3 < n; d += 4) {
      p0 = Math.fma(a[aOffset + d], b[bOffset + d], p0);
      p1 = Math.fma(a[aOffset + d + 1], b[bOffset + d + 1], p1);
      p2 = Math.fma(a[aOffset + d + 2], b[bOffset + d + 2], p2);
      p3 = Math.fma(a[aOffset + d + 3], b[bOffset + d + 3], p3);
    }
    if (d < n) {
      p0 = Math.fma(a[aOffset + d], b[bOffset + d], p0);
    }
    if (d + 1 < n) {
      p1 = Math.fma(a[aOffset + d + 1], b[bOffset + d + 1], p1);
    }
    if (d + 2 < n) {
      p2 = Math.fma(a[aOffset + d + 2], b[bOffset + d + 2], p2);
    }
    return p0 + p1 + p2 + p3;
  }

  @Override
  public void scores(
      float[] targets,
      int b,
      float[] rows,
      int first,
      int length,
      int dimension,
      float[] scores,
      int stride) {
    for (int start = 0; start < length; start += ROW_BLOCK) {
      int end = Math.min(length, start + ROW_BLOCK);
      for (int i = 0; i < b; i++) {
        int l = start;
        for (; l + 1 < end; l += 2) {
          twoRows(
              targets,
              i * dimension,
              rows,
              (first + l) * dimension,
              dimension,
              scores,
              i * stride + l);
        }
        if (l < end) {
          scores[i * stride + l] =
              dot(targets, i * dimension, rows, (first + l) * dimension, dimension);
        }
      }
    }
  }

  /** {@link #dot} of one target with two neighbouring rows: eight sums in flight. */
  private static void twoRows(
      float[] targets, int t, float[] rows, int r, int dimension, float[] scores, int at) {
    int s = r + dimension;
    float p0 = 0;
    float p1 = 0;
    float p2 = 0;
    float p3 = 0;
    float q0 = 0;
    float q1 = 0;
    float q2 = 0;
    float q3 = 0;
    int d = 0;
    for (; d + 3 < dimension; d += 4) {
      float t0 = targets[t + d];
      float t1 = targets[t + d + 1];
      float t2 = targets[t + d + 2];
      float t3 = targets[t + d + 3];
      p0 = Math.fma(t0, rows[r + d], p0);
      p1 = Math.fma(t1, rows[r + d + 1], p1);
      p2 = Math.fma(t2, rows[r + d + 2], p2);
      p3 = Math.fma(t3, rows[r + d + 3], p3);
      q0 = Math.fma(t0, rows[s + d], q0);
      q1 = Math.fma(t1, rows[s + d + 1], q1);
      q2 = Math.fma(t2, rows[s + d + 2], q2);
      q3 = Math.fma(t3, rows[s + d + 3], q3);
    }
    if (d < dimension) {
      p0 = Math.fma(targets[t + d], rows[r + d], p0);
      q0 = Math.fma(targets[t + d], rows[s + d], q0);
    }
    if (d + 1 < dimension) {
      p1 = Math.fma(targets[t + d + 1], rows[r + d + 1], p1);
      q1 = Math.fma(targets[t + d + 1], rows[s + d + 1], q1);
    }
    if (d + 2 < dimension) {
      p2 = Math.fma(targets[t + d + 2], rows[r + d + 2], p2);
      q2 = Math.fma(targets[t + d + 2], rows[s + d + 2], q2);
    }
    scores[at] = p0 + p1 + p2 + p3;
    scores[at + 1] = q0 + q1 + q2 + q3;
  }

  @Override
  public void scoresOf(
      float[] targets,
      int target,
      float[] rows,
      int[] chosen,
      int n,
      int dimension,
      float[] scores,
      int at) {
    for (int i = 0; i < n; i++) {
      scores[at + i] = dot(targets, target, rows, chosen[i] * dimension, dimension);
    }
  }

  @Override
  public float max(float[] values, int offset, int n) {
    float best = values[offset];
    for (int i = 1; i < n; i++) {
      best = Math.max(best, values[offset + i]);
    }
    return best;
  }

  @Override
  public void exponentials(
      float[] scores,
      int offset,
      int n,
      float max,
      float inverseTemperature,
      float[] weights,
      int weightsOffset) {
    for (int i = 0; i < n; i++) {
      weights[weightsOffset + i] = exponential((scores[offset + i] - max) * inverseTemperature);
    }
  }

  @Override
  public void accumulate(
      float[] weights,
      int weightsStride,
      int b,
      float[] rows,
      int rowsOffset,
      int n,
      int dimension,
      float[] out) {
    for (int i = 0; i < b; i++) {
      int w = i * weightsStride;
      int o = i * dimension;
      int d = 0;
      // Four elements at a time: as many sums in flight, and each cache line of rows is used whole.
      for (; d + 3 < dimension; d += 4) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int at = rowsOffset + d;
        for (int r = 0; r < n; r++, at += dimension) {
          float weight = weights[w + r];
          s0 = Math.fma(weight, rows[at], s0);
          s1 = Math.fma(weight, rows[at + 1], s1);
          s2 = Math.fma(weight, rows[at + 2], s2);
          s3 = Math.fma(weight, rows[at + 3], s3);
        }
        out[o + d] += s0;
        out[o + d + 1] += s1;
        out[o + d + 2] += s2;
        out[o + d + 3] += s3;
      }
      for (; d < dimension; d++) {
        float s = 0;
        int at = rowsOffset + d;
        for (int r = 0; r < n; r++, at += dimension) {
          s = Math.fma(weights[w + r], rows[at], s);
        }
        out[o + d] += s;
      }
    }
  }

  @Override
  public void accumulateKept(
      float[] weights, int[] kept, int k, float[] rows, int dimension, float[] out, int outOffset) {
    for (int d = 0; d < dimension; d++) {
      out[outOffset + d] = 0;
    }
    for (int j = 0; j < k; j++) {
      float weight = weights[j];
      int at = kept[j] * dimension;
      for (int d = 0; d < dimension; d++) {
        out[outOffset + d] = Math.fma(weight, rows[at + d], out[outOffset + d]);
      }
    }
  }

  @Override
  public void groupMaxima(float[] values, int offset, int length, float[] maxima, int groups) {
    System.arraycopy(values, offset, maxima, 0, groups);
    for (int start = groups; start < length; start += groups) {
      int n = Math.min(groups, length - start);
      for (int g = 0; g < n; g++) {
        maxima[g] = Math.max(maxima[g], values[offset + start + g]);
      }
    }
  }

  @Override
  public int appendNotBelow(
      float[] values,
      int offset,
      int from,
      int to,
      float threshold,
      int first,
      int[] indices,
      float[] found,
      int count) {
    int n = count;
    for (int i = from; i < to; i++) {
      float value = values[offset + i];
      indices[n] = first + i;
      found[n] = value;
      n += value < threshold ? 0 : 1;
    }
    return n;
  }

  @Override
  public int countNotBelow(float[] values, int n, float threshold) {
    int count = 0;
    for (int i = 0; i < n; i++) {
      count += values[i] < threshold ? 0 : 1;
    }
    return count;
  }

  @Override
  public void ranks(float[] values, int n, int[] ranks) {
    for (int i = 0; i < n; i++) {
      float value = values[i];
      int rank = 0;
      for (int j = 0; j < i; j++) {
        rank += values[j] > value ? 1 : 0;
      }
      for (int j = i + 1; j < n; j++) {
        rank += values[j] >= value ? 1 : 0;
      }
      ranks[i] = rank;
    }
  }

  @Override
  public void fastScan(
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
      int stride) {
    for (int block = 0; block < blocks; block++) {
      int code = codesAt + block * pairs * FastScan.BLOCK;
      for (int i = 0; i < targets; i++) {
        int table = tablesAt + i * 2 * pairs * FastScan.SLOTS;
        float base = affine[affineAt + 2 * i];
        float step = affine[affineAt + 2 * i + 1];
        int out = scoresAt + i * stride + block * FastScan.BLOCK;
        for (int l = 0; l < FastScan.BLOCK; l++) {
          int at = code + FastScan.position(l, pairs);
          int sum = sum(codes, at, pairs, tables, table);
          scores[out + l] = Math.fma(step, (float) sum, base);
        }
      }
    }
  }

  @Override
  public void fastSums(
      byte[] codes,
      int codesAt,
      int blocks,
      int pairs,
      byte[] tables,
      int tablesAt,
      int targets,
      short[] sums,
      int sumsAt,
      int stride) {
    for (int block = 0; block < blocks; block++) {
      for (int i = 0; i < targets; i++) {
        int table = tablesAt + i * 2 * pairs * FastScan.SLOTS;
        int out = sumsAt + i * stride + block * FastScan.BLOCK;
        for (int l = 0; l < FastScan.BLOCK; l++) {
          int at = codesAt + block * pairs * FastScan.BLOCK + FastScan.position(l, pairs);
          sums[out + l] = (short) sum(codes, at, pairs, tables, table);
        }
      }
    }
  }

  private static int sum(byte[] codes, int at, int pairs, byte[] tables, int table) {
    int sum = 0;
    for (int p = 0; p < pairs; p++) {
      int pair = codes[at + p * FastScan.BLOCK];
      int entry = table + 2 * p * FastScan.SLOTS;
      sum += tables[entry + (pair & 15)] & 0xFF;
      sum += tables[entry + FastScan.SLOTS + (pair >> 4 & 15)] & 0xFF;
    }
    return sum;
  }

  @Override
  public byte[] sumOrder() {
    return IN_ORDER;
  }

  @Override
  public void groupMaxima(short[] values, int offset, int length, short[] maxima, int groups) {
    System.arraycopy(values, offset, maxima, 0, groups);
    int whole = length - length % groups;
    for (int i = groups; i < whole; i++) {
      int g = i % groups;
      maxima[g] = (short) Math.max(maxima[g], values[offset + i]);
    }
  }

  @Override
  public int appendNotBelow(
      short[] values,
      int offset,
      int length,
      short threshold,
      int first,
      int[] indices,
      float[] found,
      int count) {
    int n = count;
    for (int i = 0; i < length; i++) {
      short value = values[offset + i];
      indices[n] = first + i;
      found[n] = value;
      n += value >= threshold ? 1 : 0;
    }
    return n;
  }

  @Override
  public void byteSums(
      short[] weights, byte[] codes, int dimension, int[] chosen, int n, int[] sums) {
    for (int i = 0; i < n; i++) {
      sums[i] = byteSum(weights, codes, chosen[i] * dimension, dimension, 0);
    }
  }

  /** The sum over the dimensions from {@code first}, an even number, on. */
  static int byteSum(short[] weights, byte[] codes, int at, int dimension, int first) {
    int half = weights.length / 2;
    int even = 0;
    int odd = 0;
    int d = first;
    for (; d + 1 < dimension; d += 2) {
      even += weights[d / 2] * codes[at + d];
      odd += weights[half + d / 2] * codes[at + d + 1];
    }
    if (d < dimension) {
      even += weights[d / 2] * codes[at + d];
    }
    return even + odd;
  }

  @Override
  public void fit(
      float[] scores,
      int at,
      int n,
      float[] factors,
      float[] radii,
      int from,
      float shift,
      float centre,
      float spread) {
    for (int l = 0; l < n; l++) {
      float fitted = Math.fma(factors[from + l], scores[at + l] + shift, centre);
      scores[at + l] = radii == null ? fitted : Math.fma(spread, radii[from + l], fitted);
    }
  }

  @Override
  public void nibbleScan(
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
      int stride) {
    int width = 2 * pairs + 1;
    for (int block = 0; block < blocks; block++) {
      int code = codesAt + block * pairs * FastScan.BLOCK;
      for (int i = 0; i < targets; i++) {
        int w = weightsAt + i * width;
        float base = affine[affineAt + 2 * i];
        float step = affine[affineAt + 2 * i + 1];
        int out = scoresAt + i * stride + block * FastScan.BLOCK;
        for (int l = 0; l < FastScan.BLOCK; l++) {
          int at = code + FastScan.position(l, pairs);
          int sum = weights[w + 2 * pairs];
          for (int p = 0; p < pairs; p++) {
            int pair = codes[at + p * FastScan.BLOCK];
            sum += weights[w + 2 * p] * (pair & 15) + weights[w + 2 * p + 1] * (pair >> 4 & 15);
          }
          scores[out + l] = Math.fma(step, (float) (short) sum, base);
        }
      }
    }
  }

  @Override
  public void mark(float[] scores, int offset, int n, float threshold, int[] marks) {
    for (int first = 0; first < n; first += Integer.SIZE) {
      marks[first / Integer.SIZE] =
          marked(scores, offset + first, Math.min(Integer.SIZE, n - first), threshold);
    }
  }

  static int marked(float[] scores, int at, int n, float threshold) {
    int marks = 0;
    for (int i = 0; i < n; i++) {
      marks |= (scores[at + i] >= threshold ? 1 : 0) << i;
    }
    return marks;
  }

  @Override
  public void add(float[] more, int from, int n, float[] sums, int at) {
    for (int i = 0; i < n; i++) {
      sums[at + i] += more[from + i];
    }
  }

  @Override
  public void extremes(float[] tables, int offset, int subcodes, float[] least, float[] most) {
    for (int c = 0; c < subcodes; c++) {
      // As integers in the order of the numbers: the machine's own comparison, no care for NaN.
      int from = offset + c * FastScan.SLOTS;
      int low = TopK.ordered(tables[from]);
      int high = low;
      for (int k = 1; k < FastScan.SLOTS; k++) {
        int number = TopK.ordered(tables[from + k]);
        low = Math.min(low, number);
        high = Math.max(high, number);
      }
      least[c] = TopK.number(low);
      most[c] = TopK.number(high);
    }
  }

  @Override
  public void round(
      float[] tables,
      int offset,
      int subcodes,
      float[] least,
      float inverse,
      byte[] rounded,
      int at) {
    for (int c = 0; c < subcodes; c++) {
      for (int i = c * FastScan.SLOTS; i < (c + 1) * FastScan.SLOTS; i++) {
        // In the last bits of the mantissa of 2^23.
        float number = (tables[offset + i] - least[c]) * inverse + 0x1p23f;
        rounded[at + i] = (byte) Float.floatToRawIntBits(number);
      }
    }
  }
}
