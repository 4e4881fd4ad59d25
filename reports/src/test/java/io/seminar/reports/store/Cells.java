package io.seminar.reports.store;

import io.seminar.reports.store.CellsFile.Cell;

/** Cells for tests. */
public final class Cells {
  private Cells() {}

  /** A value with an interval of ± half, of 1,000 users, without a baseline. */
  public static Cell value(String arm, String slice, String metric, double value, double half) {
    return new Cell(
        arm,
        slice,
        metric,
        value,
        value - half,
        value + half,
        20_000,
        1_000,
        0,
        0,
        null,
        null,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        half / 2,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        null);
  }

  /** The same cell with a difference to a baseline, within [low, high]. */
  public static Cell compared(
      Cell cell, String baseline, double difference, double low, double high) {
    return new Cell(
        cell.arm(),
        cell.slice(),
        cell.metric(),
        cell.value(),
        cell.low(),
        cell.high(),
        cell.n(),
        cell.users(),
        cell.leftOutUsers(),
        cell.leftOut(),
        cell.reason(),
        baseline,
        difference,
        low,
        high,
        cell.se(),
        (high - low) / 4,
        0.04,
        0.4,
        0.2,
        "sign_flip");
  }

  /** A cell of which nothing is defined. */
  public static Cell undefined(String arm, String slice, String metric, String reason) {
    return of(arm, slice, metric, Double.NaN, reason);
  }

  /** A cell that has values but, for lack of users, no intervals. */
  public static Cell withoutInterval(
      String arm, String slice, String metric, double value, String reason) {
    return of(arm, slice, metric, value, reason);
  }

  private static Cell of(String arm, String slice, String metric, double value, String reason) {
    return new Cell(
        arm,
        slice,
        metric,
        value,
        Double.NaN,
        Double.NaN,
        Double.isNaN(value) ? 0 : 20,
        Double.isNaN(value) ? 0 : 1,
        1,
        0,
        reason,
        "exact",
        Double.isNaN(value) ? Double.NaN : 0.01,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        null);
  }
}
