package io.seminar.attention;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels of {@link VectorKernels} that look codes up; see there for the habits that keep the
 * compiler's vectors in registers.
 *
 * <p>A table of 16 bytes fits a register, and a shuffle looks up as many behaviours at once as the
 * register has bytes. What the two sub-codes of a byte give fits a byte in sum. Neighbouring bytes
 * are then added up as one 16-bit number: one sum takes both (the lower one carries into the upper
 * one, which overflows), the other the upper byte alone, and their difference is the lower one. On
 * JDK 17 bytes cannot be widened to shorts in registers otherwise.
 */
final class VectorCodes {

  private static final VectorSpecies<Float> WIDE = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, WIDE.vectorShape());
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, WIDE.vectorShape());

  /** Bytes of a register: a whole block of behaviours, or a part of it. */
  private static final int PART = BYTES.length();

  /** Targets whose tables are looked up for codes that were read once. */
  private static final int GROUP = FastScan.GROUP;

  /** Blocks that are summed before their sums become scores: they stay in the first-level cache. */
  private static final int RUN = 16;

  /** Sums of a run of blocks of four targets; an array a thread. */
  private static final ThreadLocal<short[]> SUMS =
      ThreadLocal.withInitial(() -> new short[GROUP * RUN * FastScan.BLOCK]);

  /** Where the sum of each behaviour of a block stands: the inverse of {@link #order}. */
  private static final byte[] PLACES = places();

  /** Bit j in lanes 2j and 2j + 1. */
  private static final ShortVector LANE_BITS = laneBits();

  private static final ShortVector NO_BITS = ShortVector.zero(SHORTS);

  private VectorCodes() {}

  private static byte[] places() {
    byte[] order = order();
    byte[] places = new byte[FastScan.BLOCK];
    for (int i = 0; i < FastScan.BLOCK; i++) {
      places[order[i]] = (byte) i;
    }
    return places;
  }

  private static ShortVector laneBits() {
    short[] bits = new short[SHORTS.length()];
    for (int lane = 0; lane < bits.length; lane++) {
      bits[lane] = (short) (1 << lane / 2);
    }
    return ShortVector.fromArray(SHORTS, bits, 0);
  }

  static void fastScan(
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
    short[] sums = SUMS.get();
    int tableBytes = 2 * pairs * FastScan.SLOTS;
    for (int first = 0; first < blocks; first += RUN) {
      int run = Math.min(RUN, blocks - first);
      int code = codesAt + first * pairs * FastScan.BLOCK;
      int out = scoresAt + first * FastScan.BLOCK;
      for (int i = 0; i < targets; i += GROUP) {
        int group = Math.min(GROUP, targets - i);
        int stride4 = RUN * FastScan.BLOCK;
        sums(codes, code, run, pairs, tables, tablesAt + i * tableBytes, group, sums, 0, stride4);
        for (int j = 0; j < group; j++) {
          int at = affineAt + 2 * (i + j);
          float base = affine[at];
          unpack(sums, j * stride4, run, base, affine[at + 1], scores, out + (i + j) * stride);
        }
      }
    }
  }

  /** Sums in the order of {@link #order}, up to four targets. */
  static void sums(
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
    int tableBytes = 2 * pairs * FastScan.SLOTS;
    for (int b = 0; b < blocks; b++) {
      for (int part = 0; part < FastScan.BLOCK; part += PART) {
        int code = codesAt + b * pairs * FastScan.BLOCK + part;
        int at = sumsAt + b * FastScan.BLOCK + part;
        int i = 0;
        for (; i + 1 < targets; i += 2) {
          int table = tablesAt + i * tableBytes;
          sumTwo(codes, code, pairs, tables, table, tableBytes, sums, at + i * stride, stride);
        }
        if (i < targets) {
          sumOne(codes, code, pairs, tables, tablesAt + i * tableBytes, sums, at + i * stride);
        }
      }
    }
    for (int i = 0; i < targets; i++) {
      separate(sums, sumsAt + i * stride, blocks);
    }
  }

  /** The behaviour of a block that a sum belongs to. */
  static byte[] order() {
    byte[] order = new byte[FastScan.BLOCK];
    int half = PART / 2;
    for (int i = 0; i < FastScan.BLOCK; i++) {
      int quarter = i % PART / half + 2 * (i % half % 2);
      order[i] = (byte) (16 * quarter + i / PART * (PART / 4) + i % half / 2);
    }
    return order;
  }

  /**
   * Sums of the behaviours of a register for two targets: those of even bytes, then of odd. Four
   * targets at a time would unpack codes half as often and be a fifth faster, but that is more than
   * the compiler inlines once other kernels have run in the same process: then it boxes sums.
   */
  private static void sumTwo(
      byte[] codes,
      int codesAt,
      int pairs,
      byte[] tables,
      int tablesAt,
      int tableBytes,
      short[] sums,
      int at,
      int stride) {
    ShortVector a = ShortVector.zero(SHORTS);
    ShortVector b = ShortVector.zero(SHORTS);
    ShortVector upperA = ShortVector.zero(SHORTS);
    ShortVector upperB = ShortVector.zero(SHORTS);
    ByteVector nibble = ByteVector.broadcast(BYTES, (byte) 15);
    for (int p = 0; p < pairs; p++) {
      ByteVector pair = ByteVector.fromArray(BYTES, codes, codesAt + p * FastScan.BLOCK);
      VectorShuffle<Byte> low = pair.and(nibble).toShuffle();
      VectorShuffle<Byte> high =
          pair.reinterpretAsShorts()
              .lanewise(VectorOperators.LSHR, 4)
              .reinterpretAsBytes()
              .and(nibble)
              .toShuffle();
      int t = tablesAt + 2 * p * FastScan.SLOTS;
      ShortVector s =
          ByteVector.fromArray(BYTES, tables, t)
              .rearrange(low)
              .add(ByteVector.fromArray(BYTES, tables, t + FastScan.SLOTS).rearrange(high))
              .reinterpretAsShorts();
      a = s.add(a);
      upperA = s.lanewise(VectorOperators.LSHR, 8).add(upperA);
      t += tableBytes;
      s =
          ByteVector.fromArray(BYTES, tables, t)
              .rearrange(low)
              .add(ByteVector.fromArray(BYTES, tables, t + FastScan.SLOTS).rearrange(high))
              .reinterpretAsShorts();
      b = s.add(b);
      upperB = s.lanewise(VectorOperators.LSHR, 8).add(upperB);
    }
    ShortVector zero = ShortVector.zero(SHORTS);
    zero.add(a).intoArray(sums, at);
    zero.add(upperA).intoArray(sums, at + PART / 2);
    zero.add(b).intoArray(sums, at + stride);
    zero.add(upperB).intoArray(sums, at + stride + PART / 2);
  }

  private static void sumOne(
      byte[] codes, int codesAt, int pairs, byte[] tables, int tablesAt, short[] sums, int at) {
    ShortVector a = ShortVector.zero(SHORTS);
    ShortVector upperA = ShortVector.zero(SHORTS);
    ByteVector nibble = ByteVector.broadcast(BYTES, (byte) 15);
    for (int p = 0; p < pairs; p++) {
      ByteVector pair = ByteVector.fromArray(BYTES, codes, codesAt + p * FastScan.BLOCK);
      VectorShuffle<Byte> low = pair.and(nibble).toShuffle();
      VectorShuffle<Byte> high =
          pair.reinterpretAsShorts()
              .lanewise(VectorOperators.LSHR, 4)
              .reinterpretAsBytes()
              .and(nibble)
              .toShuffle();
      int t = tablesAt + 2 * p * FastScan.SLOTS;
      ShortVector s =
          ByteVector.fromArray(BYTES, tables, t)
              .rearrange(low)
              .add(ByteVector.fromArray(BYTES, tables, t + FastScan.SLOTS).rearrange(high))
              .reinterpretAsShorts();
      a = s.add(a);
      upperA = s.lanewise(VectorOperators.LSHR, 8).add(upperA);
    }
    ShortVector zero = ShortVector.zero(SHORTS);
    zero.add(a).intoArray(sums, at);
    zero.add(upperA).intoArray(sums, at + PART / 2);
  }

  /** Takes the carried upper byte's share off the sums of the lower ones. */
  private static void separate(short[] sums, int from, int blocks) {
    int end = from + blocks * FastScan.BLOCK;
    for (int in = from; in < end; in += PART) {
      ShortVector.fromArray(SHORTS, sums, in)
          .sub(ShortVector.fromArray(SHORTS, sums, in + PART / 2).lanewise(VectorOperators.LSHL, 8))
          .intoArray(sums, in);
    }
  }

  /**
   * Behaviours stand at every fourth byte: unpacked to floats, each quarter is in order.
   *
   * <p>Half a register's behaviours a turn, and short, because it comes last in a method that is
   * near the compiler's limit of nodes: past that its vectors would be allocated.
   */
  private static void unpack(
      short[] sums, int from, int blocks, float base, float step, float[] scores, int to) {
    FloatVector b = FloatVector.broadcast(WIDE, base);
    FloatVector s = FloatVector.broadcast(WIDE, step);
    int half = PART / 2;
    for (int i = 0; i < blocks * FastScan.BLOCK; i += half) {
      int within = i % FastScan.BLOCK;
      // The block, the part of it, the even or the odd bytes.
      int out = to + i - within + within / PART * (PART / 4) + within / half % 2 * 16;
      IntVector x = ShortVector.fromArray(SHORTS, sums, from + i).reinterpretAsInts();
      floats(x.and(0xFFFF)).fma(s, b).intoArray(scores, out);
      floats(x.lanewise(VectorOperators.LSHR, 16)).fma(s, b).intoArray(scores, out + 32);
    }
  }

  /**
   * Integers below 2^15 as floats: as the last bits of the mantissa of 2^23. (The conversion of the
   * library is not always compiled to one instruction.)
   */
  private static FloatVector floats(IntVector integers) {
    return integers.or(0x4B000000).reinterpretAsFloats().sub(0x1p23f);
  }

  static void groupMaxima(short[] values, int offset, int length, short[] maxima, int groups) {
    System.arraycopy(values, offset, maxima, 0, groups);
    int end = offset + length - length % groups;
    for (int start = offset + groups; start < end; start += groups) {
      for (int g = 0; g < groups; g += SHORTS.length()) {
        ShortVector.fromArray(SHORTS, values, start + g)
            .max(ShortVector.fromArray(SHORTS, maxima, g))
            .intoArray(maxima, g);
      }
    }
  }

  static int appendNotBelow(
      short[] values,
      int offset,
      int length,
      short threshold,
      int first,
      int[] indices,
      float[] found,
      int count) {
    int n = count;
    int tested = 4 * SHORTS.length();
    int step = Math.max(tested, FastScan.BLOCK);
    int end = offset + length;
    // Few blocks hold anything that counts: one test for as many as possible.
    for (int at = offset; at < end; at += step) {
      boolean any = false;
      for (int part = at; part < at + step; part += tested) {
        any |= reaches(values, part, threshold);
      }
      if (any) {
        for (int block = at; block < at + step; block += FastScan.BLOCK) {
          int row = first + block - offset;
          for (long marks = marks(values, block, threshold); marks != 0; marks &= marks - 1) {
            int behaviour = Long.numberOfTrailingZeros(marks);
            indices[n] = row + behaviour;
            found[n++] = values[block + PLACES[behaviour]];
          }
        }
      }
    }
    return n;
  }

  private static boolean reaches(short[] values, int at, short threshold) {
    int lanes = SHORTS.length();
    return ShortVector.fromArray(SHORTS, values, at)
        .max(ShortVector.fromArray(SHORTS, values, at + lanes))
        .max(
            ShortVector.fromArray(SHORTS, values, at + 2 * lanes)
                .max(ShortVector.fromArray(SHORTS, values, at + 3 * lanes)))
        .compare(VectorOperators.GE, threshold)
        .anyTrue();
  }

  /** A bit for each behaviour of a block, in their order, see {@link #order}. */
  private static long marks(short[] values, int at, short threshold) {
    long marks = 0;
    for (int part = 0; part < FastScan.BLOCK; part += PART) {
      int even = bits(values, at + part, threshold);
      int odd = bits(values, at + part + PART / 2, threshold);
      long low = (even & 0xFFFF) | (long) (even >>> 16) << 32;
      long high = (odd & 0xFFFF) | (long) (odd >>> 16) << 32;
      marks |= (low | high << 16) << part / 4;
    }
    return marks;
  }

  private static int bits(short[] values, int at, short threshold) {
    return NO_BITS
        .blend(
            LANE_BITS,
            ShortVector.fromArray(SHORTS, values, at).compare(VectorOperators.GE, threshold))
        .reinterpretAsInts()
        .reduceLanes(VectorOperators.OR);
  }
}
