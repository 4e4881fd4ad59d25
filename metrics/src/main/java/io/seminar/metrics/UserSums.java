package io.seminar.metrics;

import java.util.Arrays;

/**
 * The numbers of one user in one cell while they are summed up: (S + C), statistics first, then
 * counts. The families of metrics know what stands where.
 */
final class UserSums {
  private final double[] numbers;
  private final int statistics;

  UserSums(int statistics, int counts) {
    this.numbers = new double[statistics + counts];
    this.statistics = statistics;
  }

  void clear() {
    Arrays.fill(numbers, 0);
  }

  void add(int statistic, double number) {
    numbers[statistic] += number;
  }

  void set(int statistic, double number) {
    numbers[statistic] = number;
  }

  void count(int count, int n) {
    numbers[statistics + count] += n;
  }

  /** Says that the user contributes to what {@code count} counts users of. */
  void mark(int count) {
    numbers[statistics + count] = 1;
  }

  boolean counted(int count) {
    return numbers[statistics + count] != 0;
  }

  void copyTo(double[] out, int offset) {
    System.arraycopy(numbers, 0, out, offset, numbers.length);
  }
}
