package io.seminar.pipelines.sweep;

import java.util.Arrays;

/**
 * Says when an arm has warmed up: when its last {@value #WINDOW} medians, one a round, hardly
 * differ any more. Their coefficient of variation is compared with a limit, which a compilation, a
 * clock that speeds up or a cache that fills lifts it above.
 */
final class Settling {
  /** Rounds that are looked at together. */
  static final int WINDOW = 5;

  private final double limit;
  private final double[] medians = new double[WINDOW];
  private int rounds;

  /**
   * Nothing seen yet.
   *
   * @param limit of the coefficient of variation
   */
  Settling(double limit) {
    this.limit = limit;
  }

  /**
   * Takes the latencies of a round.
   *
   * @param nanos sorted by this call
   * @param n how many of them count, at least 1
   */
  void round(long[] nanos, int n) {
    medians[rounds % WINDOW] = median(nanos, n);
    rounds++;
  }

  /** The middle one, or the mean of the two in the middle; sorts. */
  static double median(long[] nanos, int n) {
    Arrays.sort(nanos, 0, n);
    return (nanos[(n - 1) / 2] + nanos[n / 2]) / 2.0;
  }

  /** Whether the last rounds hardly differ. */
  boolean settled() {
    return variation() <= limit;
  }

  /**
   * Coefficient of variation of the last medians: standard deviation (n − 1) over mean; NaN before
   * there are {@value #WINDOW}.
   */
  double variation() {
    if (rounds < WINDOW) {
      return Double.NaN;
    }
    double mean = 0;
    for (double median : medians) {
      mean += median / WINDOW;
    }
    double squares = 0;
    for (double median : medians) {
      squares += (median - mean) * (median - mean);
    }
    return mean == 0 ? 0 : Math.sqrt(squares / (WINDOW - 1)) / mean;
  }

  /** Rounds seen. */
  int rounds() {
    return rounds;
  }
}
