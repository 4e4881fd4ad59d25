package io.seminar.metrics.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetrievalRecallTest {

  /** By sorting everything and counting, over random sizes, offsets, cut-offs and heavy ties. */
  @Test
  void equalsSortingAndCounting() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int trial = 0; trial < 500; trial++) {
      int[] ks = random.ints(1 + random.nextInt(4), 1, 30).distinct().sorted().toArray();
      RetrievalRecall recall = new RetrievalRecall(ks);
      for (int target = 0; target < 3; target++) {
        int length = random.nextInt(60);
        int offset = random.nextInt(5);
        float[] exact = new float[offset + length + 3];
        int levels = 1 + random.nextInt(80);
        for (int i = 0; i < exact.length; i++) {
          exact[i] = (random.nextInt(levels) - levels / 2) / 4f;
        }
        List<Integer> shuffled = IntStream.range(0, length).boxed().collect(Collectors.toList());
        Collections.shuffle(shuffled, random);
        int[] kept = shuffled.stream().limit(random.nextInt(length + 1)).mapToInt(i -> i).toArray();
        int[] top =
            shuffled.stream()
                .sorted(Comparator.comparing(i -> -exact[offset + i]))
                .mapToInt(i -> i)
                .toArray();

        float[] found = new float[ks.length];
        recall.truth(exact, offset, length);
        recall.measure(kept, 0, kept.length, found, 0);
        float[] foundFromTop = new float[ks.length];
        recall.truth(exact, offset, length, top, 0, top.length);
        recall.measure(kept, 0, kept.length, foundFromTop, 0);

        String what = "seed " + seed + " trial " + trial + " K " + Arrays.toString(ks);
        for (int i = 0; i < ks.length; i++) {
          Float expected = counted(exact, offset, length, kept, ks[i]);
          assertThat(found[i]).as(what).isEqualTo(expected);
          assertThat(foundFromTop[i]).as(what).isEqualTo(expected);
        }
        recall.measure(top, 0, top.length, found, 0);
        for (float all : found) {
          assertThat(all).as(what).isEqualTo(Float.valueOf(length == 0 ? Float.NaN : 1));
        }
      }
    }
  }

  private static Float counted(float[] exact, int offset, int length, int[] kept, int k) {
    if (length == 0) {
      return Float.NaN;
    }
    float[] sorted = Arrays.copyOfRange(exact, offset, offset + length);
    Arrays.sort(sorted);
    int whole = Math.min(k, length);
    float threshold = sorted[length - whole];
    int count = 0;
    for (int j = 0; j < Math.min(k, kept.length); j++) {
      count += exact[offset + kept[j]] >= threshold ? 1 : 0;
    }
    return (float) Math.min(count, whole) / whole;
  }

  @Test
  void countsTiesWithTheLastAndPunishesShortSets() {
    float[] exact = {5, 3, 3, 3, 1};
    RetrievalRecall recall = new RetrievalRecall(2, 4, 10);
    recall.truth(exact, 0, 5);
    float[] found = new float[5];
    recall.measure(new int[] {9, 3, 0, 4}, 1, 3, found, 1);
    // Of the first two both count, though 3 is only tied with the second best; of four, 1 is
    // missing one;
    // K = 10 asks for all five.
    assertThat(found).containsExactly(0, 1, .5f, .6f, 0);
    recall.measure(new int[0], 0, 0, found, 0);
    assertThat(found).startsWith(0, 0, 0);
  }

  @Test
  void refusesBadInput() {
    RetrievalRecall recall = new RetrievalRecall(2);
    float[] found = new float[1];
    assertThatThrownBy(() -> recall.measure(new int[1], 0, 1, found, 0))
        .isInstanceOf(IllegalStateException.class);
    float[] exact = {1, 2, 3};
    recall.truth(exact, 0, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> recall.measure(new int[] {2, 1, 2}, 0, 3, found, 0))
        .withMessageContaining("behaviour 2 is kept twice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> recall.measure(new int[] {3}, 0, 1, found, 0))
        .withMessageContaining("behaviour 3 is outside 0..2");
    // A refused set leaves no trace.
    recall.measure(new int[] {2, 1}, 0, 2, found, 0);
    assertThat(found[0]).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> recall.truth(new float[] {1, Float.NaN}, 0, 2))
        .withMessageContaining("exact score 1 is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> recall.truth(exact, 1, 3))
        .withMessageContaining("3 scores from 1 of an array of 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> recall.truth(exact, 0, 3, new int[] {1, 2}, 0, 2))
        .withMessageContaining("must not rise: score 3.0 at 1 after 2.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> recall.truth(exact, 0, 3, new int[] {2}, 0, 1))
        .withMessageContaining("holds 1 behaviours, expected at least 2");
    for (int[] ks : new int[][] {{0}, {-1, 5}, {5, 5}, {5, 2}, {}}) {
      assertThatIllegalArgumentException().isThrownBy(() -> new RetrievalRecall(ks));
    }
  }
}
