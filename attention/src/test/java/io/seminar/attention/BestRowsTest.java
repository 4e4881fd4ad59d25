package io.seminar.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rows offered in any order come out as {@link TopK} has them. */
class BestRowsTest {

  @Test
  void keepsWhatTopKKeepsWhateverTheOrderOfOffers() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    BestRows best = new BestRows(70);
    TopK topK = new TopK(70);
    for (int round = 0; round < 2_000; round++) {
      int n = 1 + random.nextInt(400);
      int k = 1 + random.nextInt(70);
      int values = 1 + random.nextInt(50); // few: many ties
      float[] scores = new float[n];
      int[] order = new int[n];
      for (int i = 0; i < n; i++) {
        scores[i] = random.nextInt(values) - values / 2;
        scores[i] = random.nextInt(20) == 0 ? Float.NEGATIVE_INFINITY : scores[i];
        scores[i] = random.nextInt(20) == 0 ? -0f : scores[i];
        int j = random.nextInt(i + 1);
        order[i] = order[j];
        order[j] = i;
      }
      int[] expected = new int[70];
      int count = topK.select(scores, 0, n, k, expected, 0);
      best.start(k);
      int asked = random.nextInt(n);
      for (int i = 0; i < n; i++) {
        best.offer(scores[order[i]], order[i]);
        if (i == asked) {
          best.threshold();
        }
      }
      String what = "seed " + seed + ", round " + round;
      float threshold = n < k ? Float.NEGATIVE_INFINITY : scores[expected[k - 1]];
      assertThat(best.threshold()).as(what).isEqualTo(threshold + 0f);
      int[] found = new int[70];
      assertThat(best.take(found, 0)).as(what).isEqualTo(count);
      assertThat(found).as(what).isEqualTo(expected);
    }
  }

  @Test
  void refusesWhatHasNoOrder() {
    BestRows best = new BestRows(3);
    assertThatThrownBy(() -> best.offer(Float.NaN, 7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("score of row 7 is NaN");
    assertThatThrownBy(() -> best.start(4)).hasMessage("k is 4: expected 1 to 3");
  }
}
