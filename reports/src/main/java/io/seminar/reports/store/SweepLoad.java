package io.seminar.reports.store;

import java.util.Comparator;
import java.util.Objects;

/**
 * A point of a sweep under a load: requests arrive as they were logged, scaled to a rate, whether
 * or not earlier ones are done. Response times count from arrival and so include waiting; service
 * times count from the start of the work, as a closed loop would have it. What lies between the two
 * is what measuring in a closed loop omits (coordinated omission).
 *
 * @param key the point
 * @param load offered rate as a share of a capacity, the reciprocal of a mean service time
 * @param loadOf whose capacity
 * @param offeredPerSecond requests that arrive a second, on average
 * @param samples requests that arrived
 * @param response quantiles of the response time
 * @param service quantiles of the service time
 * @param maxBacklog requests that waited at once, at most
 */
public record SweepLoad(
    SweepPoint.Key key,
    double load,
    Capacity loadOf,
    double offeredPerSecond,
    long samples,
    SweepPoint.Quantiles response,
    SweepPoint.Quantiles service,
    long maxBacklog) {
  /** By point, then by load. */
  static final Comparator<SweepLoad> ORDER =
      Comparator.comparing(SweepLoad::key)
          .thenComparing(SweepLoad::loadOf)
          .thenComparingDouble(SweepLoad::load);

  /** Whose capacity a load is a share of. */
  public enum Capacity {
    /** That of the exact arm at the same size of the problem. */
    EXACT,
    /** The arm's own. */
    OWN
  }

  public SweepLoad {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(loadOf, "load_of");
    Objects.requireNonNull(response, "response");
    Objects.requireNonNull(service, "service");
    if (!(load > 0) || !(offeredPerSecond > 0) || samples < 1) {
      throw new IllegalArgumentException(
          key
              + ": found load "
              + load
              + ", offered_per_s "
              + offeredPerSecond
              + ", samples "
              + samples
              + ", expected all above 0");
    }
  }
}
