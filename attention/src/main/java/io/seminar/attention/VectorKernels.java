package io.seminar.attention;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels} on the Vector API, in the machine's preferred vector length and in no other.
 *
 * <p>Few targets: one inner product at a time, its partial sums in four lanes. More: targets stand
 * in the lanes, two vectors of them, and six rows in registers, so that an element of a row is read
 * once, broadcast, for all targets of a group; no lane is ever summed with its neighbours. Twelve
 * or 24 sums are in flight, enough for two multiply-add units of latency four.
 *
 * <p>Two habits keep the compiler (C2 of JDK 17) from falling back to boxed vectors, which costs a
 * factor of 3 to 20. One vector length only: a second one anywhere in the JVM makes the calls
 * inside the library polymorphic, for all kernels. And a vector carried through a loop is an
 * argument, never the receiver, of a call (hence {@code zero.add(sum)} before a store): at a loop's
 * head its class is not known. The added zero changes no bit, since a sum that starts at zero is
 * never minus zero.
 *
 * <p>Compiled apart from the rest, because the compiler warns of incubating modules, and loaded
 * only when the module is there.
 */
final class VectorKernels implements Kernels {

  private static final VectorSpecies<Float> WIDE = FloatVector.SPECIES_PREFERRED;
  private static final ScalarKernels PLAIN = new ScalarKernels();
  private static final int LANES = WIDE.length();

  /** Bring the second, third, fourth block of four lanes to the front. */
  private static final VectorShuffle<Float> BLOCK_1 = turn(4);

  private static final VectorShuffle<Float> BLOCK_2 = turn(8);
  private static final VectorShuffle<Float> BLOCK_3 = turn(12);

  private static final byte[] SUM_ORDER = VectorCodes.order();

  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, WIDE.vectorShape());

  /** A bit for each lane of two vectors. */
  private static final IntVector LOW_BITS =
      IntVector.broadcast(INTS, 1).lanewise(VectorOperators.LSHL, IntVector.zero(INTS).addIndex(1));

  private static final IntVector HIGH_BITS = LOW_BITS.lanewise(VectorOperators.LSHL, LANES);
  private static final IntVector NO_BITS = IntVector.zero(INTS);

  /** The number of each lane. */
  private static final FloatVector INDEX = FloatVector.zero(WIDE).addIndex(1);

  /** AVX-512 and its kind have 32 vector registers, shorter vectors often 16. */
  private static final boolean MANY_REGISTERS = WIDE.vectorBitSize() >= 512;

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

  private static VectorShuffle<Float> turn(int by) {
    return VectorShuffle.fromOp(WIDE, lane -> (lane + by) % LANES);
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
    return PLAIN.dot(a, aOffset, b, bOffset, n);
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
    int i = 0;
    while (b - i >= FEW && length >= ROWS) {
      int group = Math.min(GROUP, b - i);
      scoreGroup(targets, i, group, rows, first * dimension, length, dimension, scores, stride);
      i += group;
    }
    for (; i < b; i++) {
      scoreOne(
          targets, i * dimension, rows, first * dimension, length, dimension, scores, i * stride);
    }
  }

  /**
   * One target: its four partial sums stand in the first four lanes. A vector of a row is loaded
   * once and turned by four lanes for each next step; what the other lanes sum is never looked at.
   */
  private static void scoreOne(
      float[] targets,
      int t,
      float[] rows,
      int rowsAt,
      int length,
      int dimension,
      float[] scores,
      int at) {
    int l = 0;
    if (dimension % LANES == 0) {
      // The target, room to load past its end, and the sums of four rows.
      float[] scratch = scratch(dimension + 5 * LANES);
      System.arraycopy(targets, t, scratch, 0, dimension);
      for (; l + 3 < length; l += 4) {
        int r = rowsAt + l * dimension;
        fourRows(scratch, rows, r, r + dimension, r + 2 * dimension, r + 3 * dimension, dimension);
        writeFour(scratch, dimension, scores, at + l);
      }
    }
    for (; l < length; l++) {
      scores[at + l] = PLAIN.dot(targets, t, rows, rowsAt + l * dimension, dimension);
    }
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
    int i = 0;
    if (dimension % LANES == 0) {
      float[] scratch = scratch(dimension + 5 * LANES);
      System.arraycopy(targets, target, scratch, 0, dimension);
      for (; i + 3 < n; i += 4) {
        fourRows(
            scratch,
            rows,
            chosen[i] * dimension,
            chosen[i + 1] * dimension,
            chosen[i + 2] * dimension,
            chosen[i + 3] * dimension,
            dimension);
        writeFour(scratch, dimension, scores, at + i);
      }
    }
    for (; i < n; i++) {
      scores[at + i] = PLAIN.dot(targets, target, rows, chosen[i] * dimension, dimension);
    }
  }

  private static void writeFour(float[] scratch, int dimension, float[] scores, int at) {
    for (int r = 0; r < 4; r++) {
      int p = dimension + (r + 1) * LANES;
      scores[at + r] = scratch[p] + scratch[p + 1] + scratch[p + 2] + scratch[p + 3];
    }
  }

  private static void fourRows(
      float[] scratch, float[] rows, int r0, int r1, int r2, int r3, int dimension) {
    FloatVector zero = FloatVector.zero(WIDE);
    FloatVector p = FloatVector.zero(WIDE);
    FloatVector q = FloatVector.zero(WIDE);
    FloatVector u = FloatVector.zero(WIDE);
    FloatVector v = FloatVector.zero(WIDE);
    for (int d = 0; d < dimension; d += LANES) {
      FloatVector a = FloatVector.fromArray(WIDE, rows, r0 + d);
      FloatVector b = FloatVector.fromArray(WIDE, rows, r1 + d);
      FloatVector c = FloatVector.fromArray(WIDE, rows, r2 + d);
      FloatVector e = FloatVector.fromArray(WIDE, rows, r3 + d);
      FloatVector t0 = FloatVector.fromArray(WIDE, scratch, d);
      p = t0.fma(a, p);
      q = t0.fma(b, q);
      u = t0.fma(c, u);
      v = t0.fma(e, v);
      if (LANES > 4) {
        FloatVector t1 = FloatVector.fromArray(WIDE, scratch, d + 4);
        p = t1.fma(a.rearrange(BLOCK_1), p);
        q = t1.fma(b.rearrange(BLOCK_1), q);
        u = t1.fma(c.rearrange(BLOCK_1), u);
        v = t1.fma(e.rearrange(BLOCK_1), v);
      }
      if (LANES > 8) {
        FloatVector t2 = FloatVector.fromArray(WIDE, scratch, d + 8);
        p = t2.fma(a.rearrange(BLOCK_2), p);
        q = t2.fma(b.rearrange(BLOCK_2), q);
        u = t2.fma(c.rearrange(BLOCK_2), u);
        v = t2.fma(e.rearrange(BLOCK_2), v);
        FloatVector t3 = FloatVector.fromArray(WIDE, scratch, d + 12);
        p = t3.fma(a.rearrange(BLOCK_3), p);
        q = t3.fma(b.rearrange(BLOCK_3), q);
        u = t3.fma(c.rearrange(BLOCK_3), u);
        v = t3.fma(e.rearrange(BLOCK_3), v);
      }
    }
    zero.add(p).intoArray(scratch, dimension + LANES);
    zero.add(q).intoArray(scratch, dimension + 2 * LANES);
    zero.add(u).intoArray(scratch, dimension + 3 * LANES);
    zero.add(v).intoArray(scratch, dimension + 4 * LANES);
  }

  /** Scores of targets {@code first .. first + n}, {@code n <= GROUP}. */
  private static void scoreGroup(
      float[] targets,
      int first,
      int n,
      float[] rows,
      int rowsAt,
      int length,
      int dimension,
      float[] scores,
      int stride) {
    int tileAt = dimension * GROUP;
    float[] scratch = scratch(tileAt + TILE * GROUP);
    pack(targets, first, n, dimension, scratch);
    for (int tile = 0; tile < length; tile += TILE) {
      // The last passes and tiles are moved back to be whole: a score that is made twice comes out
      // the same again.
      int start = Math.min(tile, length - ROWS);
      int tileRows = Math.min(TILE, length - start);
      for (int next = 0; next < tileRows; next += ROWS) {
        int r = Math.min(next, tileRows - ROWS);
        int row = rowsAt + (start + r) * dimension;
        int at = tileAt + r * GROUP;
        Arrays.fill(scratch, at, at + ROWS * GROUP, 0);
        if (MANY_REGISTERS && dimension % 4 == 0) {
          int steps = dimension / 4;
          pairSums(scratch, 0, steps, rows, row, dimension, at);
          pairSums(scratch, 2 * GROUP, steps, rows, row + 2, dimension, at);
        } else {
          for (int j = 0; j < 4; j++) {
            int steps = (dimension - j + 3) >> 2;
            partialSums(scratch, j * GROUP, steps, rows, row + j, dimension, at);
          }
        }
      }
      writeTile(scratch, tileAt, tileRows, scores, first * stride + start, stride, n);
    }
  }

  /**
   * Lays targets into lanes: element {@code d} of all, then {@code d + 1}; lanes left over are
   * zero.
   */
  private static void pack(float[] targets, int first, int n, int dimension, float[] packed) {
    for (int d = 0; d < dimension; d++) {
      for (int i = 0; i < n; i++) {
        packed[d * GROUP + i] = targets[(first + i) * dimension + d];
      }
      for (int i = n; i < GROUP; i++) {
        packed[d * GROUP + i] = 0;
      }
    }
  }

  /** Adds a partial sum of six rows with a group of targets to the tile. */
  private static void partialSums(
      float[] scratch, int packed, int steps, float[] rows, int r0, int dimension, int tile) {
    int r1 = r0 + dimension;
    int r2 = r1 + dimension;
    int r3 = r2 + dimension;
    int r4 = r3 + dimension;
    int r5 = r4 + dimension;
    FloatVector a0 = FloatVector.zero(WIDE);
    FloatVector a1 = FloatVector.zero(WIDE);
    FloatVector a2 = FloatVector.zero(WIDE);
    FloatVector a3 = FloatVector.zero(WIDE);
    FloatVector a4 = FloatVector.zero(WIDE);
    FloatVector a5 = FloatVector.zero(WIDE);
    FloatVector b0 = FloatVector.zero(WIDE);
    FloatVector b1 = FloatVector.zero(WIDE);
    FloatVector b2 = FloatVector.zero(WIDE);
    FloatVector b3 = FloatVector.zero(WIDE);
    FloatVector b4 = FloatVector.zero(WIDE);
    FloatVector b5 = FloatVector.zero(WIDE);
    for (int s = 0; s < steps; s++) {
      FloatVector t = FloatVector.fromArray(WIDE, scratch, packed + 4 * s * GROUP);
      FloatVector u = FloatVector.fromArray(WIDE, scratch, packed + 4 * s * GROUP + LANES);
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
    FloatVector.fromArray(WIDE, scratch, tile).add(a0).intoArray(scratch, tile);
    FloatVector.fromArray(WIDE, scratch, tile + LANES).add(b0).intoArray(scratch, tile + LANES);
    FloatVector.fromArray(WIDE, scratch, tile + GROUP).add(a1).intoArray(scratch, tile + GROUP);
    FloatVector.fromArray(WIDE, scratch, tile + GROUP + LANES)
        .add(b1)
        .intoArray(scratch, tile + GROUP + LANES);
    FloatVector.fromArray(WIDE, scratch, tile + 2 * GROUP)
        .add(a2)
        .intoArray(scratch, tile + 2 * GROUP);
    FloatVector.fromArray(WIDE, scratch, tile + 2 * GROUP + LANES)
        .add(b2)
        .intoArray(scratch, tile + 2 * GROUP + LANES);
    FloatVector.fromArray(WIDE, scratch, tile + 3 * GROUP)
        .add(a3)
        .intoArray(scratch, tile + 3 * GROUP);
    FloatVector.fromArray(WIDE, scratch, tile + 3 * GROUP + LANES)
        .add(b3)
        .intoArray(scratch, tile + 3 * GROUP + LANES);
    FloatVector.fromArray(WIDE, scratch, tile + 4 * GROUP)
        .add(a4)
        .intoArray(scratch, tile + 4 * GROUP);
    FloatVector.fromArray(WIDE, scratch, tile + 4 * GROUP + LANES)
        .add(b4)
        .intoArray(scratch, tile + 4 * GROUP + LANES);
    FloatVector.fromArray(WIDE, scratch, tile + 5 * GROUP)
        .add(a5)
        .intoArray(scratch, tile + 5 * GROUP);
    FloatVector.fromArray(WIDE, scratch, tile + 5 * GROUP + LANES)
        .add(b5)
        .intoArray(scratch, tile + 5 * GROUP + LANES);
  }

  /**
   * Two neighbouring {@link #partialSums} in one pass: 24 sums in flight, for the 32 registers of
   * AVX-512. Kept short: past a size the compiler no longer inlines all vectors.
   */
  private static void pairSums(
      float[] scratch, int packed, int steps, float[] rows, int r0, int dimension, int tile) {
    int r1 = r0 + dimension;
    int r2 = r1 + dimension;
    int r3 = r2 + dimension;
    int r4 = r3 + dimension;
    int r5 = r4 + dimension;
    FloatVector a0 = FloatVector.zero(WIDE);
    FloatVector a1 = FloatVector.zero(WIDE);
    FloatVector a2 = FloatVector.zero(WIDE);
    FloatVector a3 = FloatVector.zero(WIDE);
    FloatVector a4 = FloatVector.zero(WIDE);
    FloatVector a5 = FloatVector.zero(WIDE);
    FloatVector b0 = FloatVector.zero(WIDE);
    FloatVector b1 = FloatVector.zero(WIDE);
    FloatVector b2 = FloatVector.zero(WIDE);
    FloatVector b3 = FloatVector.zero(WIDE);
    FloatVector b4 = FloatVector.zero(WIDE);
    FloatVector b5 = FloatVector.zero(WIDE);
    FloatVector c0 = FloatVector.zero(WIDE);
    FloatVector c1 = FloatVector.zero(WIDE);
    FloatVector c2 = FloatVector.zero(WIDE);
    FloatVector c3 = FloatVector.zero(WIDE);
    FloatVector c4 = FloatVector.zero(WIDE);
    FloatVector c5 = FloatVector.zero(WIDE);
    FloatVector d0 = FloatVector.zero(WIDE);
    FloatVector d1 = FloatVector.zero(WIDE);
    FloatVector d2 = FloatVector.zero(WIDE);
    FloatVector d3 = FloatVector.zero(WIDE);
    FloatVector d4 = FloatVector.zero(WIDE);
    FloatVector d5 = FloatVector.zero(WIDE);
    for (int s = 0; s < steps; s++) {
      FloatVector t = FloatVector.fromArray(WIDE, scratch, packed + 4 * s * GROUP);
      FloatVector u = FloatVector.fromArray(WIDE, scratch, packed + 4 * s * GROUP + LANES);
      FloatVector v = FloatVector.fromArray(WIDE, scratch, packed + 4 * s * GROUP + GROUP);
      FloatVector w = FloatVector.fromArray(WIDE, scratch, packed + 4 * s * GROUP + GROUP + LANES);
      FloatVector x = FloatVector.broadcast(WIDE, rows[r0 + 4 * s]);
      a0 = x.fma(t, a0);
      b0 = x.fma(u, b0);
      x = FloatVector.broadcast(WIDE, rows[r0 + 4 * s + 1]);
      c0 = x.fma(v, c0);
      d0 = x.fma(w, d0);
      x = FloatVector.broadcast(WIDE, rows[r1 + 4 * s]);
      a1 = x.fma(t, a1);
      b1 = x.fma(u, b1);
      x = FloatVector.broadcast(WIDE, rows[r1 + 4 * s + 1]);
      c1 = x.fma(v, c1);
      d1 = x.fma(w, d1);
      x = FloatVector.broadcast(WIDE, rows[r2 + 4 * s]);
      a2 = x.fma(t, a2);
      b2 = x.fma(u, b2);
      x = FloatVector.broadcast(WIDE, rows[r2 + 4 * s + 1]);
      c2 = x.fma(v, c2);
      d2 = x.fma(w, d2);
      x = FloatVector.broadcast(WIDE, rows[r3 + 4 * s]);
      a3 = x.fma(t, a3);
      b3 = x.fma(u, b3);
      x = FloatVector.broadcast(WIDE, rows[r3 + 4 * s + 1]);
      c3 = x.fma(v, c3);
      d3 = x.fma(w, d3);
      x = FloatVector.broadcast(WIDE, rows[r4 + 4 * s]);
      a4 = x.fma(t, a4);
      b4 = x.fma(u, b4);
      x = FloatVector.broadcast(WIDE, rows[r4 + 4 * s + 1]);
      c4 = x.fma(v, c4);
      d4 = x.fma(w, d4);
      x = FloatVector.broadcast(WIDE, rows[r5 + 4 * s]);
      a5 = x.fma(t, a5);
      b5 = x.fma(u, b5);
      x = FloatVector.broadcast(WIDE, rows[r5 + 4 * s + 1]);
      c5 = x.fma(v, c5);
      d5 = x.fma(w, d5);
    }
    FloatVector.fromArray(WIDE, scratch, tile).add(a0).add(c0).intoArray(scratch, tile);
    FloatVector.fromArray(WIDE, scratch, tile + LANES)
        .add(b0)
        .add(d0)
        .intoArray(scratch, tile + LANES);
    FloatVector.fromArray(WIDE, scratch, tile + GROUP)
        .add(a1)
        .add(c1)
        .intoArray(scratch, tile + GROUP);
    FloatVector.fromArray(WIDE, scratch, tile + GROUP + LANES)
        .add(b1)
        .add(d1)
        .intoArray(scratch, tile + GROUP + LANES);
    FloatVector.fromArray(WIDE, scratch, tile + 2 * GROUP)
        .add(a2)
        .add(c2)
        .intoArray(scratch, tile + 2 * GROUP);
    FloatVector.fromArray(WIDE, scratch, tile + 2 * GROUP + LANES)
        .add(b2)
        .add(d2)
        .intoArray(scratch, tile + 2 * GROUP + LANES);
    FloatVector.fromArray(WIDE, scratch, tile + 3 * GROUP)
        .add(a3)
        .add(c3)
        .intoArray(scratch, tile + 3 * GROUP);
    FloatVector.fromArray(WIDE, scratch, tile + 3 * GROUP + LANES)
        .add(b3)
        .add(d3)
        .intoArray(scratch, tile + 3 * GROUP + LANES);
    FloatVector.fromArray(WIDE, scratch, tile + 4 * GROUP)
        .add(a4)
        .add(c4)
        .intoArray(scratch, tile + 4 * GROUP);
    FloatVector.fromArray(WIDE, scratch, tile + 4 * GROUP + LANES)
        .add(b4)
        .add(d4)
        .intoArray(scratch, tile + 4 * GROUP + LANES);
    FloatVector.fromArray(WIDE, scratch, tile + 5 * GROUP)
        .add(a5)
        .add(c5)
        .intoArray(scratch, tile + 5 * GROUP);
    FloatVector.fromArray(WIDE, scratch, tile + 5 * GROUP + LANES)
        .add(b5)
        .add(d5)
        .intoArray(scratch, tile + 5 * GROUP + LANES);
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
        a = FloatVector.fromArray(WIDE, values, offset + i).max(a);
        b = FloatVector.fromArray(WIDE, values, offset + i + LANES).max(b);
      }
      best =
          FloatVector.broadcast(WIDE, Float.NEGATIVE_INFINITY)
              .max(a)
              .max(b)
              .reduceLanes(VectorOperators.MAX);
    }
    for (; i < n; i++) {
      best = Math.max(best, values[offset + i]);
    }
    return best;
  }

  /** {@link ScalarKernels#exponential(float)}, lane by lane. */
  @Override
  public void exponentials(
      float[] scores,
      int offset,
      int n,
      float max,
      float inverseTemperature,
      float[] weights,
      int weightsOffset) {
    // In one method: a vector that is handed to another one is boxed where the compiler finds that
    // method too large to inline.
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector x =
          FloatVector.fromArray(WIDE, scores, offset + i)
              .sub(max)
              .mul(inverseTemperature)
              .max(ScalarKernels.EXPONENT_FLOOR);
      FloatVector rounded =
          x.fma(
              FloatVector.broadcast(WIDE, ScalarKernels.LOG2_E),
              FloatVector.broadcast(WIDE, ScalarKernels.ROUNDER));
      FloatVector whole = rounded.sub(ScalarKernels.ROUNDER);
      FloatVector r = whole.fma(FloatVector.broadcast(WIDE, -ScalarKernels.LN2_HIGH), x);
      r = whole.fma(FloatVector.broadcast(WIDE, -ScalarKernels.LN2_LOW), r);
      FloatVector p =
          r.fma(FloatVector.broadcast(WIDE, 1f / 5040), FloatVector.broadcast(WIDE, 1f / 720));
      p = p.fma(r, FloatVector.broadcast(WIDE, 1f / 120));
      p = p.fma(r, FloatVector.broadcast(WIDE, 1f / 24));
      p = p.fma(r, FloatVector.broadcast(WIDE, 1f / 6));
      p = p.fma(r, FloatVector.broadcast(WIDE, 0.5f));
      p = p.fma(r, FloatVector.broadcast(WIDE, 1f));
      p = p.fma(r, FloatVector.broadcast(WIDE, 1f));
      IntVector scale =
          rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(127 << 23);
      p.mul(scale.reinterpretAsFloats()).intoArray(weights, weightsOffset + i);
    }
    for (; i < n; i++) {
      weights[weightsOffset + i] =
          ScalarKernels.exponential((scores[offset + i] - max) * inverseTemperature);
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
    FloatVector zero = FloatVector.zero(WIDE);
    FloatVector a0 = FloatVector.zero(WIDE);
    FloatVector a1 = FloatVector.zero(WIDE);
    FloatVector a2 = FloatVector.zero(WIDE);
    FloatVector a3 = FloatVector.zero(WIDE);
    FloatVector a4 = FloatVector.zero(WIDE);
    FloatVector a5 = FloatVector.zero(WIDE);
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
    zero.add(a0).intoArray(scratch, 0);
    zero.add(a1).intoArray(scratch, LANES);
    zero.add(a2).intoArray(scratch, 2 * LANES);
    zero.add(a3).intoArray(scratch, 3 * LANES);
    zero.add(a4).intoArray(scratch, 4 * LANES);
    zero.add(a5).intoArray(scratch, 5 * LANES);
    for (int j = 0; j < group; j++) {
      for (int e = skip; e < LANES; e++) {
        out[o + j * dimension + e] += scratch[j * LANES + e];
      }
    }
  }

  @Override
  public void accumulateKept(
      float[] weights, int[] kept, int k, float[] rows, int dimension, float[] out, int outOffset) {
    FloatVector zero = FloatVector.zero(WIDE);
    int d = 0;
    for (; d <= dimension - 4 * LANES; d += 4 * LANES) {
      FloatVector a = FloatVector.zero(WIDE);
      FloatVector b = FloatVector.zero(WIDE);
      FloatVector c = FloatVector.zero(WIDE);
      FloatVector e = FloatVector.zero(WIDE);
      for (int j = 0; j < k; j++) {
        FloatVector weight = FloatVector.broadcast(WIDE, weights[j]);
        int at = kept[j] * dimension + d;
        a = weight.fma(FloatVector.fromArray(WIDE, rows, at), a);
        b = weight.fma(FloatVector.fromArray(WIDE, rows, at + LANES), b);
        c = weight.fma(FloatVector.fromArray(WIDE, rows, at + 2 * LANES), c);
        e = weight.fma(FloatVector.fromArray(WIDE, rows, at + 3 * LANES), e);
      }
      zero.add(a).intoArray(out, outOffset + d);
      zero.add(b).intoArray(out, outOffset + d + LANES);
      zero.add(c).intoArray(out, outOffset + d + 2 * LANES);
      zero.add(e).intoArray(out, outOffset + d + 3 * LANES);
    }
    for (; d < dimension && dimension >= LANES; d += LANES) {
      // The last vector ends with the row; elements done before come out the same again.
      d = Math.min(d, dimension - LANES);
      FloatVector a = FloatVector.zero(WIDE);
      for (int j = 0; j < k; j++) {
        FloatVector x = FloatVector.fromArray(WIDE, rows, kept[j] * dimension + d);
        a = FloatVector.broadcast(WIDE, weights[j]).fma(x, a);
      }
      zero.add(a).intoArray(out, outOffset + d);
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
    System.arraycopy(values, offset, maxima, 0, groups);
    // In the order of memory: the maxima stay in the first-level cache, the values pass by.
    for (int start = groups; start < whole; start += groups) {
      for (int g = 0; g < groups; g += 4 * LANES) {
        raise(values, offset + start + g, maxima, g);
        raise(values, offset + start + g + LANES, maxima, g + LANES);
        raise(values, offset + start + g + 2 * LANES, maxima, g + 2 * LANES);
        raise(values, offset + start + g + 3 * LANES, maxima, g + 3 * LANES);
      }
    }
    for (int i = whole; i < length; i++) {
      maxima[i - whole] = Math.max(maxima[i - whole], values[offset + i]);
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
    int i = from;
    for (; i <= to - 4 * LANES; i += 4 * LANES) {
      // A maximum is NaN if one of its numbers is.
      int at = offset + i;
      FloatVector a = FloatVector.fromArray(WIDE, values, at);
      FloatVector b = FloatVector.fromArray(WIDE, values, at + LANES);
      FloatVector c = FloatVector.fromArray(WIDE, values, at + 2 * LANES);
      FloatVector d = FloatVector.fromArray(WIDE, values, at + 3 * LANES);
      if (!a.max(b).max(c.max(d)).compare(VectorOperators.LT, threshold).allTrue()) {
        long marks =
            notBelow(values, at, threshold)
                | notBelow(values, at + 2 * LANES, threshold) << 2 * LANES;
        for (; marks != 0; marks &= marks - 1) {
          int lane = i + Long.numberOfTrailingZeros(marks);
          indices[n] = first + lane;
          found[n++] = values[offset + lane];
        }
      }
    }
    return PLAIN.appendNotBelow(values, offset, i, to, threshold, first, indices, found, n);
  }

  /** A bit for each value of two vectors. */
  private static long notBelow(float[] values, int at, float threshold) {
    return NO_BITS
            .blend(
                LOW_BITS,
                FloatVector.fromArray(WIDE, values, at)
                    .compare(VectorOperators.LT, threshold)
                    .not()
                    .cast(INTS))
            .or(
                NO_BITS.blend(
                    HIGH_BITS,
                    FloatVector.fromArray(WIDE, values, at + LANES)
                        .compare(VectorOperators.LT, threshold)
                        .not()
                        .cast(INTS)))
            .reduceLanes(VectorOperators.OR)
        & 0xFFFFFFFFL;
  }

  private static void raise(float[] values, int at, float[] maxima, int g) {
    FloatVector.fromArray(WIDE, values, at)
        .max(FloatVector.fromArray(WIDE, maxima, g))
        .intoArray(maxima, g);
  }

  @Override
  public int countNotBelow(float[] values, int n, float threshold) {
    int below = 0;
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      below +=
          FloatVector.fromArray(WIDE, values, i).compare(VectorOperators.LT, threshold).trueCount();
    }
    for (; i < n; i++) {
      below += values[i] < threshold ? 1 : 0;
    }
    return n - below;
  }

  @Override
  public void ranks(float[] values, int n, int[] ranks) {
    float[] scratch = scratch(LANES);
    for (int i = 0; i < n; i += LANES) {
      // A block of values stands in the lanes; all others pass by.
      int end = Math.min(n, i + LANES);
      countBetter(values, i, end, n, scratch);
      for (int j = i; j < end; j++) {
        ranks[j] = (int) scratch[j - i];
      }
    }
  }

  private static void countBetter(float[] values, int from, int to, int n, float[] counts) {
    FloatVector zero = FloatVector.zero(WIDE);
    FloatVector block = FloatVector.fromArray(WIDE, values, from);
    FloatVector better = FloatVector.zero(WIDE);
    for (int j = 0; j < from; j++) {
      better = zero.blend(1, block.compare(VectorOperators.LT, values[j])).add(better);
    }
    for (int j = from; j < to; j++) {
      FloatVector passing = FloatVector.broadcast(WIDE, values[j]);
      VectorMask<Float> behind = INDEX.compare(VectorOperators.LT, j - from);
      better = zero.blend(1, block.compare(VectorOperators.LT, passing)).add(better);
      better = zero.blend(1, block.compare(VectorOperators.EQ, passing).and(behind)).add(better);
    }
    for (int j = to; j < n; j++) {
      better = zero.blend(1, block.compare(VectorOperators.LE, values[j])).add(better);
    }
    zero.add(better).intoArray(counts, 0);
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
    VectorCodes.fastScan(
        codes, codesAt, blocks, pairs, tables, tablesAt, affine, affineAt, targets, scores,
        scoresAt, stride);
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
    VectorCodes.sums(
        codes, codesAt, blocks, pairs, tables, tablesAt, targets, sums, sumsAt, stride);
  }

  @Override
  public byte[] sumOrder() {
    return SUM_ORDER;
  }

  @Override
  public void groupMaxima(short[] values, int offset, int length, short[] maxima, int groups) {
    VectorCodes.groupMaxima(values, offset, length, maxima, groups);
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
    return VectorCodes.appendNotBelow(
        values, offset, length, threshold, first, indices, found, count);
  }

  @Override
  public void byteSums(
      short[] weights, byte[] codes, int dimension, int[] chosen, int n, int[] sums) {
    VectorBytes.byteSums(weights, codes, dimension, chosen, n, sums);
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
    // Two at a time, so that the method is long enough not to be inlined: see VectorNibbles.
    int l = 0;
    if (radii == null) {
      for (; l <= n - 2 * LANES; l += 2 * LANES) {
        int next = l + LANES;
        FloatVector.fromArray(WIDE, scores, at + l)
            .add(shift)
            .fma(
                FloatVector.fromArray(WIDE, factors, from + l), FloatVector.broadcast(WIDE, centre))
            .intoArray(scores, at + l);
        FloatVector.fromArray(WIDE, scores, at + next)
            .add(shift)
            .fma(
                FloatVector.fromArray(WIDE, factors, from + next),
                FloatVector.broadcast(WIDE, centre))
            .intoArray(scores, at + next);
      }
    } else {
      for (; l <= n - 2 * LANES; l += 2 * LANES) {
        int next = l + LANES;
        FloatVector.fromArray(WIDE, radii, from + l)
            .fma(
                FloatVector.broadcast(WIDE, spread),
                FloatVector.fromArray(WIDE, scores, at + l)
                    .add(shift)
                    .fma(
                        FloatVector.fromArray(WIDE, factors, from + l),
                        FloatVector.broadcast(WIDE, centre)))
            .intoArray(scores, at + l);
        FloatVector.fromArray(WIDE, radii, from + next)
            .fma(
                FloatVector.broadcast(WIDE, spread),
                FloatVector.fromArray(WIDE, scores, at + next)
                    .add(shift)
                    .fma(
                        FloatVector.fromArray(WIDE, factors, from + next),
                        FloatVector.broadcast(WIDE, centre)))
            .intoArray(scores, at + next);
      }
    }
    PLAIN.fit(scores, at + l, n - l, factors, radii, from + l, shift, centre, spread);
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
    VectorNibbles.scan(
        codes, codesAt, blocks, pairs, weights, weightsAt, affine, affineAt, targets, scores,
        scoresAt, stride);
  }

  @Override
  public void mark(float[] scores, int offset, int n, float threshold, int[] marks) {
    int l = 0;
    for (; l <= n - Integer.SIZE; l += Integer.SIZE) {
      int marked = 0;
      for (int i = 0; i < Integer.SIZE; i += 2 * LANES) {
        int at = offset + l + i;
        marked |=
            NO_BITS
                    .blend(
                        LOW_BITS,
                        FloatVector.fromArray(WIDE, scores, at)
                            .compare(VectorOperators.GE, threshold)
                            .cast(INTS))
                    .or(
                        NO_BITS.blend(
                            HIGH_BITS,
                            FloatVector.fromArray(WIDE, scores, at + LANES)
                                .compare(VectorOperators.GE, threshold)
                                .cast(INTS)))
                    .reduceLanes(VectorOperators.OR)
                << i;
      }
      marks[l / Integer.SIZE] = marked;
    }
    if (l < n) {
      marks[l / Integer.SIZE] = ScalarKernels.marked(scores, offset + l, n - l, threshold);
    }
  }

  @Override
  public void add(float[] more, int from, int n, float[] sums, int at) {
    // Not left to the compiler: it cannot know that the arrays are two.
    int i = 0;
    for (; i <= n - 2 * LANES; i += 2 * LANES) {
      FloatVector.fromArray(WIDE, sums, at + i)
          .add(FloatVector.fromArray(WIDE, more, from + i))
          .intoArray(sums, at + i);
      FloatVector.fromArray(WIDE, sums, at + i + LANES)
          .add(FloatVector.fromArray(WIDE, more, from + i + LANES))
          .intoArray(sums, at + i + LANES);
    }
    PLAIN.add(more, from + i, n - i, sums, at + i);
  }

  @Override
  public void extremes(float[] tables, int offset, int subcodes, float[] least, float[] most) {
    for (int c = 0; c < subcodes; c++) {
      int low = Integer.MAX_VALUE;
      int high = Integer.MIN_VALUE;
      int from = offset + c * FastScan.SLOTS;
      for (int k = from; k < from + FastScan.SLOTS; k += LANES) {
        IntVector bits = FloatVector.fromArray(WIDE, tables, k).add(0).reinterpretAsInts();
        IntVector ordered =
            bits.lanewise(
                VectorOperators.XOR,
                bits.lanewise(VectorOperators.ASHR, 31).and(Integer.MAX_VALUE));
        low = Math.min(low, ordered.reduceLanes(VectorOperators.MIN));
        high = Math.max(high, ordered.reduceLanes(VectorOperators.MAX));
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
    float[] scratch = scratch(subcodes * FastScan.SLOTS);
    for (int c = 0; c < subcodes; c++) {
      int from = c * FastScan.SLOTS;
      for (int k = from; k < from + FastScan.SLOTS; k += LANES) {
        FloatVector.fromArray(WIDE, tables, offset + k)
            .sub(least[c])
            .mul(inverse)
            .add(0x1p23f)
            .intoArray(scratch, k);
      }
    }
    for (int i = 0; i < subcodes * FastScan.SLOTS; i++) {
      rounded[at + i] = (byte) Float.floatToRawIntBits(scratch[i]);
    }
  }
}
