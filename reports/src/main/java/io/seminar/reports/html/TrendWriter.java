package io.seminar.reports.html;

import io.seminar.reports.charts.Chart;
import io.seminar.reports.charts.Style;
import io.seminar.reports.gate.Finding;
import io.seminar.reports.store.RunStore;
import io.seminar.sessions.DatasetException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes the trend over the nights of a store: {@code index.html} with a chart for every rule, arm
 * and slice, the charts as {@code .svg} and {@code .png}, and every number as {@code trend.csv}.
 */
public final class TrendWriter {
  private TrendWriter() {}

  /**
   * Writes the page.
   *
   * @param folder where it goes, on the file system of the store, so that it can link to the
   *     nights' reports; an earlier one there is replaced
   * @return the page
   * @throws DatasetException if it cannot be written
   * @throws IllegalStateException if this machine has no fonts to draw charts with
   */
  public static Path write(RunStore store, Path folder) {
    Style.checkFonts();
    Night.Nights nights = Night.of(store);
    List<Chart> charts = new ArrayList<>();
    String page;
    try {
      page = new TrendPage(store, folder, nights, store.annotations().read(), charts).document();
    } catch (IOException e) {
      throw new DatasetException("cannot make the report " + folder + ": " + e, e);
    }
    return PageFolder.write(folder, page, charts, Map.of("trend.csv", csv(nights.nights())));
  }

  private static Csv csv(List<Night> nights) {
    Csv csv =
        new Csv(
            List.of(
                "run_id",
                "started",
                "gate",
                "rule",
                "metric",
                "arm",
                "slice",
                "verdict",
                "measured",
                "tested",
                "low",
                "high",
                "limit",
                "users"));
    for (Night night : nights) {
      for (Finding f : night.gate().findings()) {
        csv.row(
            night.run().runId(),
            night.run().started(),
            night.gate().verdict(),
            f.rule(),
            f.metric(),
            f.arm(),
            f.slice(),
            f.verdict(),
            f.measured(),
            f.tested(),
            f.low(),
            f.high(),
            f.limit(),
            f.users());
      }
    }
    return csv;
  }
}
