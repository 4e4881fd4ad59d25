package io.seminar.network.training;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/**
 * Cuts examples into batches: shuffled, then sorted by length within a stretch of several batches,
 * so that little is padded, then the batches of a stretch in random order. A batch holds at most
 * {@code most} examples, fewer where the longest of them would exceed the memory bound, one at
 * least.
 */
final class BatchShuffle {
  private static final int STRETCH = 16;

  private BatchShuffle() {}

  /** Estimates the native memory of a step. */
  interface Memory {
    /** Bytes of a step over {@code count} examples, the longest of this length. */
    long bytes(int count, int longest);
  }

  /** Hands out all examples in batches. */
  static <T> void batches(
      List<T> examples,
      int most,
      long bytes,
      ToIntFunction<T> length,
      Memory memory,
      RandomGenerator random,
      Consumer<List<T>> batch) {
    List<T> order = new ArrayList<>(examples);
    shuffle(order, random);
    long size = (long) STRETCH * most;
    for (long from = 0; from < order.size(); from += size) {
      List<T> stretch =
          new ArrayList<>(order.subList((int) from, (int) Math.min(order.size(), from + size)));
      stretch.sort(Comparator.comparingInt(length)); // stable, so the result is determined
      List<List<T>> batches = new ArrayList<>();
      int start = 0;
      for (int end = 1; end <= stretch.size(); end++) {
        boolean full =
            end == stretch.size()
                || end - start == most
                || memory.bytes(end - start + 1, length.applyAsInt(stretch.get(end))) > bytes;
        if (full) {
          batches.add(stretch.subList(start, end));
          start = end;
        }
      }
      shuffle(batches, random);
      batches.forEach(batch);
    }
  }

  private static <T> void shuffle(List<T> list, RandomGenerator random) {
    for (int i = list.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      T other = list.get(j);
      list.set(j, list.get(i));
      list.set(i, other);
    }
  }
}
