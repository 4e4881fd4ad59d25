package io.seminar.reports.html;

import java.util.stream.DoubleStream;

/**
 * The unit of a time axis.
 *
 * @param name as written
 * @param nanos how many nanoseconds it has
 */
record Nanos(String name, double nanos) {
  /** The unit that suits these times, in nanoseconds; NaNs do not count. */
  static Nanos of(DoubleStream times) {
    double longest = times.filter(t -> !Double.isNaN(t)).max().orElse(0);
    return longest >= 1e7 ? new Nanos("ms", 1e6) : new Nanos("µs", 1e3);
  }

  /** A time in this unit. */
  double in(double time) {
    return time / nanos;
  }
}
