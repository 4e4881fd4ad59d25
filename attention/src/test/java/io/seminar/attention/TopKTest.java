package io.seminar.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopKTest {

  /** The whole sequence sorted by score, then recency: the definition, by a library's sort. */
  private static int[] oracle(float[] scores, int offset, int length, int k) {
    IntToDoubleFunction score = i -> scores[offset + i] + 0.0;
    Comparator<Integer> order =
        Comparator.<Integer>comparingDouble(i -> -score.applyAsDouble(i))
            .thenComparing(Comparator.reverseOrder());
    return IntStream.range(0, length)
        .boxed()
        .sorted(order)
        .limit(k)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static float[] sample(Random random, int n, int kind) {
    float[] scores = Samples.gaussian(random, n);
    for (int i = 0; i < n; i++) {
      switch (kind) {
        case 0:
          break;
        case 1: // few distinct values, as Hamming distances have
          scores[i] = Math.round(3 * scores[i]);
          break;
        case 2: // all equal
          scores[i] = 0.25f;
          break;
        case 3: // rising
          scores[i] = i;
          break;
        case 4: // falling
          scores[i] = -i;
          break;
        case 5: // mostly masked
          scores[i] = random.nextInt(20) == 0 ? scores[i] : Float.NEGATIVE_INFINITY;
          break;
        case 6: // zeros of both signs
          scores[i] = random.nextBoolean() ? 0f : -0f;
          break;
        default: // period of the groups
          scores[i] = i % 128 == 5 ? 9 : scores[i];
      }
    }
    return scores;
  }

  @Test
  void equalsAFullSortOnEveryKindOfScores() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 600; round++) {
      int kind = round % 8;
      int length = random.nextInt(round % 10 == 0 ? 20_000 : 2_500);
      int maxK = 1 + random.nextInt(round % 7 == 0 ? 900 : 120);
      int k = random.nextInt(maxK + 1);
      int offset = random.nextInt(5);
      float[] scores = sample(random, offset + length, kind);
      int[] out = new int[3 + k];
      Arrays.fill(out, -7);
      TopK topK = new TopK(maxK);
      int n = topK.select(scores, offset, length, k, out, 3);
      String sizes = "seed " + seed + ", round " + round + ", L " + length + ", K " + k;
      int[] expected = oracle(scores, offset, length, k);
      assertThat(n).as(sizes).isEqualTo(Math.min(k, length));
      assertThat(Arrays.copyOfRange(out, 3, 3 + n)).as(sizes).isEqualTo(expected);
      assertThat(Arrays.copyOf(out, 3)).as(sizes).containsOnly(-7);
      // A second call on the same instance is not disturbed by the first.
      assertThat(topK.select(scores, offset, length, k, out, 3)).as(sizes).isEqualTo(n);
      assertThat(Arrays.copyOfRange(out, 3, 3 + n)).as(sizes).isEqualTo(expected);
      // In parts of any sizes it is the same choice.
      topK.begin(k);
      for (int from = 0; from < length; ) {
        int part = Math.min(length - from, random.nextInt(1_500));
        topK.offer(scores, offset + from, part, from);
        from += part;
      }
      assertThat(topK.finish(out, 3)).as(sizes).isEqualTo(n);
      assertThat(Arrays.copyOfRange(out, 3, 3 + n)).as(sizes).isEqualTo(expected);
    }
  }

  @Test
  void fewerScoresThanKGivesThemAll() {
    int[] out = new int[10];
    assertThat(new TopK(10).select(new float[] {1, 3, 2}, 0, 3, 10, out, 0)).isEqualTo(3);
    assertThat(Arrays.copyOf(out, 3)).containsExactly(1, 2, 0);
    assertThat(new TopK(10).select(new float[0], 0, 0, 10, out, 0)).isZero();
  }

  @Test
  void equalScoresGoByRecency() {
    float[] scores = {5, 1, 5, 5, 5};
    int[] out = new int[4];
    new TopK(4).select(scores, 0, 5, 4, out, 0);
    assertThat(out).containsExactly(4, 3, 2, 0);
  }

  @Test
  void refusesNaNWhereverItStands() {
    Random random = new Random(11);
    for (int length : new int[] {1, 10, 127, 128, 1_000, 5_001}) {
      for (int round = 0; round < 20; round++) {
        float[] scores = Samples.gaussian(random, length);
        int at = random.nextInt(length);
        scores[at] = Float.NaN;
        assertThatThrownBy(() -> new TopK(50).select(scores, 0, length, 50, new int[50], 0))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("score " + at + " is NaN: expected numbers, or infinity");
      }
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    TopK topK = new TopK(5);
    float[] scores = new float[9];
    assertThatThrownBy(() -> topK.select(scores, 2, 8, 3, new int[3], 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("scores has 9 elements: 8 from 2 do not fit");
    assertThatThrownBy(() -> topK.select(scores, 0, 9, 6, new int[6], 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("k is 6: expected 0 to 5");
    assertThatThrownBy(() -> topK.select(scores, 0, 9, 5, new int[5], 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("out has 5 elements: 5 from 1 do not fit");
    assertThatThrownBy(() -> new TopK(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxK is 0");
  }
}
