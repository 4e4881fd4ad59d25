package io.seminar.reports.gate;

import io.seminar.reports.text.Numbers;
import java.util.Objects;

/**
 * A limit on a metric's value, e.g. recall@50 of pq@16 at least 0.9.
 *
 * @param name null: made of the rest
 * @param bound at least or at most
 * @param limit finite; a value at the limit keeps it
 */
public record ValueLimit(String name, Scope scope, Bound bound, double limit) implements Rule {
  public ValueLimit {
    Objects.requireNonNull(scope, "scope");
    if (bound != Bound.AT_LEAST && bound != Bound.AT_MOST) {
      throw new IllegalArgumentException(
          "limit on "
              + scope
              + ": found "
              + bound
              + ", expected AT_LEAST or AT_MOST: no interval shows that a number is exactly another");
    }
    if (!Double.isFinite(limit)) {
      throw new IllegalArgumentException(
          "limit on " + scope + ": found " + limit + ", expected a finite number");
    }
    name = Rule.named(name, scope + " " + bound.sign() + " " + Numbers.plain(limit));
  }

  /** What must hold for an arm in a slice. */
  String formula(String arm, String slice) {
    return Terms.of(scope.metric(), arm, slice) + " " + bound.sign() + " " + Numbers.plain(limit);
  }
}
