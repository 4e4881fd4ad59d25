package io.seminar.reports.gate;

import io.seminar.reports.text.Numbers;

/**
 * How much worse than its baseline a number may be.
 *
 * @param size above 0, finite, in the metric's unit; if relative, as a share of the baseline's
 *     absolute value (0.01: one per cent)
 * @param relative to the baseline's value
 */
public record Margin(double size, boolean relative) {
  public Margin {
    if (!(size > 0) || !Double.isFinite(size)) {
      throw new IllegalArgumentException(
          "margin: found "
              + size
              + ", expected a finite number above 0: no interval shows that there is no difference at"
              + " all");
    }
  }

  /** A margin in the metric's own unit. */
  public static Margin absolute(double size) {
    return new Margin(size, false);
  }

  /** A margin as a share of the baseline's value. */
  public static Margin relative(double share) {
    return new Margin(share, true);
  }

  @Override
  public String toString() {
    return Numbers.plain(size) + (relative ? " of the baseline's value" : "");
  }
}
