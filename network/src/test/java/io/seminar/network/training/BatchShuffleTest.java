package io.seminar.network.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchShuffleTest {
  private static final BatchShuffle.Memory PADDED = (count, longest) -> (long) count * longest;

  /** An example is its number; its length is drawn. */
  private static List<List<Integer>> batches(
      int[] lengths, int most, long bytes, BatchShuffle.Memory memory, long seed) {
    List<List<Integer>> batches = new ArrayList<>();
    BatchShuffle.batches(
        IntStream.range(0, lengths.length).boxed().toList(),
        most,
        bytes,
        i -> lengths[i],
        memory,
        new Random(seed),
        batch -> batches.add(List.copyOf(batch)));
    return batches;
  }

  @Test
  void everyExampleComesOnceWithinBothBounds() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      int n = random.nextInt(300);
      int most = 1 + random.nextInt(20);
      long bytes = 1 + random.nextInt(400);
      int[] lengths = random.ints(n, 0, 60).toArray();
      List<List<Integer>> batches = batches(lengths, most, bytes, PADDED, seed);
      String what = "seed " + seed + ", round " + round;
      assertThat(batches.stream().flatMap(List::stream).sorted().toList())
          .as(what)
          .isEqualTo(IntStream.range(0, n).boxed().toList());
      for (List<Integer> batch : batches) {
        assertThat(batch).as(what).hasSizeBetween(1, most);
        int longest = batch.stream().mapToInt(i -> lengths[i]).max().orElseThrow();
        assertThat(batch.size() == 1 || PADDED.bytes(batch.size(), longest) <= bytes)
            .as("%s: %d examples, the longest of %d, for %d", what, batch.size(), longest, bytes)
            .isTrue();
      }
    }
  }

  @Test
  void littleIsPadded() {
    int[] lengths = new Random(3).ints(640, 0, 1000).toArray();
    long padded = 0;
    for (List<Integer> batch : batches(lengths, 20, Long.MAX_VALUE, PADDED, 4)) {
      padded +=
          PADDED.bytes(batch.size(), batch.stream().mapToInt(i -> lengths[i]).max().getAsInt());
    }
    assertThat(padded).isLessThan(IntStream.of(lengths).sum() * 12L / 10);
  }

  @Test
  void theOrderIsTheSeeds() {
    int[] lengths = new Random(3).ints(200, 0, 1000).toArray();
    List<List<Integer>> batches = batches(lengths, 7, Long.MAX_VALUE, PADDED, 5);
    assertThat(batches(lengths, 7, Long.MAX_VALUE, PADDED, 5)).isEqualTo(batches);
    assertThat(batches(lengths, 7, Long.MAX_VALUE, PADDED, 6)).isNotEqualTo(batches);
  }

  @Test
  void aBatchMayBeAsLargeAsAnyNumber() {
    assertThat(batches(new int[5], Integer.MAX_VALUE, Long.MAX_VALUE, PADDED, 1))
        .singleElement()
        .satisfies(batch -> assertThat(batch).hasSize(5));
  }
}
