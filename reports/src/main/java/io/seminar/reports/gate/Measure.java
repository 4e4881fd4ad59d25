package io.seminar.reports.gate;

import io.seminar.metrics.Metric;
import io.seminar.metrics.Metric.Direction;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * What the gate knows of a kind of number: which way it is better, and what it says something
 * about.
 *
 * @param key key of the metric
 */
public record Measure(String key, Direction direction, Kind kind) {
  /** What a number says something about, and hence where to look when it fails. */
  public enum Kind {
    /** What users get to see. */
    QUALITY,
    /** How long it takes. */
    LATENCY,
    /** How many records there were. */
    COUNT
  }

  public Measure {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(direction, "direction");
    Objects.requireNonNull(kind, "kind");
  }

  /** What a suite of metrics says of its metrics. */
  public static List<Measure> of(Collection<Metric> metrics) {
    return metrics.stream().map(m -> new Measure(m.key(), m.direction(), Kind.QUALITY)).toList();
  }

  /** A time, of which less is better. */
  public static Measure latency(String key) {
    return new Measure(key, Direction.LOWER, Kind.LATENCY);
  }
}
