package io.seminar.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Our exact attention against an engine that we did not write. Runs in the bench profile. */
class TorchAgreementTest {

  private static final int K = 50;

  @Test
  void scoresTopKAndAttentionAreThoseOfPyTorch() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      int b = 1 + random.nextInt(35);
      int length = K + random.nextInt(4_000);
      int dimension = 1 + random.nextInt(300);
      String sizes = "seed " + seed + ", B " + b + ", L " + length + ", D " + dimension;
      float[] targets = Samples.gaussian(random, b * dimension);
      float[] rows = Samples.gaussian(random, length * dimension);
      float[] scores = new float[b * length];
      float[] out = new float[b * dimension];
      double[] logSumExp = new double[b];
      AttentionKernels.scores(targets, b, rows, length, dimension, scores, length);
      float temperature = (float) Math.sqrt(dimension);
      AttentionKernels.attendAll(
          scores, b, length, length, temperature, rows, dimension, out, logSumExp);
      try (Torch torch = new Torch(targets, b, rows, length, dimension);
          NDArray torchScores = torch.scores();
          NDArray torchOut = torch.attend(torchScores, temperature);
          NDList torchTop = torch.top(K)) {
        float[] theirs = torchScores.toFloatArray();
        float scale = (float) Math.sqrt(dimension);
        for (int i = 0; i < scores.length; i++) {
          // Relative to the spread of the scores: a score near zero is a sum of large terms.
          assertThat(scores[i]).as(sizes).isCloseTo(theirs[i], within(1e-4f * scale));
        }
        float[] theirOut = torchOut.toFloatArray();
        for (int i = 0; i < out.length; i++) {
          assertThat(out[i]).as(sizes).isCloseTo(theirOut[i], within(1e-4f));
        }
        long[] theirTop = torchTop.get(1).toLongArray();
        TopK topK = new TopK(K);
        int[] kept = new int[K];
        for (int i = 0; i < b; i++) {
          topK.select(scores, i * length, length, K, kept, 0);
          for (int j = 0; j < K; j++) {
            // Rank by rank the same behaviour, or one whose score is the same at this tolerance.
            assertThat(scores[i * length + kept[j]])
                .as(sizes)
                .isCloseTo(
                    scores[i * length + (int) theirTop[i * K + j]], within(1e-4f * scale));
          }
        }
      }
    }
  }
}
