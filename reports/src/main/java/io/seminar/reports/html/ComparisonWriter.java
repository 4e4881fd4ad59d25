package io.seminar.reports.html;

import io.seminar.reports.charts.Chart;
import io.seminar.reports.charts.Style;
import io.seminar.reports.compare.Difference;
import io.seminar.reports.compare.RunComparison;
import io.seminar.sessions.DatasetException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes the comparison of two runs: {@code index.html} with their differences in numbers and in
 * provenance, its charts as {@code .svg} and {@code .png}, and {@code cells.csv} and {@code
 * provenance.csv}.
 */
public final class ComparisonWriter {
  private ComparisonWriter() {}

  /**
   * Writes the report.
   *
   * @param folder where it goes; an earlier one there is replaced
   * @return the page
   * @throws DatasetException if it cannot be written
   * @throws IllegalStateException if this machine has no fonts to draw charts with
   */
  public static Path write(Path folder, RunComparison comparison) {
    Style.checkFonts();
    List<Chart> charts = new ArrayList<>();
    String page;
    try {
      page = new ComparisonPage(comparison, charts).document();
    } catch (IOException e) {
      throw new DatasetException("cannot make the report " + folder + ": " + e, e);
    }
    return PageFolder.write(
        folder,
        page,
        charts,
        Map.of("cells.csv", cells(comparison), "provenance.csv", provenance(comparison)));
  }

  private static Csv cells(RunComparison comparison) {
    return ReportWriter.cells(comparison.cells());
  }

  private static Csv provenance(RunComparison comparison) {
    Csv csv = new Csv(List.of("kind", "what", "arms", "before", "after"));
    for (Difference d : comparison.differences()) {
      csv.row(d.kind(), d.what(), d.arms(), d.before(), d.after());
    }
    return csv;
  }
}
