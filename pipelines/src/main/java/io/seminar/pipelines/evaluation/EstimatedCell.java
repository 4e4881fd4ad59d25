package io.seminar.pipelines.evaluation;

import io.seminar.metrics.PairedTest;
import io.seminar.metrics.inference.Estimate;
import io.seminar.metrics.inference.Interval;
import io.seminar.reports.store.CellsFile.Cell;

/** How an estimate, and what it is compared with, stand in a cell. */
public final class EstimatedCell {
  private EstimatedCell() {}

  /**
   * The cell, with p-values not yet adjusted.
   *
   * @param interval of the estimate
   * @param reason why a number is missing; null: none is
   * @param against name of the arm compared with; null: none
   * @param paired the difference; null: there is none
   * @param ofDifference its interval
   * @param test of no difference; null: none was made
   */
  public static Cell of(
      String arm,
      String slice,
      String metric,
      Estimate estimate,
      Interval interval,
      String reason,
      String against,
      Estimate paired,
      Interval ofDifference,
      PairedTest.Test test) {
    return new Cell(
        arm,
        slice,
        metric,
        estimate.value().value(),
        interval.low(),
        interval.high(),
        estimate.value().n(),
        estimate.value().users(),
        estimate.value().leftOutUsers(),
        estimate.value().leftOut(),
        reason,
        against,
        paired == null ? Double.NaN : paired.value().value(),
        ofDifference.low(),
        ofDifference.high(),
        estimate.standardError(),
        paired == null ? Double.NaN : paired.standardError(),
        test == null ? Double.NaN : test.p(),
        Double.NaN,
        Double.NaN,
        test == null || !test.isDefined() ? null : test.method());
  }
}
