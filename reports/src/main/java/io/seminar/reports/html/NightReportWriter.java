package io.seminar.reports.html;

import io.seminar.reports.charts.Chart;
import io.seminar.reports.charts.Style;
import io.seminar.sessions.DatasetException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes the report of a night: {@code index.html} with the gate's verdict and what probably caused
 * it, its charts as {@code .svg} and {@code .png}, and every finding as {@code findings.csv}.
 */
public final class NightReportWriter {
  private NightReportWriter() {}

  /**
   * Writes the report.
   *
   * @param folder where it goes; an earlier one there is replaced
   * @return the page
   * @throws DatasetException if it cannot be written
   * @throws IllegalStateException if this machine has no fonts to draw charts with
   */
  public static Path write(Path folder, NightReport night) {
    Style.checkFonts();
    List<Chart> charts = new ArrayList<>();
    String page;
    try {
      page = new NightPage(night, charts).document();
    } catch (IOException e) {
      throw new DatasetException("cannot make the report " + folder + ": " + e, e);
    }
    return PageFolder.write(
        folder, page, charts, Map.of("findings.csv", GateSection.csv(night.gate())));
  }
}
