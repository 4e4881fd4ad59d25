package io.seminar.reports.sweep;

import io.seminar.reports.store.SweepPoint;

/**
 * How many times as fast one point is as another, by their medians.
 *
 * @param value median of the slower over that of the faster; NaN: not defined
 * @param low the least that the forks allow: smallest median over largest; NaN where one of the two
 *     was measured in one fork only, which has no spread
 * @param high the most: largest median over smallest; NaN as well
 */
public record Ratio(double value, double low, double high) {
  /** How many times as fast {@code point} is as {@code reference}. */
  public static Ratio of(SweepPoint reference, SweepPoint point) {
    SweepPoint.Latency r = reference.latency();
    SweepPoint.Latency p = point.latency();
    boolean spread = r.forks() > 1 && p.forks() > 1;
    return new Ratio(
        r.quantiles().p50() / p.quantiles().p50(),
        spread ? r.forkP50Low() / p.forkP50High() : Double.NaN,
        spread ? r.forkP50High() / p.forkP50Low() : Double.NaN);
  }

  /** Whether there is a range: whether both were measured in several forks. */
  public boolean hasRange() {
    return !Double.isNaN(low) && !Double.isNaN(high);
  }

  /** Whether it is faster, and all forks agree, if there are several. */
  public boolean clearlyFaster() {
    return value > 1 && !(low <= 1);
  }

  /** The reciprocal: how many times as long it takes. */
  public Ratio inverse() {
    return new Ratio(1 / value, 1 / high, 1 / low);
  }
}
