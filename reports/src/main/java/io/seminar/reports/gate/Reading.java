package io.seminar.reports.gate;

import io.seminar.reports.store.CellsFile.Cell;

/**
 * What a rule tests, taken from a cell: a number and its interval.
 *
 * @param value NaN where it is not defined
 * @param low lower end of the interval; NaN where there is none
 * @param high upper end
 * @param reason why value or interval is missing; null where both are there
 */
record Reading(double value, double low, double high, String reason) {

  /** The metric itself. */
  static Reading value(Cell cell) {
    return of(cell, cell.value(), cell.low(), cell.high(), "the value");
  }

  /** The difference to the baseline, paired over users. */
  static Reading difference(Cell cell) {
    return of(
        cell, cell.difference(), cell.differenceLow(), cell.differenceHigh(), "the difference");
  }

  /**
   * The difference as a share of the baseline's absolute value. The baseline is uncertain too, and
   * that matters where the difference is not: so the interval is that of the quotient over all
   * differences and baselines that the intervals of difference and value allow. It is wider than
   * need be, hence never too sure.
   */
  static Reading relative(Cell cell) {
    Reading value = value(cell);
    Reading difference = difference(cell);
    if (value.reason != null || difference.reason != null) {
      return missing(value.reason != null ? value.reason : difference.reason);
    }
    double lowest = value.low - difference.high;
    double highest = value.high - difference.low;
    if (lowest <= 0 && highest >= 0) {
      return missing(
          "the baseline's value may be 0, within ["
              + lowest
              + ", "
              + highest
              + "]: a share of it is not defined");
    }
    double smallest = Math.min(Math.abs(lowest), Math.abs(highest));
    double largest = Math.max(Math.abs(lowest), Math.abs(highest));
    return new Reading(
        difference.value / Math.abs(value.value - difference.value),
        difference.low / (difference.low < 0 ? smallest : largest),
        difference.high / (difference.high > 0 ? smallest : largest),
        null);
  }

  /**
   * How much further from 1 than the baseline, |c − 1| − |c − d − 1|, over all values c and
   * differences d within their intervals. It is linear between the lines c = 1 and c − d = 1, so
   * its extremes are among the corners of the rectangle and the points where these lines meet its
   * sides or each other.
   */
  static Reading distanceFromOne(Cell cell) {
    Reading value = value(cell);
    Reading difference = difference(cell);
    if (value.reason != null || difference.reason != null) {
      return missing(value.reason != null ? value.reason : difference.reason);
    }
    double[] extremes = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    for (double c : new double[] {value.low, value.high, 1}) {
      for (double d : new double[] {difference.low, difference.high, c - 1, 0}) {
        extend(extremes, value, difference, c, d);
      }
    }
    for (double d : new double[] {difference.low, difference.high}) {
      extend(extremes, value, difference, 1 + d, d);
    }
    return new Reading(further(value.value, difference.value), extremes[0], extremes[1], null);
  }

  private static void extend(
      double[] extremes, Reading value, Reading difference, double c, double d) {
    if (c >= value.low && c <= value.high && d >= difference.low && d <= difference.high) {
      double further = further(c, d);
      extremes[0] = Math.min(extremes[0], further);
      extremes[1] = Math.max(extremes[1], further);
    }
  }

  private static double further(double c, double d) {
    return Math.abs(c - 1) - Math.abs(c - d - 1);
  }

  private static Reading of(Cell cell, double value, double low, double high, String what) {
    if (Double.isNaN(value)) {
      return missing(cell.reason() == null ? what + " is not defined" : cell.reason());
    }
    if (Double.isNaN(low) || Double.isNaN(high)) {
      return new Reading(
          value,
          Double.NaN,
          Double.NaN,
          cell.reason() == null ? what + " has no interval" : cell.reason());
    }
    return new Reading(value, low, high, null);
  }

  private static Reading missing(String reason) {
    return new Reading(Double.NaN, Double.NaN, Double.NaN, reason);
  }

  /**
   * The verdict.
   *
   * @param strict whether a number at the limit is beyond it
   */
  Verdict against(double limit, Bound bound, boolean strict) {
    if (reason != null) {
      return Verdict.DID_NOT_RUN;
    }
    // Both sides as "at least".
    double near = bound == Bound.AT_LEAST ? low : -high;
    double far = bound == Bound.AT_LEAST ? high : -low;
    double at = bound == Bound.AT_LEAST ? limit : -limit;
    if (strict ? near > at : near >= at) {
      return Verdict.PASS;
    }
    return (strict ? far <= at : far < at) ? Verdict.FAIL : Verdict.NOT_ENOUGH_EVIDENCE;
  }

  /** How far the interval reaches from the value towards the limit. */
  double reach(Bound bound) {
    return bound == Bound.AT_LEAST ? value - low : high - value;
  }

  /** The tightest limit that the whole interval keeps. */
  double tightest(Bound bound) {
    return bound == Bound.AT_LEAST ? low : high;
  }
}
