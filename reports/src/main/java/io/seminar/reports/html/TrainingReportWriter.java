package io.seminar.reports.html;

import io.seminar.reports.charts.Chart;
import io.seminar.reports.charts.Style;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Writes the report of a training: {@code index.html}, which needs nothing beside it, the charts as
 * {@code .svg} and {@code .png}, and the epochs as {@code epochs.csv}. The folder appears when it
 * is complete, in place of an earlier report.
 */
public final class TrainingReportWriter {
  private TrainingReportWriter() {}

  /**
   * Writes the report.
   *
   * @param target folder to make or replace
   * @return the page
   * @throws DatasetException if the report cannot be written
   * @throws IllegalStateException if this machine has no fonts to draw charts with
   */
  public static Path write(TrainingReport report, Path target) {
    Style.checkFonts();
    try {
      Path folder = Publication.temporaryBeside(target);
      try {
        Files.createDirectory(folder);
        List<Chart> charts = new ArrayList<>();
        Files.writeString(
            folder.resolve("index.html"), new TrainingPage(report, charts).document());
        for (Chart chart : charts) {
          chart.writeFiles(folder);
        }
        epochs(report).write(folder.resolve("epochs.csv"));
        Publication.publish(folder, target, true);
      } finally {
        Publication.deleteTree(folder);
      }
      return target.resolve("index.html");
    } catch (IOException | UncheckedIOException e) {
      throw new DatasetException("cannot write the report " + target + ": " + e, e);
    }
  }

  /** Everything that was measured, shown on the page or not. */
  private static Csv epochs(TrainingReport report) {
    TreeSet<String> keys = new TreeSet<>();
    report.epochs().forEach(epoch -> keys.addAll(epoch.keySet()));
    List<String> header = new ArrayList<>(List.of("epoch", "chosen"));
    header.addAll(keys);
    Csv csv = new Csv(header);
    for (int epoch = 1; epoch <= report.epochs().size(); epoch++) {
      List<Object> row = new ArrayList<>(List.of(epoch, epoch == report.chosen()));
      for (String key : keys) {
        row.add(report.value(epoch, key));
      }
      csv.row(row.toArray());
    }
    return csv;
  }
}
