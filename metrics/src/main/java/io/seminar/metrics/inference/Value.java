package io.seminar.metrics.inference;

/**
 * A metric's number in one cell, and what it rests on.
 *
 * @param value the number; NaN if it is undefined
 * @param reason why it is undefined, as a clause ("no click among 120 impressions"); null exactly
 *     when it is defined
 * @param n how many units the number is taken over; the metric names the unit
 * @param users users who contribute at least one unit
 * @param leftOutUsers users of the cell who contribute none
 * @param leftOut units of the cell that the metric is not defined for
 */
public record Value(
    double value, String reason, long n, long users, long leftOutUsers, long leftOut) {
  public Value {
    if (Double.isNaN(value) != (reason != null)) {
      throw new IllegalArgumentException(
          "a reason goes with NaN and only with NaN: value " + value + ", reason " + reason);
    }
  }

  public boolean isDefined() {
    return reason == null;
  }
}
