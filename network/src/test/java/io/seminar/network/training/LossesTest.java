package io.seminar.network.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LossesTest {
  private static final int N = 24;
  private static final int D = 8;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");

  @AfterEach
  void close() {
    manager.close();
  }

  private float[] gaussian(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float[] ones(int n) {
    float[] ones = new float[n];
    Arrays.fill(ones, 1);
    return ones;
  }

  private double alignment(float[] a, float[] b, float[] both, double temperature) {
    NDArray loss =
        Losses.alignment(
            manager.create(a, new Shape(N, D)),
            manager.create(b, new Shape(N, D)),
            manager.create(both),
            temperature);
    return loss.toFloatArray()[0];
  }

  /** Loops over the definition, in double. */
  private static double alignmentByDefinition(
      float[] a, float[] b, float[] both, double temperature) {
    double sum = 0;
    int n = 0;
    for (int i = 0; i < N; i++) {
      if (both[i] > 0) {
        double forward = 0;
        double backward = 0;
        for (int j = 0; j < N; j++) {
          if (both[j] > 0) {
            forward += Math.exp(cosine(a, i, b, j) / temperature);
            backward += Math.exp(cosine(a, j, b, i) / temperature);
          }
        }
        double right = Math.exp(cosine(a, i, b, i) / temperature);
        sum -= (Math.log(right / forward) + Math.log(right / backward)) / 2;
        n++;
      }
    }
    return sum / n;
  }

  private static double cosine(float[] a, int i, float[] b, int j) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int k = 0; k < D; k++) {
      dot += a[i * D + k] * b[j * D + k];
      aa += a[i * D + k] * a[i * D + k];
      bb += b[j * D + k] * b[j * D + k];
    }
    return dot / Math.sqrt(aa * bb);
  }

  @Test
  void alignmentIsItsDefinition() {
    for (double temperature : new double[] {0.05, 0.3, 1}) {
      float[] a = gaussian(N * D);
      float[] b = gaussian(N * D);
      float[] both = ones(N);
      for (int i = 0; i < N; i += 1 + random.nextInt(4)) {
        both[i] = 0;
      }
      double expected = alignmentByDefinition(a, b, both, temperature);
      assertThat(alignment(a, b, both, temperature))
          .as("seed %d, temperature %s", seed, temperature)
          .isCloseTo(expected, within(1e-4 * expected));
    }
  }

  @Test
  void alignedViewsHaveAMuchSmallerLossThanShuffledOnesSoTheTargetsAreNotUniform() {
    float[] a = gaussian(N * D);
    float[] near = a.clone();
    float[] shuffled = new float[N * D];
    for (int i = 0; i < N * D; i++) {
      near[i] += (float) (0.1 * random.nextGaussian());
      shuffled[(i + D) % (N * D)] = near[i];
    }
    double aligned = alignment(a, near, ones(N), 0.1);
    assertThat(aligned).as("seed %d", seed).isLessThan(0.5);
    assertThat(alignment(a, shuffled, ones(N), 0.1))
        .as("seed %d", seed)
        .isGreaterThan(Math.log(N))
        .isGreaterThan(10 * aligned);
  }

  @Test
  void unrelatedViewsHaveAboutTheLossOfAGuess() {
    double mean = 0;
    int rounds = 20;
    for (int round = 0; round < rounds; round++) {
      mean += alignment(gaussian(N * D), gaussian(N * D), ones(N), 2) / rounds;
    }
    assertThat(mean).as("seed %d", seed).isCloseTo(Math.log(N), within(0.1));
  }

  @Test
  void whatLacksAViewNeitherCompetesNorCounts() {
    float[] a = gaussian(N * D);
    float[] b = gaussian(N * D);
    float[] both = ones(N);
    both[0] = 0;
    both[7] = 0;
    double loss = alignment(a, b, both, 0.1);
    for (int j = 0; j < D; j++) {
      a[j] = b[j] = 100; // the best match of anything, if it were there
      a[7 * D + j] = 0; // no vector at all
      b[7 * D + j] = 0;
    }
    assertThat(alignment(a, b, both, 0.1)).isEqualTo(loss);
    assertThat(alignment(a, b, new float[N], 0.1)).isZero();
  }

  @Test
  void aCandidateThatMustNotCompeteDoesNotWhateverItsLogit() {
    float[] logits = gaussian(3 * 4);
    float[] allowed = ones(3 * 4);
    allowed[2] = 0;
    allowed[1] = 0; // the right one of the first row competes nevertheless
    double loss = contrastive(logits, new int[] {1, 0, 3}, allowed, ones(3));
    logits[2] = 1e4f;
    assertThat(contrastive(logits, new int[] {1, 0, 3}, allowed, ones(3))).isEqualTo(loss);
    double first = Math.exp(logits[0]) + Math.exp(logits[1]) + Math.exp(logits[3]);
    assertThat(contrastive(logits, new int[] {1, 0, 3}, allowed, new float[] {1, 0, 0}))
        .isCloseTo(Math.log(first) - logits[1], within(1e-5));
  }

  private double contrastive(float[] logits, int[] positive, float[] allowed, float[] rows) {
    return Losses.contrastive(
            manager.create(logits, new Shape(3, 4)),
            manager.create(Arrays.stream(positive).asLongStream().toArray()),
            manager.create(allowed, new Shape(3, 4)),
            manager.create(rows))
        .toFloatArray()[0];
  }

  @Test
  void crossEntropyIsItsDefinitionAndDoesNotOverflow() {
    float[] logits = {0.3f, -2, 1e4f, -1e4f, 5, Float.MAX_VALUE};
    float[] labels = {1, 0, 1, 0, 0, 0};
    float[] mask = {1, 1, 1, 1, 1, 0};
    double expected =
        (Math.log1p(Math.exp(-0.3f)) + Math.log1p(Math.exp(-2)) + Math.log1p(Math.exp(5))) / 5;
    assertThat((double) crossEntropy(logits, labels, mask)).isCloseTo(expected, within(1e-6));
    labels[3] = 1; // wrong, and sure of it: the loss is the distance
    assertThat((double) crossEntropy(logits, labels, mask))
        .isCloseTo(expected + 1e4 / 5, within(1e-2));
  }

  private float crossEntropy(float[] logits, float[] labels, float[] mask) {
    return Losses.crossEntropy(manager.create(logits), manager.create(labels), manager.create(mask))
        .toFloatArray()[0];
  }

  @Test
  void aZeroVectorHasNoDirectionAndAFiniteLength() {
    float[] x = gaussian(2 * D);
    Arrays.fill(x, 0, D, 0);
    float[] unit = Losses.unit(manager.create(x, new Shape(2, D))).toFloatArray();
    double length = 0;
    for (int j = 0; j < D; j++) {
      assertThat(unit[j]).isZero();
      length += unit[D + j] * unit[D + j];
    }
    assertThat(length).isCloseTo(1, within(1e-6));
  }
}
