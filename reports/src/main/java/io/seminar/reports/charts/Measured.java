package io.seminar.reports.charts;

/**
 * A number with its interval.
 *
 * @param value the number; NaN: not defined
 * @param low lower end of the interval; NaN: none
 * @param high upper end
 */
public record Measured(double value, double low, double high) {
  boolean hasInterval() {
    return !Double.isNaN(low) && !Double.isNaN(high);
  }
}
