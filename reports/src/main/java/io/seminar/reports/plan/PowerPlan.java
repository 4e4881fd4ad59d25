package io.seminar.reports.plan;

import io.seminar.metrics.inference.Power;
import io.seminar.reports.store.CellsFile.Cell;
import java.util.ArrayList;
import java.util.List;

/**
 * The smallest differences that a log's users can show, by arm, slice and metric, from the standard
 * errors that a run has measured: those of paired differences, which depend on how alike the two
 * arms are. A candidate that changes little is compared with more precision than one that changes
 * much; the arms of the run stand for what is planned.
 */
public final class PowerPlan {
  private PowerPlan() {}

  /**
   * A line of the plan.
   *
   * @param arm that is compared
   * @param baseline what with
   * @param slice name of the slice
   * @param metric key of the metric
   * @param users that the difference rests on
   * @param standardError of the paired difference
   * @param detectable smallest difference that is found with the power asked for
   * @param wished difference that was asked about; NaN if none was
   * @param usersNeeded for the wished difference, 0 if none was asked about
   */
  public record Line(
      String arm,
      String baseline,
      String slice,
      String metric,
      long users,
      double standardError,
      double detectable,
      double wished,
      long usersNeeded) {}

  /**
   * The plan.
   *
   * @param cells of a run, or of a comparison
   * @param power level and power
   * @param wished difference to ask about, above 0; NaN for none
   * @return a line a cell that has a standard error of its difference, above 0
   */
  public static List<Line> of(List<Cell> cells, Power power, double wished) {
    List<Line> lines = new ArrayList<>();
    for (Cell cell : cells) {
      double error = cell.differenceSe();
      if (cell.baseline() != null && error > 0 && cell.users() > 0) {
        lines.add(
            new Line(
                cell.arm(),
                cell.baseline(),
                cell.slice(),
                cell.metric(),
                cell.users(),
                error,
                power.detectable(error),
                wished,
                Double.isNaN(wished) ? 0 : power.usersNeeded(wished, error, cell.users())));
      }
    }
    return lines;
  }
}
