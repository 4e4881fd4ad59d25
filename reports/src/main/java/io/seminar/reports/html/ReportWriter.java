package io.seminar.reports.html;

import io.seminar.reports.charts.Chart;
import io.seminar.reports.charts.Style;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.ReliabilityFile;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.TimingsFile;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the report of a run into its folder: {@code report/index.html}, which needs nothing beside
 * it, the charts as {@code .svg} and {@code .png}, and the numbers as {@code cells.csv}, {@code
 * reliability.csv}, {@code timings.csv} and {@code worst-requests.csv}. The folder appears when it
 * is complete, in place of an earlier report.
 */
public final class ReportWriter {
  private static final int WORST = 10;

  private ReportWriter() {}

  /**
   * Writes the report.
   *
   * @return the page
   * @throws DatasetException if a file of the run is damaged, or the report cannot be written
   * @throws IllegalStateException if this machine has no fonts to draw charts with
   */
  public static Path write(RunFolder run) {
    Style.checkFonts();
    try {
      Results results = new Results(run);
      List<WorstRequests.Bad> worst = WorstRequests.find(run, WORST);
      DeadLetterTally deadLetters = new DeadLetterTally(run);
      Path folder = Publication.temporaryBeside(run.reportFolder());
      try {
        Files.createDirectory(folder);
        List<Chart> charts = new ArrayList<>();
        String page = new ReportPage(results, worst, deadLetters, charts).document();
        // Encoding PNGs is most of the work, and each chart is its own.
        charts.parallelStream().forEach(chart -> writeFiles(chart, folder));
        Files.writeString(folder.resolve("index.html"), page);
        cells(results.cells()).write(folder.resolve("cells.csv"));
        reliability(results).write(folder.resolve("reliability.csv"));
        timings(results).write(folder.resolve("timings.csv"));
        worst(worst).write(folder.resolve("worst-requests.csv"));
        Publication.publish(folder, run.reportFolder(), true);
      } finally {
        Publication.deleteTree(folder);
      }
      return run.reportFolder().resolve("index.html");
    } catch (IOException | UncheckedIOException e) {
      throw new DatasetException("cannot write the report of " + run.path() + ": " + e, e);
    }
  }

  private static void writeFiles(Chart chart, Path folder) {
    try {
      chart.writeFiles(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All cells, in full. */
  static Csv cells(List<Cell> cells) {
    Csv csv =
        new Csv(
            List.of(
                "arm",
                "slice",
                "metric",
                "value",
                "low",
                "high",
                "n",
                "users",
                "left_out_users",
                "left_out",
                "reason",
                "baseline",
                "difference",
                "difference_low",
                "difference_high",
                "se",
                "difference_se",
                "p",
                "p_holm",
                "p_bh",
                "test"));
    for (Cell c : cells) {
      csv.row(
          c.arm(),
          c.slice(),
          c.metric(),
          c.value(),
          c.low(),
          c.high(),
          c.n(),
          c.users(),
          c.leftOutUsers(),
          c.leftOut(),
          c.reason(),
          c.baseline(),
          c.difference(),
          c.differenceLow(),
          c.differenceHigh(),
          c.se(),
          c.differenceSe(),
          c.p(),
          c.pHolm(),
          c.pBh(),
          c.test());
    }
    return csv;
  }

  private static Csv reliability(Results results) {
    Csv csv =
        new Csv(
            List.of(
                "arm", "bin", "lower", "upper", "n", "mean_predicted", "observed", "low", "high"));
    for (ReliabilityFile.Bin b : results.reliability()) {
      csv.row(
          b.arm(),
          b.bin(),
          b.lower(),
          b.upper(),
          b.n(),
          b.meanPredicted(),
          b.observed(),
          b.low(),
          b.high());
    }
    return csv;
  }

  private static Csv timings(Results results) {
    Csv csv =
        new Csv(
            List.of(
                "arm",
                "stage",
                "n",
                "mean_nanos",
                "p50_nanos",
                "p90_nanos",
                "p99_nanos",
                "max_nanos"));
    for (TimingsFile.Timing t : results.timings()) {
      csv.row(t.arm(), t.stage(), t.n(), t.mean(), t.p50(), t.p90(), t.p99(), t.max());
    }
    return csv;
  }

  private static Csv worst(List<WorstRequests.Bad> worst) {
    Csv csv =
        new Csv(
            List.of(
                "arm",
                "by",
                "value",
                "user",
                "request",
                "time_ms",
                "query",
                "history_length",
                "impressions",
                "clicks"));
    for (WorstRequests.Bad bad : worst) {
      csv.row(
          bad.arm(),
          bad.by() == WorstRequests.By.RECALL ? "recall" : "logloss",
          bad.shown(),
          bad.user(),
          bad.request(),
          bad.time(),
          bad.query(),
          bad.historyLength(),
          bad.impressions(),
          bad.clicks());
    }
    return csv;
  }
}
