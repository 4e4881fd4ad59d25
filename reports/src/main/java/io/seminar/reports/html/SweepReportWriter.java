package io.seminar.reports.html;

import io.seminar.reports.charts.Chart;
import io.seminar.reports.charts.Style;
import io.seminar.reports.store.LoadsFile;
import io.seminar.reports.store.PointsFile;
import io.seminar.reports.store.SweepFolder;
import io.seminar.reports.sweep.SweepResults;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes the report of a sweep into its folder: {@code report/index.html}, a page each history
 * length, which need nothing beside them, the charts as {@code .svg} and {@code .png}, and every
 * point as {@code points.csv} and {@code loads.csv}. The folder appears when it is complete, in
 * place of an earlier report.
 */
public final class SweepReportWriter {
  private SweepReportWriter() {}

  /**
   * Writes the report.
   *
   * @param overlay another sweep that is shown beside this one, such as one of another machine or
   *     version; null: none
   * @return the first page
   * @throws DatasetException if the report cannot be written
   * @throws IllegalStateException if this machine has no fonts to draw charts with
   */
  public static Path write(SweepFolder sweep, SweepFolder overlay) {
    Style.checkFonts();
    SweepResults results = new SweepResults(sweep);
    SweepResults other = overlay == null ? null : new SweepResults(overlay);
    SweepLooks looks = new SweepLooks(other == null ? List.of(results) : List.of(results, other));
    TradeOffCharts tradeOffs = new TradeOffCharts(results, other, looks);
    CostCharts costs = new CostCharts(results, looks);
    // The first page repeats charts of the others.
    Map<String, Chart> charts = new LinkedHashMap<>();
    try {
      Path folder = Publication.temporaryBeside(sweep.reportFolder());
      try {
        Files.createDirectory(folder);
        Files.writeString(
            folder.resolve("index.html"),
            new SweepOverview(results, other, tradeOffs, costs, c -> charts.put(c.id(), c))
                .document());
        for (int length : results.historyLengths()) {
          Files.writeString(
              folder.resolve(SweepNames.page(length)),
              new SweepHistoryPage(results, length, tradeOffs, costs, c -> charts.put(c.id(), c))
                  .document());
        }
        // Encoding PNGs is most of the work, and each chart is its own.
        charts.values().parallelStream().forEach(chart -> writeFiles(chart, folder));
        csv(PointsFile.columns(), sweep.points().stream().map(PointsFile::values))
            .write(folder.resolve("points.csv"));
        csv(LoadsFile.columns(), sweep.loads().stream().map(LoadsFile::values))
            .write(folder.resolve("loads.csv"));
        Publication.publish(folder, sweep.reportFolder(), true);
      } finally {
        Publication.deleteTree(folder);
      }
      return sweep.reportFolder().resolve("index.html");
    } catch (IOException | UncheckedIOException e) {
      throw new DatasetException("cannot write the report of " + sweep.path() + ": " + e, e);
    }
  }

  private static Csv csv(List<String> columns, Stream<Object[]> rows) {
    Csv csv = new Csv(columns);
    rows.forEach(csv::row);
    return csv;
  }

  private static void writeFiles(Chart chart, Path folder) {
    try {
      chart.writeFiles(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
