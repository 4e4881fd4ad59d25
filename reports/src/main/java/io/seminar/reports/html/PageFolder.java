package io.seminar.reports.html;

import io.seminar.reports.charts.Chart;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A folder with a page, its charts as {@code .svg} and {@code .png}, and its tables as CSV. It
 * appears when it is complete, in place of an earlier one.
 */
final class PageFolder {
  private PageFolder() {}

  /**
   * Writes it.
   *
   * @param tables name of the file to the table
   * @return the page
   */
  static Path write(Path folder, String page, List<Chart> charts, Map<String, Csv> tables) {
    try {
      Path temporary = Publication.temporaryBeside(folder);
      try {
        Files.createDirectory(temporary);
        Files.writeString(temporary.resolve("index.html"), page);
        // Encoding PNGs is most of the work, and each chart is its own.
        charts.parallelStream().forEach(chart -> writeFiles(chart, temporary));
        for (Map.Entry<String, Csv> table : tables.entrySet()) {
          table.getValue().write(temporary.resolve(table.getKey()));
        }
        Publication.publish(temporary, folder, true);
      } finally {
        Publication.deleteTree(temporary);
      }
      return folder.resolve("index.html");
    } catch (IOException | UncheckedIOException e) {
      throw new DatasetException("cannot write the report " + folder + ": " + e, e);
    }
  }

  private static void writeFiles(Chart chart, Path folder) {
    try {
      chart.writeFiles(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
