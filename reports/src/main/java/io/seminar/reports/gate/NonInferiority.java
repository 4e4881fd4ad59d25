package io.seminar.reports.gate;

import io.seminar.metrics.Metric.Direction;
import io.seminar.reports.text.Numbers;
import java.util.Objects;

/**
 * A number may not be worse than its baseline by a margin or more. What is tested, and where the
 * limit of it stands, follows from which way the metric is better:
 *
 * <pre>
 * higher is better   m(a) − m(b)                 &gt; −margin
 * lower is better    m(a) − m(b)                 &lt; margin
 * best at 1          |m(a) − 1| − |m(b) − 1|     &lt; margin
 * relative margin    (m(a) − m(b)) / |m(b)|      instead of the difference
 * </pre>
 *
 * <p>A metric that is best at 1 has no relative margin: its distance from 1 may be 0.
 *
 * <p>Source: non-inferiority margins as in ICH E9, "Statistical Principles for Clinical Trials",
 * 1998, section 3.3.2: the conclusion rests on the interval, not on a test of no difference.
 *
 * @param name null: made of the rest
 * @param against the arm of the same run that it is compared with; null: the same arm of the
 *     baseline run
 * @param margin how much worse it may be
 */
public record NonInferiority(String name, Scope scope, String against, Margin margin)
    implements Rule {
  /** What stands in a formula for the run that the night is compared with. */
  public static final String BASELINE_RUN = "baseline run";

  public NonInferiority {
    Objects.requireNonNull(scope, "scope");
    Objects.requireNonNull(margin, "margin");
    if (against != null && (against.isBlank() || against.contains("*"))) {
      throw new IllegalArgumentException(
          "against: found '" + against + "', expected the name of one arm");
    }
    if (scope.arms().equals(against)) {
      throw new IllegalArgumentException(
          "against: found '" + against + "', expected another arm than the rule is about");
    }
    name =
        Rule.named(
            name,
            scope
                + ", not worse than "
                + (against == null ? "the " + BASELINE_RUN : against)
                + " by "
                + margin);
  }

  /** Which side of {@link #limit} is the good one. */
  static Bound bound(Direction direction) {
    return direction == Direction.HIGHER ? Bound.AT_LEAST : Bound.AT_MOST;
  }

  /** The limit of what is tested. */
  double limit(Direction direction) {
    return direction == Direction.HIGHER ? -margin.size() : margin.size();
  }

  /** What must hold for an arm in a slice. */
  String formula(Direction direction, String arm, String slice) {
    String here = Terms.of(scope.metric(), arm, slice);
    String there =
        Terms.of(
            scope.metric(), against == null ? arm + " of the " + BASELINE_RUN : against, slice);
    String tested;
    if (direction == Direction.NEAR_ONE) {
      tested = "|" + here + " − 1| − |" + there + " − 1|";
    } else if (margin.relative()) {
      tested = "(" + here + " − " + there + ") / |" + there + "|";
    } else {
      tested = here + " − " + there;
    }
    return tested
        + (direction == Direction.HIGHER ? " > " : " < ")
        + Numbers.plain(limit(direction));
  }
}
