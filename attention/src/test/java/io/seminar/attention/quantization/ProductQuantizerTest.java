package io.seminar.attention.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.attention.Samples;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProductQuantizerTest {

  private static byte[] codes(ProductQuantizer quantizer, float[] vectors, int n) {
    byte[] codes = new byte[n * quantizer.subcodes()];
    quantizer.encodeAll(vectors, n, codes);
    return codes;
  }

  @Test
  void isExactWhereThereAreNoMoreDistinctPointsThanCentroids() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int distinct : new int[] {1, 2, 100, 255, 256}) {
      int dimension = 3 + random.nextInt(9);
      int n = 5 * distinct;
      float[] vectors = Samples.gaussian(random, n * dimension);
      for (int i = 0; i < vectors.length; i++) {
        // Far from the origin, where norms and products taken apart would cancel.
        vectors[i] =
            i < distinct * dimension ? 1000 + vectors[i] : vectors[i % (distinct * dimension)];
      }
      ProductQuantizer quantizer =
          ProductQuantizer.train(
              vectors, n, dimension, TrainingOptions.of(1 + random.nextInt(3), seed));
      float[] decoded = new float[dimension];
      byte[] codes = codes(quantizer, vectors, n);
      for (int i = 0; i < n; i++) {
        quantizer.decode(codes, i * quantizer.subcodes(), decoded, 0);
        assertThat(decoded)
            .as("seed " + seed + ", distinct " + distinct)
            .isEqualTo(Arrays.copyOfRange(vectors, i * dimension, (i + 1) * dimension));
      }
    }
  }

  @Test
  void errorFallsWithBytesAndWithIterations() {
    Random random = new Random(17);
    int n = 1_500;
    int dimension = 24;
    float[] vectors = Samples.gaussian(random, n * dimension);
    double before = Double.POSITIVE_INFINITY;
    for (int subspaces : new int[] {1, 2, 3, 5, 8, 12, 24}) {
      TrainingOptions options = TrainingOptions.of(subspaces, 3);
      double error = train(vectors, n, dimension, options).meanSquaredError(vectors, n);
      assertThat(error).as("sub-spaces " + subspaces).isLessThan(before);
      before = error;
      double seeded =
          train(vectors, n, dimension, options.withIterations(0)).meanSquaredError(vectors, n);
      assertThat(error).as("sub-spaces " + subspaces).isLessThan(seeded);
    }
    double fewer =
        train(vectors, n, dimension, TrainingOptions.of(8, 3).withCentroids(16))
            .meanSquaredError(vectors, n);
    assertThat(train(vectors, n, dimension, TrainingOptions.of(8, 3)).meanSquaredError(vectors, n))
        .isLessThan(fewer);
  }

  private static ProductQuantizer train(
      float[] vectors, int n, int dimension, TrainingOptions options) {
    return ProductQuantizer.train(vectors, n, dimension, options);
  }

  /**
   * Lloyd-Max values for a standard normal variable, Max (IRE Trans. Inf. Theory, 1960), table I.
   */
  @Test
  void scalarQuantisationOfANormalVariableReachesTheOptimum() {
    int n = 60_000;
    float[] values = Samples.gaussian(new Random(23), n);
    double[][] known = {{2, 0.3634}, {4, 0.1175}, {8, 0.03454}, {16, 0.009497}};
    for (double[] row : known) {
      TrainingOptions options =
          TrainingOptions.of(1, 5).withCentroids((int) row[0]).withIterations(400);
      assertThat(train(values, n, 1, options).meanSquaredError(values, n))
          .as("centroids " + row[0])
          .isBetween(0.97 * row[1], 1.05 * row[1]);
    }
  }

  @Test
  void encodingFindsTheNearestCentroidOfEverySubspace() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int dimension = 11;
    float[] vectors = Samples.gaussian(random, 2_000 * dimension);
    // Uneven: 11 = 3 + 3 + 3 + 2.
    ProductQuantizer quantizer =
        train(vectors, 2_000, dimension, TrainingOptions.of(4, seed).withCentroids(99));
    assertThat(quantizer.start(0)).isZero();
    assertThat(quantizer.start(3)).isEqualTo(9);
    assertThat(quantizer.start(4)).isEqualTo(11);
    float[] fresh = Samples.gaussian(random, 300 * dimension);
    byte[] codes = codes(quantizer, fresh, 300);
    float[] centroid = new float[3];
    for (int i = 0; i < 300; i++) {
      for (int c = 0; c < 4; c++) {
        int start = quantizer.start(c);
        int width = quantizer.start(c + 1) - start;
        double best = Double.POSITIVE_INFINITY;
        double chosen = Double.NaN;
        for (int slot = 0; slot < 99; slot++) {
          quantizer.copyCentroid(c, slot, centroid, 0);
          double distance = 0;
          for (int d = 0; d < width; d++) {
            double x = (double) fresh[i * dimension + start + d] - centroid[d];
            distance += x * x;
          }
          best = Math.min(best, distance);
          if (slot == (codes[i * 4 + c] & 0xFF)) {
            chosen = distance;
          }
        }
        assertThat(chosen).as("seed " + seed).isLessThanOrEqualTo(best * (1 + 1e-5) + 1e-9);
      }
    }
  }

  @Test
  void sameSeedSameQuantiserOnAnyNumberOfThreads() {
    int n = 1_500;
    float[] vectors = Samples.gaussian(new Random(29), n * 20);
    TrainingOptions options = TrainingOptions.of(6, 41).withIterations(6).withSample(1_000);
    byte[] one = codes(train(vectors, n, 20, options), vectors, n);
    for (int threads : new int[] {2, 3, 16}) {
      assertThat(codes(train(vectors, n, 20, options.withThreads(threads)), vectors, n))
          .as("threads " + threads)
          .isEqualTo(one);
    }
    TrainingOptions other = TrainingOptions.of(6, 42).withIterations(6).withSample(1_000);
    assertThat(codes(train(vectors, n, 20, other), vectors, n)).isNotEqualTo(one);
  }

  @Test
  void repairsEmptyClusters() {
    // 1,000 copies of a point and 40 far ones: Lloyd's steps alone strand centroids between them.
    Random random = new Random(31);
    int n = 1_040;
    float[] vectors = new float[n * 2];
    for (int i = 1_000; i < n; i++) {
      vectors[2 * i] = 50 + 10 * random.nextFloat();
      vectors[2 * i + 1] = 10 * random.nextFloat();
    }
    ProductQuantizer quantizer = train(vectors, n, 2, TrainingOptions.of(1, 1).withCentroids(20));
    Set256 used = new Set256();
    for (byte code : codes(quantizer, vectors, n)) {
      used.add(code);
    }
    assertThat(used.size()).isEqualTo(20);
  }

  private static final class Set256 {
    private final boolean[] seen = new boolean[256];

    void add(byte code) {
      seen[code & 0xFF] = true;
    }

    int size() {
      int n = 0;
      for (boolean s : seen) {
        n += s ? 1 : 0;
      }
      return n;
    }
  }

  @Test
  void staysFiniteOnZeroVectorsAndDuplicates() {
    float[] zeros = new float[500 * 8];
    for (boolean reserve : new boolean[] {false, true}) {
      ProductQuantizer quantizer =
          train(zeros, 500, 8, TrainingOptions.of(3, 1).withReserveZero(reserve));
      assertThat(codes(quantizer, zeros, 500)).containsOnly((byte) 0);
      assertThat(quantizer.meanSquaredError(zeros, 500)).isZero();
      float[] far = {1, 2, 3, 4, 5, 6, 7, 8};
      float[] decoded = new float[8];
      byte[] code = new byte[3];
      quantizer.encode(far, 0, code, 0);
      quantizer.decode(code, 0, decoded, 0);
      assertThat(decoded).containsOnly(0f);
    }
  }

  @Test
  void reservedSlotIsTheZeroVector() {
    int n = 900;
    float[] vectors = Samples.gaussian(new Random(37), n * 9);
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] += 5;
    }
    ProductQuantizer quantizer =
        train(vectors, n, 9, TrainingOptions.of(2, 1).withReserveZero(true));
    float[] decoded = new float[9];
    quantizer.decode(new byte[2], 0, decoded, 0);
    assertThat(decoded).containsOnly(0f);
    // The slot costs next to nothing: the others serve the vectors.
    double with = quantizer.meanSquaredError(vectors, n);
    double without = train(vectors, n, 9, TrainingOptions.of(2, 1)).meanSquaredError(vectors, n);
    assertThat(with).isLessThan(1.05 * without);
  }

  @Test
  void rebuildsFromItsCentroids() {
    int n = 700;
    float[] vectors = Samples.gaussian(new Random(43), n * 7);
    ProductQuantizer quantizer =
        train(vectors, n, 7, TrainingOptions.of(3, 1).withCentroids(40).withReserveZero(true));
    float[] values = new float[40 * 7];
    int at = 0;
    for (int c = 0; c < 3; c++) {
      for (int slot = 0; slot < 40; slot++) {
        quantizer.copyCentroid(c, slot, values, at);
        at += quantizer.start(c + 1) - quantizer.start(c);
      }
    }
    ProductQuantizer again = ProductQuantizer.of(7, 3, 40, true, 0, values);
    assertThat(codes(again, vectors, n)).isEqualTo(codes(quantizer, vectors, n));
    values[0] = 1;
    assertRefused(
        () -> ProductQuantizer.of(7, 3, 40, true, 0, values),
        "slot 0 of sub-space 0 holds 1.0: expected the zero vector");
  }

  @Test
  void refusesBadInputWithTheValues() {
    float[] vectors = new float[20];
    assertRefused(
        () -> train(vectors, 3, 10, TrainingOptions.of(2, 1)),
        "training set of 3 x 10 in an array of 20");
    assertRefused(() -> train(vectors, 0, 10, TrainingOptions.of(2, 1)), "0 x 10");
    assertRefused(
        () -> train(vectors, 2, 10, TrainingOptions.of(11, 1)),
        "subcodes is 11: expected at most the dimension, 10");
    assertRefused(() -> TrainingOptions.of(0, 1), "subcodes is 0");
    assertRefused(() -> TrainingOptions.of(1, 1).withCentroids(257), "centroids is 257");
    assertRefused(
        () -> TrainingOptions.of(1, 1).withCentroids(1).withReserveZero(true),
        "centroids is 1: expected 2 to 256");
    ProductQuantizer quantizer = train(vectors, 2, 10, TrainingOptions.of(2, 1));
    assertRefused(
        () -> quantizer.encode(new float[9], 0, new byte[2], 0),
        "vector has 9 elements: 10 from 0 do not fit");
    vectors[13] = Float.NaN;
    assertRefused(
        () -> train(vectors, 2, 10, TrainingOptions.of(2, 1)),
        "training vector 1 holds NaN at 3: expected finite numbers");
    vectors[13] = Float.POSITIVE_INFINITY;
    assertRefused(
        () -> quantizer.encode(vectors, 10, new byte[2], 0), "vector holds Infinity at 3");
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatThrownBy(call::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
