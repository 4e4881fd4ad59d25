package io.seminar.attention.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seminar.attention.Samples;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RotatedQuantizerTest {

  private static void assertOrthogonal(float[] rotation, int d, String as) {
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        double product = 0;
        for (int k = 0; k < d; k++) {
          product += (double) rotation[i * d + k] * rotation[j * d + k];
        }
        assertThat(product).as(as).isCloseTo(i == j ? 1 : 0, within(1e-6));
      }
    }
  }

  @Test
  void theRotationIsOneEvenWhereVectorsSpanFewDirections() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int d : new int[] {1, 2, 5, 24}) {
      for (int n : new int[] {1, 3, 400}) {
        float[] vectors = Samples.gaussian(random, n * d);
        for (int i = 0; i < n * d; i++) {
          // Every third element is zero in all vectors.
          vectors[i] = i % d % 3 == 2 ? 0 : vectors[i] * (1 + i % d);
        }
        RotatedQuantizer quantizer =
            RotatedQuantizer.train(
                vectors, n, d, TrainingOptions.of((d + 2) / 3, seed).withCentroids(16));
        assertOrthogonal(quantizer.rotation(), d, "seed " + seed + ", D " + d + ", n " + n);
      }
    }
    assertOrthogonal(
        RotatedQuantizer.train(new float[40], 4, 10, TrainingOptions.of(3, 1)).rotation(), 10, "");
  }

  /**
   * Pairs of equal elements that stand in different sub-spaces: one rotation puts each pair's sum
   * into one axis and leaves the other empty, so half the sub-space is free.
   */
  @Test
  void findsTheRotationThatSavesHalfOfTheDirections() {
    int n = 3_000;
    int d = 16;
    float[] half = Samples.gaussian(new Random(3), n * d / 2);
    float[] vectors = new float[n * d];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < d / 2; k++) {
        vectors[i * d + k] = half[i * d / 2 + k];
        vectors[i * d + d / 2 + k] = half[i * d / 2 + k];
      }
    }
    TrainingOptions options = TrainingOptions.of(8, 5).withCentroids(16);
    double plain = ProductQuantizer.train(vectors, n, d, options).meanSquaredError(vectors, n);
    double rotated = RotatedQuantizer.train(vectors, n, d, options).meanSquaredError(vectors, n);
    // Eight independent variables of variance 2, 16 levels each: Max (1960), table I.
    double known = 8 * 2 * 0.009497;
    assertThat(rotated).isBetween(0.8 * known, 1.25 * known);
    assertThat(plain).isGreaterThan(8 * known);
  }

  @Test
  void neverMuchWorseThanWithoutRotation() {
    int n = 2_000;
    float[] vectors = Samples.gaussian(new Random(9), n * 20);
    for (int centroids : new int[] {16, 256}) {
      TrainingOptions options = TrainingOptions.of(5, 5).withCentroids(centroids);
      double plain = ProductQuantizer.train(vectors, n, 20, options).meanSquaredError(vectors, n);
      assertThat(RotatedQuantizer.train(vectors, n, 20, options).meanSquaredError(vectors, n))
          .isLessThan(1.03 * plain);
    }
  }

  @Test
  void rebuildsFromItsParts() {
    float[] vectors = Samples.gaussian(new Random(11), 300 * 6);
    RotatedQuantizer quantizer =
        RotatedQuantizer.train(vectors, 300, 6, TrainingOptions.of(2, 1).withCentroids(16));
    RotatedQuantizer again = RotatedQuantizer.of(quantizer.rotation(), quantizer.rotated());
    byte[] expected = new byte[600];
    byte[] found = new byte[600];
    quantizer.encodeAll(vectors, 300, expected);
    again.encodeAll(vectors, 300, found);
    assertThat(found).isEqualTo(expected);
    float[] skew = quantizer.rotation();
    skew[7] += 0.1f;
    assertThatThrownBy(() -> RotatedQuantizer.of(skew, quantizer.rotated()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of a rotation have the product");
    assertThatThrownBy(() -> RotatedQuantizer.of(new float[35], quantizer.rotated()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a rotation of 35 floats: expected 6 x 6");
  }

  /** Singular values of a matrix that is made of known ones, and its nearest orthogonal matrix. */
  @Test
  void jacobiFindsSingularValuesAndTheNearestOrthogonalMatrix() {
    int n = 12;
    double[][] u = orthogonal(new Random(1), n);
    double[][] v = orthogonal(new Random(2), n);
    double[][] a = new double[n][n];
    double[] known = new double[n];
    for (int k = 0; k < n; k++) {
      known[k] = Math.pow(10, -k / 2.0);
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          a[i][j] += known[k] * u[k][i] * v[k][j];
        }
      }
    }
    JacobiRotation jacobi = new JacobiRotation(a);
    double[] lengths = new double[n];
    for (int i = 0; i < n; i++) {
      lengths[i] = jacobi.length(i);
    }
    Arrays.sort(lengths);
    for (int k = 0; k < n; k++) {
      assertThat(lengths[n - 1 - k]).isCloseTo(known[k], within(1e-12));
    }
    double[][] nearest = jacobi.nearestOrthogonal();
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double expected = 0;
        for (int k = 0; k < n; k++) {
          expected += u[k][i] * v[k][j];
        }
        assertThat(nearest[i][j]).isCloseTo(expected, within(1e-8));
      }
    }
  }

  /** Gram-Schmidt, twice, on normal rows. */
  private static double[][] orthogonal(Random random, int n) {
    double[][] rows = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < n; d++) {
        rows[i][d] = random.nextGaussian();
      }
      for (int pass = 0; pass < 2; pass++) {
        for (int j = 0; j < i; j++) {
          double product = 0;
          for (int d = 0; d < n; d++) {
            product += rows[i][d] * rows[j][d];
          }
          for (int d = 0; d < n; d++) {
            rows[i][d] -= product * rows[j][d];
          }
        }
      }
      double square = Arrays.stream(rows[i]).map(x -> x * x).sum();
      for (int d = 0; d < n; d++) {
        rows[i][d] /= Math.sqrt(square);
      }
    }
    return rows;
  }
}
