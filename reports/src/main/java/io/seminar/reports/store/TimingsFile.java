package io.seminar.reports.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * {@code timings.arrow}: how long the stages took, one row an arm and stage. The only table of a
 * run that depends on the clock. The times are for orientation: they are taken in passing, while
 * other threads work.
 */
public final class TimingsFile {
  /** Name of the file in the run folder. */
  public static final String FILE_NAME = "timings.arrow";

  private static final ArrowTable<Timing> TABLE =
      new ArrowTable<Timing>("timings")
          .text("arm", Timing::arm)
          .text("stage", Timing::stage)
          .count("n", Timing::n)
          .number("mean", Timing::mean)
          .number("p50", Timing::p50)
          .number("p90", Timing::p90)
          .number("p99", Timing::p99)
          .number("max", Timing::max);

  private TimingsFile() {}

  /**
   * A stage's times, in nanoseconds a request.
   *
   * @param arm name of the arm
   * @param stage name of the stage, e.g. {@code retrieve}
   * @param n requests timed
   * @param mean arithmetic mean; NaN if n is 0, as are the others
   * @param p50 median
   * @param p90 90th percentile
   * @param p99 99th percentile
   * @param max longest
   */
  public record Timing(
      String arm,
      String stage,
      long n,
      double mean,
      double p50,
      double p90,
      double p99,
      double max) {
    public Timing {
      Objects.requireNonNull(arm, "arm");
      Objects.requireNonNull(stage, "stage");
    }
  }

  /** Writes the timings, sorted by arm and stage. */
  public static void write(Path file, List<Timing> timings) {
    List<Timing> sorted = new ArrayList<>(timings);
    sorted.sort(Comparator.comparing(Timing::arm).thenComparing(Timing::stage));
    TABLE.write(file, sorted);
  }

  /**
   * Reads the timings, in the file's order.
   *
   * @throws io.seminar.sessions.DatasetException if the file is not a readable timings file
   */
  public static List<Timing> read(Path file) {
    return TABLE.read(
        file,
        row ->
            new Timing(
                row.text("arm"),
                row.text("stage"),
                row.count("n"),
                row.number("mean"),
                row.number("p50"),
                row.number("p90"),
                row.number("p99"),
                row.number("max")));
  }
}
