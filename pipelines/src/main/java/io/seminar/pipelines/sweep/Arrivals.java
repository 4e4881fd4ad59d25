package io.seminar.pipelines.sweep;

/** When requests come: the gaps of a log in their order, scaled to a rate. */
final class Arrivals {
  private Arrivals() {}

  /**
   * Times of arrival from 0 on. The gaps between logged times are kept in their order and
   * proportion, so bursts stay bursts; their mean becomes {@code 1 / rate}. If more arrivals are
   * wanted than were logged, the gaps are gone through again.
   *
   * @param logged never falling, in any unit
   * @param n how many to make
   * @param perSecond rate
   * @return (n) nanoseconds, never falling
   * @throws IllegalArgumentException if the log has fewer than two times, or all are equal
   */
  static long[] scaled(long[] logged, int n, double perSecond) {
    int gaps = Math.min(n, logged.length - 1);
    if (gaps < 1 || logged[gaps] == logged[0]) {
      throw new IllegalArgumentException(
          logged.length
              + " logged requests with gaps of "
              + (logged.length < 2 ? "none" : "0 ms")
              + ", expected at least two requests at different times");
    }
    double meanGap = (double) (logged[gaps] - logged[0]) / gaps;
    double scale = 1e9 / perSecond / meanGap;
    long[] arrivals = new long[n];
    double now = 0;
    for (int i = 0; i < n; i++) {
      arrivals[i] = Math.round(now);
      int gap = i % gaps;
      now += (logged[gap + 1] - logged[gap]) * scale;
    }
    return arrivals;
  }

  /**
   * Standard deviation of the gaps over their mean: 1 for arrivals at random, more for bursts.
   *
   * @param times never falling, at least three
   */
  static double burstiness(long[] times) {
    int gaps = times.length - 1;
    double mean = (double) (times[gaps] - times[0]) / gaps;
    double squares = 0;
    for (int i = 0; i < gaps; i++) {
      double deviation = times[i + 1] - times[i] - mean;
      squares += deviation * deviation;
    }
    return Math.sqrt(squares / (gaps - 1)) / mean;
  }
}
