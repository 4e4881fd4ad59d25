package io.seminar.reports.compare;

import java.util.Objects;

/**
 * A difference in where two runs come from.
 *
 * @param kind what it is a difference of
 * @param what its name, e.g. {@code codebook of pq@16}
 * @param arms what it concerns: an arm, or {@code NAME/} for all arms of a network; null: all arms
 * @param before what the first run says; {@code none} where it says nothing
 * @param after what the second run says
 */
public record Difference(Kind kind, String what, String arms, String before, String after) {

  /**
   * What can differ, from what changes metrics most directly to what should not change them at all.
   */
  public enum Kind {
    MODEL("network", Weight.DECIDES),
    CODEBOOK("codebook", Weight.DECIDES),
    DATA("data", Weight.DECIDES),
    EVALUATION("evaluation", Weight.DECIDES),
    CONFIGURATION("configuration", Weight.DECIDES),
    CODE("code", Weight.MAY),
    KERNEL("kernels", Weight.SHOULD_NOT),
    LIBRARY("library", Weight.SHOULD_NOT),
    JDK("JDK", Weight.SHOULD_NOT),
    EXECUTION("execution", Weight.SHOULD_NOT),
    MACHINE("machine", Weight.SHOULD_NOT);

    private final String title;
    private final Weight weight;

    Kind(String title, Weight weight) {
      this.title = title;
      this.weight = weight;
    }

    /** For people. */
    public String title() {
      return title;
    }

    /** What such a difference does to the metrics. */
    public Weight weight() {
      return weight;
    }
  }

  /** What a difference does to the metrics of a run. */
  public enum Weight {
    /** The metrics are those of something else. */
    DECIDES("changes metrics"),
    /** It may change them or not. */
    MAY("may change metrics"),
    /** Metrics do not depend on it; where they do, that is a fault of its own. Times do. */
    SHOULD_NOT("changes times, should not change metrics");

    private final String title;

    Weight(String title) {
      this.title = title;
    }

    /** For people. */
    public String title() {
      return title;
    }
  }

  public Difference {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(what, "what");
    Objects.requireNonNull(before, "before");
    Objects.requireNonNull(after, "after");
  }

  /** Whether it concerns the arm. */
  boolean concerns(String arm) {
    return arms == null || (arms.endsWith("/") ? arm.startsWith(arms) : arm.equals(arms));
  }

  /** {@code codebook of pq@16: 0123456789ab → ba9876543210}. */
  @Override
  public String toString() {
    return what + ": " + before + " → " + after;
  }
}
