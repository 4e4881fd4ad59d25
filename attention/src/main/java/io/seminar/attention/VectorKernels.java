package io.seminar.attention;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels} on the Vector API, in the machine's preferred vector length.
 *
 * <p>Few targets: one inner product at a time, its four partial sums in the four lanes of a 128-bit
 * vector. More: targets stand in the lanes (two vectors of them) and {@link #ROWS} rows in
 * registers, so that an element of a row is read once, broadcast, for all targets of a group; no
 * lane is ever summed with its neighbours. Twelve sums are in flight, which fills two multiply-add
 * units of latency four and fits the 16 registers of AVX2.
 *
 * <p>Compiled apart from the rest, because the compiler warns of incubating modules, and loaded
 * only when the module is there.
 */
final class VectorKernels implements Kernels {

  private static final VectorSpecies<Float> WIDE = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Float> FOUR = FloatVector.SPECIES_128;
  private static final int LANES = WIDE.length();

  /** Targets of one group. */
  private static final int GROUP = 2 * LANES;

  /** Rows, or targets in {@link #accumulate}, that share a pass. */
  private static final int ROWS = 6;

  /** Fewer targets than this are scored one by one. */
  private static final int FEW = 4;

  /** Rows scored before their scores are written out: whole cache lines for each target. */
  private static final int TILE = 8 * ROWS;

  /** Packed targets and a tile of scores; an array a thread, grown as needed, never shared. */
  private static final ThreadLocal<float[]> SCRATCH = ThreadLocal.withInitial(() -> new float[0]);

  @Override
  public String name() {
    return "vector-" + WIDE.vectorBitSize();
  }

  private static float[] scratch(int length) {
    float[] scratch = SCRATCH.get();
    if (scratch.length < length) {
      scratch = new float[length];
      SCRATCH.set(scratch);
    }
    return scratch;
  }

  @Override
  public float dot(float[] a, int aOffset, float[] b, int bOffset, int n) {
    FloatVector p = FloatVector.zero(FOUR);
    int d = 0;
    for (; d < (n & -4); d += 4) {
      p =
          FloatVector.fromArray(FOUR, a, aOffset + d)
              .fma(FloatVector.fromArray(FOUR, b, bOffset + d), p);
    }
    return sum(p, a, aOffset + d, b, bOffset + d, n - d);
  }

  /** Adds what {@code rest < 4} last elements bring to the partial sums, then these. */
  private static float sum(FloatVector p, float[] a, int aAt, float[] b, int bAt, int rest) {
    float p0 = p.lane(0);
    float p1 = p.lane(1);
    float p2 = p.lane(2);
    if (rest > 0) {
      p0 = Math.fma(a[aAt], b[bAt], p0);
    }
    if (rest > 1) {
      p1 = Math.fma(a[aAt + 1], b[bAt + 1], p1);
    }
    if (rest > 2) {
      p2 = Math.fma(a[aAt + 2], b[bAt + 2], p2);
    }
    return p0 + p1 + p2 + p.lane(3);
  }

  @Override
  public void scores(
      float[] targets, int b, float[] rows, int length, int dimension, float[] scores, int stride) {
    int i = 0;
    while (b - i >= FEW) {
      int group = Math.min(GROUP, b - i);
      scoreGroup(targets, i, group, rows, length, dimension, scores, stride);
      i += group;
    }
    for (; i < b; i++) {
      scoreOne(targets, i * dimension, rows, length, dimension, scores, i * stride);
    }
  }

  private static void scoreOne(
      float[] targets, int t, float[] rows, int length, int dimension, float[] scores, int at) {
    int whole = dimension & -4;
    int l = 0;
    for (; l + 3 < length; l += 4) {
      int r0 = l * dimension;
      int r1 = r0 + dimension;
      int r2 = r1 + dimension;
      int r3 = r2 + dimension;
      FloatVector p = FloatVector.zero(FOUR);
      FloatVector q = p;
      FloatVector u = p;
      FloatVector v = p;
      for (int d = 0; d < whole; d += 4) {
        FloatVector target = FloatVector.fromArray(FOUR, targets, t + d);
        p = target.fma(FloatVector.fromArray(FOUR, rows, r0 + d), p);
        q = target.fma(FloatVector.fromArray(FOUR, rows, r1 + d), q);
        u = target.fma(FloatVector.fromArray(FOUR, rows, r2 + d), u);
        v = target.fma(FloatVector.fromArray(FOUR, rows, r3 + d), v);
      }
      int rest = dimension - whole;
      scores[at + l] = sum(p, targets, t + whole, rows, r0 + whole, rest);
      scores[at + l + 1] = sum(q, targets, t + whole, rows, r1 + whole, rest);
      scores[at + l + 2] = sum(u, targets, t + whole, rows, r2 + whole, rest);
      scores[at + l + 3] = sum(v, targets, t + whole, rows, r3 + whole, rest);
    }
    for (; l < length; l++) {
      int r = l * dimension;
      FloatVector p = FloatVector.zero(FOUR);
      for (int d = 0; d < whole; d += 4) {
        p =
            FloatVector.fromArray(FOUR, targets, t + d)
                .fma(FloatVector.fromArray(FOUR, rows, r + d), p);
      }
      scores[at + l] = sum(p, targets, t + whole, rows, r + whole, dimension - whole);
    }
  }

  /** Scores of targets {@code first .. first + n}, {@code n <= GROUP}. */
  private static void scoreGroup(
      float[] targets,
      int first,
      int n,
      float[] rows,
      int length,
      int dimension,
      float[] scores,
      int stride) {
    int tileAt = dimension * GROUP;
    float[] scratch = scratch(tileAt + TILE * GROUP);
    pack(targets, first, n, dimension, scratch);
    for (int start = 0; start < length; start += TILE) {
      int tileRows = Math.min(TILE, length - start);
      for (int r = 0; r < tileRows; r += ROWS) {
        // The last pass of a tile may run over its rows: these repeat the last one, in scratch
        // only.
        int last = length - 1;
        int l = start + r;
        int r0 = l * dimension;
        int r1 = Math.min(l + 1, last) * dimension;
        int r2 = Math.min(l + 2, last) * dimension;
        int r3 = Math.min(l + 3, last) * dimension;
        int r4 = Math.min(l + 4, last) * dimension;
        int r5 = Math.min(l + 5, last) * dimension;
        int packed = 0;
        for (int j = 0; j < Math.min(4, dimension); j++) {
          int steps = (dimension - j + 3) >> 2;
          partialSums(
              scratch,
              packed,
              steps,
              rows,
              r0 + j,
              r1 + j,
              r2 + j,
              r3 + j,
              r4 + j,
              r5 + j,
              tileAt + r * GROUP,
              j == 0);
          packed += steps * GROUP;
        }
      }
      writeTile(scratch, tileAt, tileRows, scores, first * stride + start, stride, n);
    }
  }

  /**
   * Lays targets into lanes: first all elements {@code d ≡ 0 mod 4} in order, then those of 1, 2
   * and 3, each as {@link #GROUP} floats, one a target; lanes without a target hold zero.
   */
  private static void pack(float[] targets, int first, int n, int dimension, float[] packed) {
    int at = 0;
    for (int j = 0; j < 4; j++) {
      for (int d = j; d < dimension; d += 4) {
        for (int i = 0; i < n; i++) {
          packed[at + i] = targets[(first + i) * dimension + d];
        }
        for (int i = n; i < GROUP; i++) {
          packed[at + i] = 0;
        }
        at += GROUP;
      }
    }
  }

  /** Partial sums of six rows with a group of targets, put or added into the tile. */
  private static void partialSums(
      float[] scratch,
      int packed,
      int steps,
      float[] rows,
      int r0,
      int r1,
      int r2,
      int r3,
      int r4,
      int r5,
      int tile,
      boolean put) {
    FloatVector a0 = FloatVector.zero(WIDE);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector a4 = a0;
    FloatVector a5 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    FloatVector b4 = a0;
    FloatVector b5 = a0;
    for (int s = 0; s < steps; s++) {
      FloatVector t = FloatVector.fromArray(WIDE, scratch, packed + s * GROUP);
      FloatVector u = FloatVector.fromArray(WIDE, scratch, packed + s * GROUP + LANES);
      FloatVector x = FloatVector.broadcast(WIDE, rows[r0 + 4 * s]);
      a0 = x.fma(t, a0);
      b0 = x.fma(u, b0);
      x = FloatVector.broadcast(WIDE, rows[r1 + 4 * s]);
      a1 = x.fma(t, a1);
      b1 = x.fma(u, b1);
      x = FloatVector.broadcast(WIDE, rows[r2 + 4 * s]);
      a2 = x.fma(t, a2);
      b2 = x.fma(u, b2);
      x = FloatVector.broadcast(WIDE, rows[r3 + 4 * s]);
      a3 = x.fma(t, a3);
      b3 = x.fma(u, b3);
      x = FloatVector.broadcast(WIDE, rows[r4 + 4 * s]);
      a4 = x.fma(t, a4);
      b4 = x.fma(u, b4);
      x = FloatVector.broadcast(WIDE, rows[r5 + 4 * s]);
      a5 = x.fma(t, a5);
      b5 = x.fma(u, b5);
    }
    if (!put) {
      a0 = FloatVector.fromArray(WIDE, scratch, tile).add(a0);
      b0 = FloatVector.fromArray(WIDE, scratch, tile + LANES).add(b0);
      a1 = FloatVector.fromArray(WIDE, scratch, tile + GROUP).add(a1);
      b1 = FloatVector.fromArray(WIDE, scratch, tile + GROUP + LANES).add(b1);
      a2 = FloatVector.fromArray(WIDE, scratch, tile + 2 * GROUP).add(a2);
      b2 = FloatVector.fromArray(WIDE, scratch, tile + 2 * GROUP + LANES).add(b2);
      a3 = FloatVector.fromArray(WIDE, scratch, tile + 3 * GROUP).add(a3);
      b3 = FloatVector.fromArray(WIDE, scratch, tile + 3 * GROUP + LANES).add(b3);
      a4 = FloatVector.fromArray(WIDE, scratch, tile + 4 * GROUP).add(a4);
      b4 = FloatVector.fromArray(WIDE, scratch, tile + 4 * GROUP + LANES).add(b4);
      a5 = FloatVector.fromArray(WIDE, scratch, tile + 5 * GROUP).add(a5);
      b5 = FloatVector.fromArray(WIDE, scratch, tile + 5 * GROUP + LANES).add(b5);
    }
    a0.intoArray(scratch, tile);
    b0.intoArray(scratch, tile + LANES);
    a1.intoArray(scratch, tile + GROUP);
    b1.intoArray(scratch, tile + GROUP + LANES);
    a2.intoArray(scratch, tile + 2 * GROUP);
    b2.intoArray(scratch, tile + 2 * GROUP + LANES);
    a3.intoArray(scratch, tile + 3 * GROUP);
    b3.intoArray(scratch, tile + 3 * GROUP + LANES);
    a4.intoArray(scratch, tile + 4 * GROUP);
    b4.intoArray(scratch, tile + 4 * GROUP + LANES);
    a5.intoArray(scratch, tile + 5 * GROUP);
    b5.intoArray(scratch, tile + 5 * GROUP + LANES);
  }

  private static void writeTile(
      float[] scratch, int tile, int tileRows, float[] scores, int at, int stride, int n) {
    for (int i = 0; i < n; i++) {
      int from = tile + i;
      int to = at + i * stride;
      for (int r = 0; r < tileRows; r++) {
        scores[to + r] = scratch[from + r * GROUP];
      }
    }
  }

  @Override
  public float max(float[] values, int offset, int n) {
    float best = values[offset];
    int i = 0;
    if (n >= 2 * LANES) {
      FloatVector a = FloatVector.fromArray(WIDE, values, offset);
      FloatVector b = a;
      for (; i <= n - 2 * LANES; i += 2 * LANES) {
        a = a.max(FloatVector.fromArray(WIDE, values, offset + i));
        b = b.max(FloatVector.fromArray(WIDE, values, offset + i + LANES));
      }
      best = a.max(b).reduceLanes(VectorOperators.MAX);
    }
    for (; i < n; i++) {
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
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      exponential(FloatVector.fromArray(WIDE, scores, offset + i).sub(max).mul(inverseTemperature))
          .intoArray(weights, weightsOffset + i);
    }
    for (; i < n; i++) {
      weights[weightsOffset + i] =
          ScalarKernels.exponential((scores[offset + i] - max) * inverseTemperature);
    }
  }

  /** {@link ScalarKernels#exponential(float)}, lane by lane. */
  private static FloatVector exponential(FloatVector x) {
    FloatVector clamped = x.max(ScalarKernels.EXPONENT_FLOOR);
    FloatVector rounded =
        clamped.fma(
            FloatVector.broadcast(WIDE, ScalarKernels.LOG2_E),
            FloatVector.broadcast(WIDE, ScalarKernels.ROUNDER));
    FloatVector n = rounded.sub(ScalarKernels.ROUNDER);
    FloatVector r = n.fma(FloatVector.broadcast(WIDE, -ScalarKernels.LN2_HIGH), clamped);
    r = n.fma(FloatVector.broadcast(WIDE, -ScalarKernels.LN2_LOW), r);
    FloatVector p =
        r.fma(FloatVector.broadcast(WIDE, 1f / 5040), FloatVector.broadcast(WIDE, 1f / 720));
    p = p.fma(r, FloatVector.broadcast(WIDE, 1f / 120));
    p = p.fma(r, FloatVector.broadcast(WIDE, 1f / 24));
    p = p.fma(r, FloatVector.broadcast(WIDE, 1f / 6));
    p = p.fma(r, FloatVector.broadcast(WIDE, 0.5f));
    p = p.fma(r, FloatVector.broadcast(WIDE, 1f));
    p = p.fma(r, FloatVector.broadcast(WIDE, 1f));
    IntVector scale = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(127 << 23);
    return p.mul(scale.reinterpretAsFloats());
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
    for (int i = 0; i < b; i += ROWS) {
      int group = Math.min(ROWS, b - i);
      int w = i * weightsStride;
      int o = i * dimension;
      int d = 0;
      for (; d <= dimension - 2 * LANES; d += 2 * LANES) {
        accumulateTwo(
            weights, w, weightsStride, group, rows, rowsOffset + d, n, dimension, out, o + d);
      }
      if (d < dimension && dimension >= LANES) {
        for (; d <= dimension - LANES; d += LANES) {
          accumulateOne(
              weights, w, weightsStride, group, rows, rowsOffset + d, n, dimension, out, o + d, 0);
        }
        if (d < dimension) {
          // A vector that ends with the row: its first lanes were done before and are not written.
          int start = dimension - LANES;
          accumulateOne(
              weights,
              w,
              weightsStride,
              group,
              rows,
              rowsOffset + start,
              n,
              dimension,
              out,
              o + start,
              d - start);
        }
      } else {
        for (; d < dimension; d++) {
          for (int j = 0; j < group; j++) {
            float s = 0;
            int at = rowsOffset + d;
            for (int r = 0; r < n; r++, at += dimension) {
              s = Math.fma(weights[w + j * weightsStride + r], rows[at], s);
            }
            out[o + j * dimension + d] += s;
          }
        }
      }
    }
  }

  /** Two vectors of elements of up to six targets; missing targets repeat the last, unwritten. */
  private static void accumulateTwo(
      float[] weights,
      int w,
      int weightsStride,
      int group,
      float[] rows,
      int rowsAt,
      int n,
      int dimension,
      float[] out,
      int o) {
    int w1 = w + Math.min(1, group - 1) * weightsStride;
    int w2 = w + Math.min(2, group - 1) * weightsStride;
    int w3 = w + Math.min(3, group - 1) * weightsStride;
    int w4 = w + Math.min(4, group - 1) * weightsStride;
    int w5 = w + Math.min(5, group - 1) * weightsStride;
    FloatVector a0 = FloatVector.zero(WIDE);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector a4 = a0;
    FloatVector a5 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    FloatVector b4 = a0;
    FloatVector b5 = a0;
    for (int r = 0; r < n; r++) {
      FloatVector x = FloatVector.fromArray(WIDE, rows, rowsAt + r * dimension);
      FloatVector y = FloatVector.fromArray(WIDE, rows, rowsAt + r * dimension + LANES);
      FloatVector weight = FloatVector.broadcast(WIDE, weights[w + r]);
      a0 = weight.fma(x, a0);
      b0 = weight.fma(y, b0);
      weight = FloatVector.broadcast(WIDE, weights[w1 + r]);
      a1 = weight.fma(x, a1);
      b1 = weight.fma(y, b1);
      weight = FloatVector.broadcast(WIDE, weights[w2 + r]);
      a2 = weight.fma(x, a2);
      b2 = weight.fma(y, b2);
      weight = FloatVector.broadcast(WIDE, weights[w3 + r]);
      a3 = weight.fma(x, a3);
      b3 = weight.fma(y, b3);
      weight = FloatVector.broadcast(WIDE, weights[w4 + r]);
      a4 = weight.fma(x, a4);
      b4 = weight.fma(y, b4);
      weight = FloatVector.broadcast(WIDE, weights[w5 + r]);
      a5 = weight.fma(x, a5);
      b5 = weight.fma(y, b5);
    }
    add(a0, b0, out, o);
    if (group > 1) {
      add(a1, b1, out, o + dimension);
    }
    if (group > 2) {
      add(a2, b2, out, o + 2 * dimension);
    }
    if (group > 3) {
      add(a3, b3, out, o + 3 * dimension);
    }
    if (group > 4) {
      add(a4, b4, out, o + 4 * dimension);
    }
    if (group > 5) {
      add(a5, b5, out, o + 5 * dimension);
    }
  }

  private static void add(FloatVector a, FloatVector b, float[] out, int o) {
    FloatVector.fromArray(WIDE, out, o).add(a).intoArray(out, o);
    FloatVector.fromArray(WIDE, out, o + LANES).add(b).intoArray(out, o + LANES);
  }

  /**
   * One vector of elements of up to six targets, of which the first {@code skip} stay unwritten.
   */
  private static void accumulateOne(
      float[] weights,
      int w,
      int weightsStride,
      int group,
      float[] rows,
      int rowsAt,
      int n,
      int dimension,
      float[] out,
      int o,
      int skip) {
    int w1 = w + Math.min(1, group - 1) * weightsStride;
    int w2 = w + Math.min(2, group - 1) * weightsStride;
    int w3 = w + Math.min(3, group - 1) * weightsStride;
    int w4 = w + Math.min(4, group - 1) * weightsStride;
    int w5 = w + Math.min(5, group - 1) * weightsStride;
    FloatVector a0 = FloatVector.zero(WIDE);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector a4 = a0;
    FloatVector a5 = a0;
    for (int r = 0; r < n; r++) {
      FloatVector x = FloatVector.fromArray(WIDE, rows, rowsAt + r * dimension);
      a0 = FloatVector.broadcast(WIDE, weights[w + r]).fma(x, a0);
      a1 = FloatVector.broadcast(WIDE, weights[w1 + r]).fma(x, a1);
      a2 = FloatVector.broadcast(WIDE, weights[w2 + r]).fma(x, a2);
      a3 = FloatVector.broadcast(WIDE, weights[w3 + r]).fma(x, a3);
      a4 = FloatVector.broadcast(WIDE, weights[w4 + r]).fma(x, a4);
      a5 = FloatVector.broadcast(WIDE, weights[w5 + r]).fma(x, a5);
    }
    float[] scratch = scratch(ROWS * LANES);
    a0.intoArray(scratch, 0);
    a1.intoArray(scratch, LANES);
    a2.intoArray(scratch, 2 * LANES);
    a3.intoArray(scratch, 3 * LANES);
    a4.intoArray(scratch, 4 * LANES);
    a5.intoArray(scratch, 5 * LANES);
    for (int j = 0; j < group; j++) {
      for (int e = skip; e < LANES; e++) {
        out[o + j * dimension + e] += scratch[j * LANES + e];
      }
    }
  }

  @Override
  public void accumulateKept(
      float[] weights, int[] kept, int k, float[] rows, int dimension, float[] out, int outOffset) {
    int d = 0;
    for (; d <= dimension - 4 * LANES; d += 4 * LANES) {
      FloatVector a = FloatVector.zero(WIDE);
      FloatVector b = a;
      FloatVector c = a;
      FloatVector e = a;
      for (int j = 0; j < k; j++) {
        FloatVector weight = FloatVector.broadcast(WIDE, weights[j]);
        int at = kept[j] * dimension + d;
        a = weight.fma(FloatVector.fromArray(WIDE, rows, at), a);
        b = weight.fma(FloatVector.fromArray(WIDE, rows, at + LANES), b);
        c = weight.fma(FloatVector.fromArray(WIDE, rows, at + 2 * LANES), c);
        e = weight.fma(FloatVector.fromArray(WIDE, rows, at + 3 * LANES), e);
      }
      a.intoArray(out, outOffset + d);
      b.intoArray(out, outOffset + d + LANES);
      c.intoArray(out, outOffset + d + 2 * LANES);
      e.intoArray(out, outOffset + d + 3 * LANES);
    }
    for (; d < dimension && dimension >= LANES; d += LANES) {
      // The last vector ends with the row; elements done before come out the same again.
      d = Math.min(d, dimension - LANES);
      FloatVector a = FloatVector.zero(WIDE);
      for (int j = 0; j < k; j++) {
        FloatVector x = FloatVector.fromArray(WIDE, rows, kept[j] * dimension + d);
        a = FloatVector.broadcast(WIDE, weights[j]).fma(x, a);
      }
      a.intoArray(out, outOffset + d);
    }
    for (; d < dimension; d++) {
      float s = 0;
      for (int j = 0; j < k; j++) {
        s = Math.fma(weights[j], rows[kept[j] * dimension + d], s);
      }
      out[outOffset + d] = s;
    }
  }

  @Override
  public void groupMaxima(float[] values, int offset, int length, float[] maxima, int groups) {
    int whole = length - length % groups;
    for (int g = 0; g < groups; g += 2 * LANES) {
      FloatVector a = FloatVector.fromArray(WIDE, values, offset + g);
      FloatVector b = FloatVector.fromArray(WIDE, values, offset + g + LANES);
      for (int start = groups; start < whole; start += groups) {
        a = a.max(FloatVector.fromArray(WIDE, values, offset + start + g));
        b = b.max(FloatVector.fromArray(WIDE, values, offset + start + g + LANES));
      }
      a.intoArray(maxima, g);
      b.intoArray(maxima, g + LANES);
    }
    for (int i = whole; i < length; i++) {
      maxima[i - whole] = Math.max(maxima[i - whole], values[offset + i]);
    }
  }

  @Override
  public int appendAbove(
      float[] values, int offset, int from, int to, float threshold, int[] out, int count) {
    int n = count;
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      if (FloatVector.fromArray(WIDE, values, offset + i)
          .compare(VectorOperators.GT, threshold)
          .anyTrue()) {
        for (int j = i; j < i + LANES; j++) {
          out[n] = j;
          n += values[offset + j] > threshold ? 1 : 0;
        }
      }
    }
    for (; i < to; i++) {
      out[n] = i;
      n += values[offset + i] > threshold ? 1 : 0;
    }
    return n;
  }
}
