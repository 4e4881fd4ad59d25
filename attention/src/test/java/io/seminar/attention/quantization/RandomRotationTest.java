package io.seminar.attention.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seminar.attention.Samples;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RandomRotationTest {

  @Test
  void innerProductsSurviveWithinTheStatedError() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int dimension : new int[] {1, 2, 3, 8, 16, 33, 64, 129}) {
      RandomRotation rotation = new RandomRotation(dimension, seed + dimension);
      float[] vectors = Samples.gaussian(random, 20 * dimension);
      float[] rotated = new float[vectors.length];
      rotation.apply(vectors, 20, rotated);
      assertThat(rotation.error()).isLessThan(1e-4);
      for (int i = 0; i < 20; i++) {
        for (int j = 0; j < 20; j++) {
          double bound =
              rotation.error()
                  * RotatedBlocks.norm(vectors, i * dimension, dimension)
                  * RotatedBlocks.norm(vectors, j * dimension, dimension);
          assertThat(dot(rotated, i, j, dimension))
              .as("seed " + seed + ", D " + dimension)
              .isCloseTo(dot(vectors, i, j, dimension), within(bound));
        }
      }
    }
  }

  @Test
  void directionsAreUniform() {
    // A fixed direction's first coordinate over 4,000 draws: mean 0, variance 1/D, kurtosis that of
    // the sphere, 3 D / (D + 2).
    int dimension = 6;
    int draws = 4_000;
    double sum = 0;
    double square = 0;
    double fourth = 0;
    float[] rotated = new float[dimension];
    for (int i = 0; i < draws; i++) {
      new RandomRotation(dimension, 1_000 + i).apply(new float[] {0, 0, 0, 1, 0, 0}, 1, rotated);
      double x = rotated[4];
      sum += x;
      square += x * x;
      fourth += x * x * x * x;
    }
    assertThat(sum / draws).isCloseTo(0, within(0.03));
    assertThat(square / draws * dimension).isCloseTo(1, within(0.08));
    assertThat(fourth / draws * dimension * dimension)
        .isCloseTo(3.0 * dimension / (dimension + 2), within(0.25));
  }

  @Test
  void aSeedIsARotation() {
    float[] x = {1, 2, 3, 4, 5};
    float[] first = new float[5];
    float[] again = new float[5];
    float[] other = new float[5];
    new RandomRotation(5, 11).apply(x, 1, first);
    new RandomRotation(5, 11).apply(x, 1, again);
    new RandomRotation(5, 12).apply(x, 1, other);
    assertThat(again).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
    assertThatThrownBy(() -> new RandomRotation(0, 1)).hasMessageContaining("dimension is 0");
  }

  private static double dot(float[] vectors, int i, int j, int dimension) {
    double sum = 0;
    for (int d = 0; d < dimension; d++) {
      sum += (double) vectors[i * dimension + d] * vectors[j * dimension + d];
    }
    return sum;
  }
}
