package io.seminar.reports.html;

import io.seminar.reports.charts.Chart;
import io.seminar.reports.charts.Style;
import io.seminar.reports.gate.Tolerances;
import io.seminar.reports.gate.Tolerances.CellTolerance;
import io.seminar.reports.gate.Tolerances.RuleTolerance;
import io.seminar.sessions.DatasetException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes what an A/A study found out: {@code index.html}, its charts as {@code .svg} and {@code
 * .png}, and the numbers of every arm and slice as {@code tolerances.csv}.
 */
public final class ToleranceWriter {
  private ToleranceWriter() {}

  /**
   * Writes the page.
   *
   * @param folder where it goes; an earlier one there is replaced
   * @return the page
   * @throws DatasetException if it cannot be written
   * @throws IllegalStateException if this machine has no fonts to draw charts with
   */
  public static Path write(Path folder, Tolerances tolerances) {
    Style.checkFonts();
    List<Chart> charts = new ArrayList<>();
    String page;
    try {
      page = new TolerancePage(tolerances, charts).document();
    } catch (IOException e) {
      throw new DatasetException("cannot make the report " + folder + ": " + e, e);
    }
    return PageFolder.write(folder, page, charts, Map.of("tolerances.csv", csv(tolerances)));
  }

  private static Csv csv(Tolerances tolerances) {
    Csv csv =
        new Csv(
            List.of(
                "rule", "metric", "arm", "slice", "judged", "median", "low", "high", "limit",
                "reason"));
    for (RuleTolerance rule : tolerances.rules()) {
      for (CellTolerance cell : rule.cells()) {
        csv.row(
            rule.rule(),
            rule.metric(),
            cell.arm(),
            cell.slice(),
            cell.judged(),
            cell.median(),
            cell.low(),
            cell.high(),
            cell.limit(),
            cell.reason());
      }
    }
    return csv;
  }
}
