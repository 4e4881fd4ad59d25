package io.seminar.attention;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of {@link NibbleScan}; see {@link VectorKernels} for the habits that keep the
 * compiler's vectors in registers. Codes are unpacked once for two targets: nibbles of even bytes
 * and of odd bytes as 16-bit numbers.
 *
 * <p>The methods that sum are too long to be inlined anywhere, on purpose: a method with all of
 * them inside is past the compiler's limit of nodes, and vectors made beyond it are allocated.
 */
final class VectorNibbles {

  private static final VectorSpecies<Float> WIDE = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, WIDE.vectorShape());
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, WIDE.vectorShape());

  /** Bytes of a register: a whole block of behaviours, or a part of it. */
  private static final int PART = BYTES.length();

  /** Blocks that are summed before their sums become scores: they stay in the first-level cache. */
  private static final int RUN = 16;

  private static final int STRIDE = RUN * FastScan.BLOCK;

  /** Sums of a run of blocks of two targets, without their start; an array a thread. */
  private static final ThreadLocal<short[]> SUMS =
      ThreadLocal.withInitial(() -> new short[2 * STRIDE]);

  private VectorNibbles() {}

  static void scan(
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
    short[] sums = SUMS.get();
    int width = 2 * pairs + 1;
    for (int first = 0; first < blocks; first += RUN) {
      int run = Math.min(RUN, blocks - first);
      int code = codesAt + first * pairs * FastScan.BLOCK;
      int out = scoresAt + first * FastScan.BLOCK;
      for (int i = 0; i < targets; ) {
        int group = Math.min(2, targets - i);
        int w = weightsAt + i * width;
        int last = run * FastScan.BLOCK - PART;
        if (group == 2) {
          for (int in = 0; in <= last; in += PART) {
            sumTwo(codes, at(code, pairs, in), pairs, weights, w, sums, in);
          }
        } else {
          for (int in = 0; in <= last; in += 2 * PART) {
            int next = Math.min(in + PART, last);
            sumOne(
                codes,
                at(code, pairs, in),
                at(code, pairs, next),
                pairs,
                weights,
                w,
                sums,
                in,
                next);
          }
        }
        for (int j = 0; j < group; j++, i++) {
          unpack(
              sums,
              j * STRIDE,
              run,
              weights[weightsAt + i * width + 2 * pairs],
              affine[affineAt + 2 * i],
              affine[affineAt + 2 * i + 1],
              scores,
              out + i * stride);
        }
      }
    }
  }

  /** Where the codes of a register's behaviours start. */
  private static int at(int code, int pairs, int in) {
    int within = in % FastScan.BLOCK;
    return code + (in - within) * pairs + within;
  }

  /** Sums of the behaviours of a register for two targets: those of even bytes, then of odd. */
  private static void sumTwo(
      byte[] codes, int codesAt, int pairs, short[] weights, int w, short[] sums, int at) {
    int next = w + 2 * pairs + 1;
    ShortVector zero = ShortVector.zero(SHORTS);
    ShortVector a = zero;
    ShortVector b = zero;
    ShortVector oddA = zero;
    ShortVector oddB = zero;
    ShortVector mask = ShortVector.broadcast(SHORTS, 15);
    for (int p = 0; p < pairs; p++) {
      ShortVector both =
          ByteVector.fromArray(BYTES, codes, codesAt + p * FastScan.BLOCK).reinterpretAsShorts();
      ShortVector low = both.and(mask);
      ShortVector high = both.lanewise(VectorOperators.LSHR, 4).and(mask);
      ShortVector oddLow = both.lanewise(VectorOperators.LSHR, 8).and(mask);
      ShortVector oddHigh = both.lanewise(VectorOperators.LSHR, 12);
      ShortVector s = ShortVector.broadcast(SHORTS, weights[w + 2 * p]);
      ShortVector t = ShortVector.broadcast(SHORTS, weights[w + 2 * p + 1]);
      a = low.mul(s).add(high.mul(t)).add(a);
      oddA = oddLow.mul(s).add(oddHigh.mul(t)).add(oddA);
      s = ShortVector.broadcast(SHORTS, weights[next + 2 * p]);
      t = ShortVector.broadcast(SHORTS, weights[next + 2 * p + 1]);
      b = low.mul(s).add(high.mul(t)).add(b);
      oddB = oddLow.mul(s).add(oddHigh.mul(t)).add(oddB);
    }
    zero.add(a).intoArray(sums, at);
    zero.add(oddA).intoArray(sums, at + PART / 2);
    zero.add(b).intoArray(sums, at + STRIDE);
    zero.add(oddB).intoArray(sums, at + STRIDE + PART / 2);
  }

  /** The same for one target, and two registers of behaviours. */
  private static void sumOne(
      byte[] codes,
      int x,
      int y,
      int pairs,
      short[] weights,
      int w,
      short[] sums,
      int atX,
      int atY) {
    ShortVector zero = ShortVector.zero(SHORTS);
    ShortVector a = zero;
    ShortVector b = zero;
    ShortVector oddA = zero;
    ShortVector oddB = zero;
    ShortVector mask = ShortVector.broadcast(SHORTS, 15);
    for (int p = 0; p < pairs; p++) {
      ShortVector s = ShortVector.broadcast(SHORTS, weights[w + 2 * p]);
      ShortVector t = ShortVector.broadcast(SHORTS, weights[w + 2 * p + 1]);
      ShortVector both =
          ByteVector.fromArray(BYTES, codes, x + p * FastScan.BLOCK).reinterpretAsShorts();
      ShortVector low = both.and(mask);
      ShortVector high = both.lanewise(VectorOperators.LSHR, 4).and(mask);
      ShortVector oddLow = both.lanewise(VectorOperators.LSHR, 8).and(mask);
      ShortVector oddHigh = both.lanewise(VectorOperators.LSHR, 12);
      a = low.mul(s).add(high.mul(t)).add(a);
      oddA = oddLow.mul(s).add(oddHigh.mul(t)).add(oddA);
      both = ByteVector.fromArray(BYTES, codes, y + p * FastScan.BLOCK).reinterpretAsShorts();
      low = both.and(mask);
      high = both.lanewise(VectorOperators.LSHR, 4).and(mask);
      oddLow = both.lanewise(VectorOperators.LSHR, 8).and(mask);
      oddHigh = both.lanewise(VectorOperators.LSHR, 12);
      b = low.mul(s).add(high.mul(t)).add(b);
      oddB = oddLow.mul(s).add(oddHigh.mul(t)).add(oddB);
    }
    zero.add(a).intoArray(sums, atX);
    zero.add(oddA).intoArray(sums, atX + PART / 2);
    zero.add(b).intoArray(sums, atY);
    zero.add(oddB).intoArray(sums, atY + PART / 2);
  }

  /**
   * Behaviours stand at every fourth byte: unpacked to floats, each quarter is in order. Half a
   * register's behaviours a turn, so that the method stays small wherever it is inlined.
   */
  private static void unpack(
      short[] sums,
      int from,
      int blocks,
      short start,
      float base,
      float step,
      float[] scores,
      int to) {
    // With the start the sums fit 16 bits; as numbers from 0 on they are floats as the last bits of
    // the mantissa of 2^23.
    ShortVector low = ShortVector.broadcast(SHORTS, (short) (start + 0x8000));
    FloatVector b = FloatVector.broadcast(WIDE, base);
    FloatVector s = FloatVector.broadcast(WIDE, step);
    int half = PART / 2;
    for (int i = 0; i < blocks * FastScan.BLOCK; i += half) {
      int within = i % FastScan.BLOCK;
      // The block, the part of it, the even or the odd bytes.
      int out = to + i - within + within / PART * (PART / 4) + within / half % 2 * 16;
      IntVector x = ShortVector.fromArray(SHORTS, sums, from + i).add(low).reinterpretAsInts();
      floats(x.and(0xFFFF)).fma(s, b).intoArray(scores, out);
      floats(x.lanewise(VectorOperators.LSHR, 16)).fma(s, b).intoArray(scores, out + 32);
    }
  }

  private static FloatVector floats(IntVector integers) {
    return integers.or(0x4B000000).reinterpretAsFloats().sub(0x1p23f + 0x1p15f);
  }
}
