package io.seminar.attention.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seminar.attention.Samples;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnisotropicLossTest {

  private static final int N = 1_500;
  private static final int D = 24;
  private static final float T = 0.4f;

  private static float[] vectors() {
    float[] vectors = Samples.gaussian(new Random(5), N * D);
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] *= 1 + i % D / 8;
    }
    return vectors;
  }

  private static TrainingOptions options(float threshold) {
    return TrainingOptions.of(6, 3).withCentroids(16).withThreshold(threshold);
  }

  /** Mean of |r|², <r, x>² / |x|², and of what the loss makes of them, in double. */
  private static double[] errors(Quantizer quantizer, float[] vectors, double threshold) {
    double eta = (D - 1) * threshold * threshold / (1 - threshold * threshold);
    byte[] code = new byte[quantizer.subcodes()];
    float[] decoded = new float[D];
    double all = 0;
    double along = 0;
    for (int i = 0; i < N; i++) {
      quantizer.encode(vectors, i * D, code, 0);
      quantizer.decode(code, 0, decoded, 0);
      double product = 0;
      double square = 0;
      for (int d = 0; d < D; d++) {
        double x = vectors[i * D + d];
        double r = x - decoded[d];
        all += r * r;
        product += r * x;
        square += x * x;
      }
      along += product * product / square;
    }
    return new double[] {all / N, along / N, (all + (eta - 1) * along) / N};
  }

  @Test
  void trainingAndEncodingLowerTheLossAndTradeErrorAcrossForErrorAlong() {
    float[] vectors = vectors();
    double[] plain = errors(ProductQuantizer.train(vectors, N, D, options(0)), vectors, T);
    double[] trained = errors(ProductQuantizer.train(vectors, N, D, options(T)), vectors, T);
    assertThat(trained[2]).isLessThan(0.85 * plain[2]);
    assertThat(trained[1]).isLessThan(0.5 * plain[1]);
    assertThat(trained[0]).isGreaterThan(plain[0]);
    double[] rotatedPlain = errors(RotatedQuantizer.train(vectors, N, D, options(0)), vectors, T);
    double[] rotated = errors(RotatedQuantizer.train(vectors, N, D, options(T)), vectors, T);
    assertThat(rotated[2]).isLessThan(0.85 * rotatedPlain[2]);
    // The centroids too are better for this loss than those of k-means, with the same search.
    ProductQuantizer means = ProductQuantizer.train(vectors, N, D, options(0));
    ProductQuantizer searched =
        ProductQuantizer.of(D, 6, means.centroids(), false, T, means.values());
    assertThat(trained[2]).isLessThan(0.99 * errors(searched, vectors, T)[2]);
    assertThat(errors(searched, vectors, T)[2]).isLessThan(plain[2]);
  }

  /** All 4³ codes of small quantisers: the search finds the best one, or one next to it. */
  @Test
  void theSearchIsHardlyEverWorseThanEnumeration() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    float[] vectors = Samples.gaussian(random, 200 * 6);
    ProductQuantizer quantizer =
        ProductQuantizer.train(
            vectors,
            200,
            6,
            TrainingOptions.of(3, 1).withCentroids(4).withIterations(5).withThreshold(0.7f));
    double eta = 5 * 0.49 / 0.51;
    byte[] code = new byte[3];
    float[] decoded = new float[6];
    int best = 0;
    double excess = 0;
    for (int i = 0; i < 200; i++) {
      quantizer.encode(vectors, i * 6, code, 0);
      quantizer.decode(code, 0, decoded, 0);
      double found = loss(vectors, i * 6, decoded, eta);
      double least = Double.POSITIVE_INFINITY;
      for (int all = 0; all < 64; all++) {
        byte[] other = {(byte) (all & 3), (byte) (all >> 2 & 3), (byte) (all >> 4)};
        quantizer.decode(other, 0, decoded, 0);
        least = Math.min(least, loss(vectors, i * 6, decoded, eta));
      }
      assertThat(found).as("seed " + seed).isGreaterThanOrEqualTo(least - 1e-6);
      best += found < least * (1 + 1e-4) + 1e-6 ? 1 : 0;
      excess += found / least - 1;
    }
    assertThat(best).as("seed " + seed).isGreaterThan(140);
    assertThat(excess / 200).as("seed " + seed).isLessThan(0.1);
  }

  private static double loss(float[] x, int offset, float[] decoded, double eta) {
    double all = 0;
    double product = 0;
    double square = 0;
    for (int d = 0; d < decoded.length; d++) {
      double r = (double) x[offset + d] - decoded[d];
      all += r * r;
      product += r * x[offset + d];
      square += (double) x[offset + d] * x[offset + d];
    }
    return all + (eta - 1) * product * product / square;
  }

  @Test
  void aSmallThresholdChangesNothing() {
    float[] vectors = vectors();
    // η = 23 · 0.01 / 0.99 is below 1: no error counts more than another.
    assertThat(ProductQuantizer.train(vectors, N, D, options(0.1f)).values())
        .isEqualTo(ProductQuantizer.train(vectors, N, D, options(0)).values());
    assertThat(AnisotropicLoss.extra(0.2f, 101)).isCloseTo(100 * 0.04f / 0.96f - 1, within(1e-5f));
    assertThat(AnisotropicLoss.extra(0, 101)).isZero();
  }

  @Test
  void refusesThresholdsThatAreNoShare() {
    for (float wrong : new float[] {-0.1f, 1, Float.NaN}) {
      assertThatThrownBy(() -> options(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("threshold is " + wrong + ": expected 0 to below 1");
    }
    assertThatThrownBy(() -> ResidualQuantizer.train(vectors(), N, D, options(0.5f)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("residual quantisation has no anisotropic training");
  }
}
