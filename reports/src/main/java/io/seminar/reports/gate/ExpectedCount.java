package io.seminar.reports.gate;

import io.seminar.reports.store.RunManifest;
import io.seminar.reports.text.Numbers;
import java.util.Locale;
import java.util.Objects;

/**
 * How many records a run is expected to have seen. Counts are looked at before any metric: where
 * one is not as expected, no metric is judged, for its numbers would be those of other data.
 *
 * @param count what is counted
 * @param bound which side of the number is the good one
 * @param number 0 or more
 */
public record ExpectedCount(Count count, Bound bound, long number) {
  /** What can be counted. */
  public enum Count {
    USERS,
    REQUESTS,
    IMPRESSIONS,
    BEHAVIOURS,
    DEAD_LETTERS;

    /** Name for machines, e.g. {@code dead_letters}. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** How many the run has. */
    public long in(RunManifest.Counts counts) {
      return switch (this) {
        case USERS -> counts.users();
        case REQUESTS -> counts.requests();
        case IMPRESSIONS -> counts.impressions();
        case BEHAVIOURS -> counts.behaviours();
        case DEAD_LETTERS -> counts.deadLetters();
      };
    }
  }

  public ExpectedCount {
    Objects.requireNonNull(count, "count");
    Objects.requireNonNull(bound, "bound");
    if (number < 0) {
      throw new IllegalArgumentException(
          "expected " + count.key() + ": found " + number + ", expected 0 or more");
    }
  }

  /** What must hold. */
  String formula() {
    return count.key() + " " + bound.sign() + " " + Numbers.count(number);
  }
}
