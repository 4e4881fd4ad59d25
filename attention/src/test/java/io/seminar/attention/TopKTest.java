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

  /**
   * The whole sequence sorted by score, tie score, recency: the definition, by a library's sort.
   */
  private static int[] oracle(float[] scores, int offset, int length, int k, float[] ties, int at) {
    IntToDoubleFunction score = i -> scores[offset + i] + 0.0;
    IntToDoubleFunction tie = i -> ties == null ? 0 : ties[at + i] + 0.0;
    Comparator<Integer> order =
        Comparator.<Integer>comparingDouble(i -> -score.applyAsDouble(i))
            .thenComparingDouble(i -> -tie.applyAsDouble(i))
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
      float[] ties = round % 3 == 0 ? sample(random, length + 2, random.nextInt(8)) : null;
      int[] out = new int[3 + k];
      Arrays.fill(out, -7);
      TopK topK = new TopK(maxK);
      int n = topK.select(scores, offset, length, k, ties, ties == null ? 0 : 2, out, 3);
      String sizes = "seed " + seed + ", round " + round + ", L " + length + ", K " + k;
      int[] expected = oracle(scores, offset, length, k, ties, 2);
      assertThat(n).as(sizes).isEqualTo(Math.min(k, length));
      assertThat(Arrays.copyOfRange(out, 3, 3 + n)).as(sizes).isEqualTo(expected);
      assertThat(Arrays.copyOf(out, 3)).as(sizes).containsOnly(-7);
      // A second call on the same instance is not disturbed by the first.
      assertThat(topK.select(scores, offset, length, k, ties, ties == null ? 0 : 2, out, 3))
          .as(sizes)
          .isEqualTo(n);
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
  void equalScoresGoByTieScoreThenRecency() {
    float[] scores = {5, 1, 5, 5, 5};
    float[] ties = {2, 0, 1, 2, 3};
    int[] out = new int[4];
    new TopK(4).select(scores, 0, 5, 4, out, 0);
    assertThat(out).containsExactly(4, 3, 2, 0);
    new TopK(4).select(scores, 0, 5, 4, ties, 0, out, 0);
    assertThat(out).containsExactly(4, 3, 0, 2);
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
            .hasMessage("score " + at + " of " + length + " is NaN");
      }
    }
    assertThatThrownBy(
            () ->
                new TopK(2)
                    .select(
                        new float[] {1, 1}, 0, 2, 2, new float[] {0, Float.NaN}, 0, new int[2], 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tie score 1 is NaN");
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
    assertThatThrownBy(() -> topK.select(scores, 0, 9, 5, new float[8], 0, new int[5], 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tieScores has 8 elements: 9 from 0 do not fit");
    assertThatThrownBy(() -> new TopK(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxK is 0");
  }
}
