package io.seminar.attention;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels of {@link VectorKernels} that multiply bytes; see there for the habits that keep the
 * compiler's vectors in registers.
 *
 * <p>Bytes become 16-bit numbers by shifts, the even ones and the odd ones apart. Two products of
 * numbers up to 127 fit 16 bits in sum, two such sums are then added as 32-bit numbers.
 */
final class VectorBytes {

  private static final VectorSpecies<Float> WIDE = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, WIDE.vectorShape());
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, WIDE.vectorShape());
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, WIDE.vectorShape());

  /** Bytes of a register. */
  private static final int PART = BYTES.length();

  private VectorBytes() {}

  static void byteSums(
      short[] weights, byte[] codes, int dimension, int[] chosen, int n, int[] sums) {
    int whole = dimension - dimension % PART;
    int half = weights.length / 2;
    int i = 0;
    if (whole > 0) {
      for (; i + 1 < n; i += 2) {
        two(weights, half, codes, chosen[i] * dimension, chosen[i + 1] * dimension, whole, sums, i);
        if (whole < dimension) {
          sums[i] += ScalarKernels.byteSum(weights, codes, chosen[i] * dimension, dimension, whole);
          sums[i + 1] +=
              ScalarKernels.byteSum(weights, codes, chosen[i + 1] * dimension, dimension, whole);
        }
      }
    }
    for (; i < n; i++) {
      sums[i] = ScalarKernels.byteSum(weights, codes, chosen[i] * dimension, dimension, 0);
    }
  }

  private static void two(
      short[] weights, int half, byte[] codes, int x, int y, int whole, int[] sums, int at) {
    IntVector a = IntVector.zero(INTS);
    IntVector b = IntVector.zero(INTS);
    for (int d = 0; d < whole; d += PART) {
      ShortVector even = ShortVector.fromArray(SHORTS, weights, d / 2);
      ShortVector odd = ShortVector.fromArray(SHORTS, weights, half + d / 2);
      ShortVector pair = ByteVector.fromArray(BYTES, codes, x + d).reinterpretAsShorts();
      IntVector sum =
          pair.lanewise(VectorOperators.LSHL, 8)
              .lanewise(VectorOperators.ASHR, 8)
              .mul(even)
              .add(pair.lanewise(VectorOperators.ASHR, 8).mul(odd))
              .reinterpretAsInts();
      a =
          sum.lanewise(VectorOperators.LSHL, 16)
              .lanewise(VectorOperators.ASHR, 16)
              .add(sum.lanewise(VectorOperators.ASHR, 16))
              .add(a);
      pair = ByteVector.fromArray(BYTES, codes, y + d).reinterpretAsShorts();
      sum =
          pair.lanewise(VectorOperators.LSHL, 8)
              .lanewise(VectorOperators.ASHR, 8)
              .mul(even)
              .add(pair.lanewise(VectorOperators.ASHR, 8).mul(odd))
              .reinterpretAsInts();
      b =
          sum.lanewise(VectorOperators.LSHL, 16)
              .lanewise(VectorOperators.ASHR, 16)
              .add(sum.lanewise(VectorOperators.ASHR, 16))
              .add(b);
    }
    IntVector zero = IntVector.zero(INTS);
    sums[at] = zero.add(a).reduceLanes(VectorOperators.ADD);
    sums[at + 1] = zero.add(b).reduceLanes(VectorOperators.ADD);
  }
}
