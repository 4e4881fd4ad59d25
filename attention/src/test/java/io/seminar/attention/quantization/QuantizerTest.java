package io.seminar.attention.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seminar.attention.Samples;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every quantiser promises. */
class QuantizerTest {

  private static final int[] BITS = {4, 8};

  private static TrainingOptions options(int subcodes, int bits) {
    return TrainingOptions.of(subcodes, 7).withCentroids(1 << bits).withIterations(4);
  }

  /** Directions of very different variance, none of them an axis. */
  private static float[] skewed(Random random, int n, int dimension) {
    float[] mixing = Samples.gaussian(random, dimension * dimension);
    float[] factors = Samples.gaussian(random, n * dimension);
    float[] rows = new float[n * dimension];
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < dimension; d++) {
        for (int k = 0; k < dimension; k++) {
          rows[i * dimension + d] +=
              mixing[d * dimension + k] * factors[i * dimension + k] * (float) Math.pow(0.8, k);
        }
      }
    }
    return rows;
  }

  /** The look-ups sum to the inner product with the decoded vector. */
  @ParameterizedTest
  @EnumSource
  void tablesSumToTheProductWithTheDecodedVector(Quantizers way) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int bits : BITS) {
      // Dimensions that the sub-codes do not divide.
      for (int[] shape : new int[][] {{1, 1}, {7, 3}, {19, 4}, {33, 16}}) {
        int d = shape[0];
        int c = shape[1];
        float[] vectors = skewed(random, 300, d);
        Quantizer quantizer = way.train(vectors, 300, d, options(c, bits));
        assertThat(quantizer.dimension()).isEqualTo(d);
        assertThat(quantizer.subcodes()).isEqualTo(c);
        assertThat(quantizer.slots()).isEqualTo(1 << bits);
        assertThat(quantizer.bits()).isEqualTo(bits);
        float[] tables = new float[2 + c * quantizer.slots() + 1];
        tables[1] = 77;
        tables[tables.length - 1] = 78;
        float[] decoded = new float[d];
        byte[] code = new byte[c + 2];
        for (int i = 0; i < 100; i++) {
          float[] target = Samples.gaussian(random, d + 1);
          float weight = random.nextFloat();
          quantizer.tables(target, 1, weight, tables, 2);
          quantizer.encode(vectors, random.nextInt(300) * d, code, 1);
          quantizer.decode(code, 1, decoded, 0);
          double sum = 0;
          double product = 0;
          double size = 0;
          double norm = 0;
          for (int k = 0; k < c; k++) {
            assertThat(code[1 + k] & 0xFF).isLessThan(quantizer.slots());
            float term = tables[2 + k * quantizer.slots() + (code[1 + k] & 0xFF)];
            sum += term;
            size += Math.abs(term);
          }
          for (int k = 0; k < d; k++) {
            product += (double) weight * target[1 + k] * decoded[k];
            norm += Math.abs(weight * target[1 + k]) * Math.abs(decoded[k]);
          }
          // Sums of at most D float products, here and under the rotation.
          double bound = 4 * (d + 4) * 0x1p-24 * (size + norm) + 1e-6 * norm;
          assertThat(sum)
              .as("seed " + seed + ", " + d + " x " + c)
              .isCloseTo(product, within(bound));
        }
        assertThat(tables[1]).isEqualTo(77);
        assertThat(tables[tables.length - 1]).isEqualTo(78);
        assertThat(code[0]).isZero();
        assertThat(code[c + 1]).isZero();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = "ANISOTROPIC.*", mode = EnumSource.Mode.MATCH_NONE)
  void errorFallsWithSubcodesAndWithBits(Quantizers way) {
    int n = 800;
    int d = 16;
    float[] vectors = skewed(new Random(17), n, d);
    double fewer = Double.POSITIVE_INFINITY;
    for (int c : new int[] {1, 2, 3, 8, 16}) {
      double four = way.train(vectors, n, d, options(c, 4)).meanSquaredError(vectors, n);
      double eight = way.train(vectors, n, d, options(c, 8)).meanSquaredError(vectors, n);
      assertThat(eight).as("8 bits, " + c + " sub-codes").isLessThan(four);
      assertThat(four).as("4 bits, " + c + " sub-codes").isLessThan(fewer);
      fewer = four;
    }
  }

  @ParameterizedTest
  @EnumSource
  void isExactWhereEveryVectorCanBeACentroid(Quantizers way) {
    int d = 9;
    // A stage of a residual quantiser that must add nothing needs the zero vector for that.
    boolean reserve = way == Quantizers.RQ;
    for (int distinct : new int[] {1, 3, reserve ? 15 : 16}) {
      float[] vectors = Samples.gaussian(new Random(distinct), distinct * d);
      Quantizer quantizer = way.train(vectors, distinct, d, options(2, 4).withReserveZero(reserve));
      assertThat(quantizer.meanSquaredError(vectors, distinct)).isLessThan(1e-10);
    }
  }

  @ParameterizedTest
  @EnumSource
  void staysFiniteOnZerosDuplicatesAndHugeNorms(Quantizers way) {
    for (int bits : BITS) {
      for (boolean reserve : new boolean[] {false, true}) {
        float[] vectors = new float[60 * 10];
        TrainingOptions options = options(3, bits).withReserveZero(reserve);
        Quantizer zeros = way.train(vectors, 60, 10, options);
        assertThat(zeros.meanSquaredError(vectors, 60)).isZero();
        Arrays.fill(vectors, 0, 300, 0.5f);
        assertThat(way.train(vectors, 60, 10, options).meanSquaredError(vectors, 60))
            .isLessThan(1e-10);
        for (float huge : new float[] {1e15f, 1e18f, 1e25f, 3e38f}) {
          if (way == Quantizers.RQ && huge > 1e18f) {
            Arrays.fill(vectors, huge);
            assertRefused(
                () -> way.train(vectors, 60, 10, options), "squared length of a vector is beyond");
            continue;
          }
          Random random = new Random(5);
          for (int i = 0; i < vectors.length; i++) {
            vectors[i] = (i < 300 ? 1 : huge) * (random.nextFloat() - 0.5f);
          }
          Quantizer quantizer = way.train(vectors, 60, 10, options);
          float[] decoded = new float[10];
          byte[] code = new byte[3];
          for (int i = 0; i < 60; i++) {
            quantizer.encode(vectors, i * 10, code, 0);
            quantizer.decode(code, 0, decoded, 0);
            for (float x : decoded) {
              assertThat(Float.isFinite(x)).as(huge + " bits " + bits + ": " + x).isTrue();
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void absenceIsTheZeroVectorExactly(Quantizers way) {
    float[] vectors = skewed(new Random(41), 400, 12);
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] += 3;
    }
    for (int bits : BITS) {
      Quantizer quantizer = way.train(vectors, 400, 12, options(5, bits).withReserveZero(true));
      assertThat(quantizer.reservesZero()).isTrue();
      float[] decoded = new float[12];
      quantizer.decode(new byte[5], 0, decoded, 0);
      assertThat(decoded).containsOnly(0f);
      float[] tables = new float[5 * quantizer.slots()];
      quantizer.tables(vectors, 0, 2, tables, 0);
      for (int c = 0; c < 5; c++) {
        assertThat(tables[c * quantizer.slots()]).isZero();
      }
      byte[] code = {1, 1, 1, 1, 1};
      quantizer.encode(new float[12], 0, code, 0);
      quantizer.decode(code, 0, decoded, 0);
      assertThat(decoded).containsOnly(0f);
    }
  }

  /** Not so with residual codes: another sum may come as near. */
  @ParameterizedTest
  @EnumSource(names = "RQ", mode = EnumSource.Mode.EXCLUDE)
  void decodedVectorsAreEncodedToThemselves(Quantizers way) {
    float[] vectors = skewed(new Random(43), 500, 14);
    for (int bits : BITS) {
      Quantizer quantizer = way.train(vectors, 500, 14, options(4, bits));
      float[] once = new float[14];
      float[] twice = new float[14];
      byte[] code = new byte[4];
      for (int i = 0; i < 200; i++) {
        quantizer.encode(vectors, i * 14, code, 0);
        quantizer.decode(code, 0, once, 0);
        quantizer.encode(once, 0, code, 0);
        quantizer.decode(code, 0, twice, 0);
        for (int k = 0; k < 14; k++) {
          assertThat(twice[k]).isCloseTo(once[k], within(1e-4f));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void sameSeedSameQuantiserOnAnyNumberOfThreads(Quantizers way) {
    float[] vectors = skewed(new Random(47), 700, 12);
    TrainingOptions options = options(4, 4).withSample(600);
    float[] one = QuantizerRecords.floats(way.train(vectors, 700, 12, options));
    assertThat(QuantizerRecords.floats(way.train(vectors, 700, 12, options.withThreads(3))))
        .isEqualTo(one);
  }

  @ParameterizedTest
  @EnumSource
  void refusesBadInputWithTheValues(Quantizers way) {
    float[] vectors = new float[20];
    Quantizer quantizer = way.train(vectors, 2, 10, options(2, 4));
    assertRefused(() -> way.train(vectors, 3, 10, options(2, 4)), "training set of 3 x 10");
    assertRefused(
        () -> quantizer.encode(new float[9], 0, new byte[2], 0),
        "vector has 9 elements: 10 from 0 do not fit");
    assertRefused(
        () -> quantizer.encode(new float[10], 0, new byte[1], 0), "codes has 1 elements: 2 from 0");
    assertRefused(() -> quantizer.decode(new byte[2], 0, new float[9], 0), "vector has 9 elements");
    assertRefused(
        () -> quantizer.tables(new float[9], 0, 1, new float[32], 0), "target has 9 elements");
    assertRefused(
        () -> quantizer.tables(new float[10], 0, 1, new float[31], 0),
        "tables has 31 elements: 32 from 0 do not fit");
    assertRefused(() -> quantizer.encodeAll(vectors, 3, new byte[6]), "3 vectors of 10 floats");
    vectors[13] = Float.NaN;
    assertRefused(
        () -> way.train(vectors, 2, 10, options(2, 4)), "training vector 1 holds NaN at 3");
    assertRefused(() -> quantizer.encode(vectors, 10, new byte[2], 0), "vector holds NaN at 3");
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatThrownBy(call::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
