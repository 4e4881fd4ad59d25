package io.seminar.network.training;

import java.util.Arrays;

/**
 * Numbers ordinals in the order of their first appearance, so that a batch embeds an item once
 * however often it occurs. Reused from batch to batch: clearing costs what was added.
 */
final class DistinctIndex {
  private final int[] numberOf; // by ordinal, −1: not there
  private int[] ordinals = new int[1024];
  private int size;

  DistinctIndex(int ordinals) {
    numberOf = new int[ordinals];
    Arrays.fill(numberOf, -1);
  }

  void clear() {
    for (int i = 0; i < size; i++) {
      numberOf[ordinals[i]] = -1;
    }
    size = 0;
  }

  /** The number of an ordinal, a new one if it has none. */
  int add(int ordinal) {
    int number = numberOf[ordinal];
    if (number < 0) {
      number = size;
      numberOf[ordinal] = number;
      if (size == ordinals.length) {
        ordinals = Arrays.copyOf(ordinals, 2 * size);
      }
      ordinals[size++] = ordinal;
    }
    return number;
  }

  int size() {
    return size;
  }

  /** The ordinals in the order of their numbers. */
  int[] toArray() {
    return Arrays.copyOf(ordinals, size);
  }
}
