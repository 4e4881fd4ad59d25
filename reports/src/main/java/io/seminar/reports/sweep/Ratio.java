package io.seminar.reports.sweep;

import io.seminar.reports.store.SweepPoint;

/**
 * How many times as fast one point is as another, by their medians.
 *
 * @param value median of the slower over that of the faster; NaN: not defined
 * @param low the least that the forks allow: smallest median over largest
 * @param high the most: largest median over smallest
 */
public record Ratio(double value, double low, double high) {
  /** How many times as fast {@code point} is as {@code reference}. */
  public static Ratio of(SweepPoint reference, SweepPoint point) {
    SweepPoint.Latency r = reference.latency();
    SweepPoint.Latency p = point.latency();
    return new Ratio(
        r.quantiles().p50() / p.quantiles().p50(),
        r.forkP50Low() / p.forkP50High(),
        r.forkP50High() / p.forkP50Low());
  }

  /** Whether every fork agrees that it is faster. */
  public boolean clearlyFaster() {
    return value > 1 && !(low <= 1);
  }
}
