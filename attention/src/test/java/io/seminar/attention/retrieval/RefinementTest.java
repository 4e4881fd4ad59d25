package io.seminar.attention.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.Samples;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RefinementTest {

  @Test
  void keepsTheBestOfTheCandidatesByExactScoreThenRecency() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      int d = 1 + random.nextInt(70);
      int length = 1 + random.nextInt(200);
      float[] keys = Samples.gaussian(random, length * d);
      for (int copies = random.nextInt(length); copies > 0; copies--) {
        System.arraycopy(
            keys, random.nextInt(length) * d, keys, random.nextInt(length) * d, d); // ties
      }
      float[] queries = Samples.gaussian(random, 2 * d);
      int n = random.nextInt(length + 1);
      int[] candidates = new int[length];
      for (int i = 0; i < length; i++) {
        int j = random.nextInt(i + 1);
        candidates[i] = candidates[j];
        candidates[j] = i;
      }
      if (random.nextBoolean()) {
        Arrays.sort(candidates, 0, n);
      }
      int k = 1 + random.nextInt(60);
      float[] scores = new float[2 * length];
      AttentionKernels.scores(queries, 2, keys, length, d, scores, length);
      int[] expected =
          Arrays.stream(candidates, 0, n)
              .boxed()
              .sorted(
                  (x, y) -> {
                    int byScore = Float.compare(scores[length + y], scores[length + x]);
                    return byScore != 0 ? byScore : y - x;
                  })
              .limit(k)
              .mapToInt(Integer::intValue)
              .toArray();
      Cost cost = new Cost(false);
      int kept =
          new Refinement(length, 60)
              .refine(queries, d, keys, d, candidates, n, k, candidates, cost);
      assertThat(Arrays.copyOf(candidates, kept)).as("seed " + seed).isEqualTo(expected);
      assertThat(cost.reranked()).isEqualTo(n);
      assertThat(cost.bytesRead()).isEqualTo(4L * n * d);
    }
  }

  @Test
  void refusesMoreCandidatesThanItWasMadeFor() {
    assertThatThrownBy(
            () ->
                new Refinement(2, 1)
                    .refine(new float[1], 0, new float[3], 1, new int[3], 3, 1, new int[1], null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 candidates: expected at most 2");
  }
}
