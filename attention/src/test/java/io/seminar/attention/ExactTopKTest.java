package io.seminar.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** One pass chooses what all scores and a selection choose, to the bit and the tie. */
class ExactTopKTest {

  @Test
  void choosesWhatScoresAndSelectionChoose() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int[] lengths = {0, 1, 2, 15, 16, 17, 31, 33, 1_000, 4_097, 70_001};
    ExactTopK search = new ExactTopK(32, 600);
    for (int b : new int[] {1, 3, 4, 16, 32}) {
      for (int length : lengths) {
        int dimension = 1 + random.nextInt(length > 5_000 ? 8 : 70);
        int k = 1 + random.nextInt(random.nextInt(4) == 0 ? 600 : 60);
        boolean coarse = random.nextBoolean(); // few distinct scores: many ties
        String sizes = "seed " + seed + ", B " + b + ", L " + length + ", D " + dimension;
        float[] targets = sample(random, b * dimension, coarse);
        float[] rows = sample(random, length * dimension, coarse);
        float[] scores = new float[b * length];
        AttentionKernels.scores(targets, b, rows, length, dimension, scores, length);
        search.search(targets, b, rows, length, dimension, k);
        TopK topK = new TopK(600);
        for (int i = 0; i < b; i++) {
          int[] expected = new int[k];
          int[] found = new int[k + 2];
          int n = topK.select(scores, i * length, length, k, expected, 0);
          float[] kept = new float[k + 1];
          assertThat(search.take(i, found, 1, kept, 1)).as(sizes).isEqualTo(n);
          for (int j = 0; j < n; j++) {
            assertThat(kept[j + 1]).as(sizes).isEqualTo(scores[i * length + expected[j]]);
          }
          assertThat(Arrays.copyOfRange(found, 1, k + 1)).as(sizes).isEqualTo(expected);
        }
      }
    }
  }

  private static float[] sample(Random random, int n, boolean coarse) {
    float[] values = Samples.gaussian(random, n);
    for (int i = 0; coarse && i < n; i++) {
      values[i] = Math.round(values[i]);
    }
    return values;
  }

  @Test
  void refusesWhatDoesNotFit() {
    ExactTopK search = new ExactTopK(2, 5);
    assertThatThrownBy(() -> search.search(new float[9], 3, new float[9], 3, 3, 5))
        .hasMessageContaining("3 targets");
    assertThatThrownBy(() -> search.search(new float[3], 1, new float[9], 4, 3, 5))
        .hasMessageContaining("rows has 9 floats");
    assertThatThrownBy(() -> search.search(new float[3], 1, new float[9], 3, 3, 6))
        .hasMessageContaining("k is 6");
    assertThatThrownBy(() -> new ExactTopK(65, 1)).hasMessageContaining("65 targets");
  }
}
