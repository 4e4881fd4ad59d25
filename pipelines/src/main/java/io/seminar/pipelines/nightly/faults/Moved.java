package io.seminar.pipelines.nightly.faults;

import io.seminar.metrics.Metric;
import io.seminar.metrics.MetricSuite;
import io.seminar.reports.gate.Bound;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.text.Numbers;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;

/**
 * The number that a fault moved most for the worse: by most standard errors of its paired
 * difference to the untouched run, of those whose whole interval is on the bad side, in a slice
 * that is no cross of two.
 */
final class Moved {
  private final Cell cell;
  private final boolean higherIsBetter;

  private Moved(Cell cell, boolean higherIsBetter) {
    this.cell = cell;
    this.higherIsBetter = higherIsBetter;
  }

  /**
   * Finds it.
   *
   * @param cells of the run with the fault, compared with the run without
   * @return null where nothing moved
   */
  static Moved most(List<Cell> cells, MetricSuite suite) {
    Moved most = null;
    double furthest = 0;
    for (Metric metric : suite.metrics()) {
      if (metric.direction() == Metric.Direction.NEAR_ONE) {
        continue; // which way is worse depends on the value
      }
      boolean higher = metric.direction() == Metric.Direction.HIGHER;
      for (Cell cell : cells) {
        boolean worse = higher ? cell.differenceHigh() < 0 : cell.differenceLow() > 0;
        if (!cell.metric().equals(metric.key()) || cell.slice().contains(";") || !worse) {
          continue;
        }
        double distance = Math.abs(cell.difference()) / cell.differenceSe();
        if (distance > furthest) {
          furthest = distance;
          most = new Moved(cell, higher);
        }
      }
    }
    return most;
  }

  /** In words. */
  String words() {
    return cell.metric()
        + " of "
        + cell.arm()
        + " in "
        + cell.slice()
        + " by "
        + Numbers.signed(cell.difference())
        + " "
        + Numbers.signedInterval(cell.differenceLow(), cell.differenceHigh());
  }

  /**
   * A rule that this difference breaks by its whole interval, with half of what it is at least as
   * the margin; of a fault of the log, a limit half-way between the values.
   */
  String rule(Fault.Reach reach) {
    String limit;
    if (reach == Fault.Reach.CANDIDATE) {
      double least = higherIsBetter ? -cell.differenceHigh() : cell.differenceLow();
      limit = "margin: " + shortened(least / 2);
    } else {
      limit =
          (higherIsBetter ? Bound.AT_LEAST : Bound.AT_MOST)
                  .name()
                  .toLowerCase(Locale.ROOT)
                  .replace('_', '-')
              + ": "
              + shortened(cell.value() - cell.difference() / 2);
    }
    return "{metric: "
        + cell.metric()
        + ", arms: "
        + cell.arm()
        + (cell.slice().equals("all") ? "" : ", slices: " + cell.slice())
        + ", "
        + limit
        + "}";
  }

  private static String shortened(double x) {
    return new BigDecimal(x).round(new MathContext(3)).stripTrailingZeros().toPlainString();
  }
}
