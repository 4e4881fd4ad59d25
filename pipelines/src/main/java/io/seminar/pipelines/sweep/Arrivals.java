package io.seminar.pipelines.sweep;

/** When requests come: the gaps of a log in their order, scaled to a rate. */
final class Arrivals {
  private Arrivals() {}

  /** Whether logged times have gaps that can be scaled: not all are equal, and there are three. */
  static boolean rated(long[] logged) {
    return logged.length >= 3 && logged[logged.length - 1] > logged[0];
  }

  /**
   * Times of arrival from 0 on. The gaps between logged times are kept in their order and
   * proportion, so bursts stay bursts; the mean of those that are gone through becomes {@code 1 /
   * rate}. If more arrivals are wanted than were logged, the gaps are gone through again; if the
   * first ones are all at one time, they come at even gaps.
   *
   * @param logged never falling, in any unit; at least two
   * @param n how many to make
   * @param perSecond rate
   * @return (n) nanoseconds, never falling
   */
  static long[] scaled(long[] logged, int n, double perSecond) {
    if (logged.length < 2) {
      throw new IllegalArgumentException(
          logged.length + " logged requests, expected at least two, which have a gap");
    }
    int gaps = Math.min(n, logged.length - 1);
    double meanGap = (double) (logged[gaps] - logged[0]) / gaps;
    double mean = 1e9 / perSecond;
    long[] arrivals = new long[n];
    double now = 0;
    for (int i = 0; i < n; i++) {
      arrivals[i] = Math.round(now);
      int gap = i % gaps;
      now += meanGap == 0 ? mean : (logged[gap + 1] - logged[gap]) * (mean / meanGap);
    }
    return arrivals;
  }

  /**
   * Standard deviation of the gaps over their mean: 1 for arrivals at random, more for bursts.
   *
   * @param times never falling, {@link #rated}
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
