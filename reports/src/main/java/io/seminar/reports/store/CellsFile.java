package io.seminar.reports.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * {@code cells.arrow}: one row an arm, slice and metric; what a run found out. Nothing in it
 * depends on the clock, and its bytes are a function of the set of rows: the writer sorts them by
 * arm, slice and metric.
 */
public final class CellsFile {
  /** Name of the file in the run folder. */
  public static final String FILE_NAME = "cells.arrow";

  private static final Comparator<Cell> ORDER =
      Comparator.comparing(Cell::arm).thenComparing(Cell::slice).thenComparing(Cell::metric);

  private static final ArrowTable<Cell> TABLE =
      new ArrowTable<Cell>("cells", 2)
          .text("arm", Cell::arm)
          .text("slice", Cell::slice)
          .text("metric", Cell::metric)
          .number("value", Cell::value)
          .number("low", Cell::low)
          .number("high", Cell::high)
          .count("n", Cell::n)
          .count("users", Cell::users)
          .count("left_out_users", Cell::leftOutUsers)
          .count("left_out", Cell::leftOut)
          .nullableText("reason", Cell::reason)
          .nullableText("baseline", Cell::baseline)
          .number("difference", Cell::difference)
          .number("difference_low", Cell::differenceLow)
          .number("difference_high", Cell::differenceHigh)
          .number("se", Cell::se)
          .number("difference_se", Cell::differenceSe)
          .number("p", Cell::p)
          .number("p_holm", Cell::pHolm)
          .number("p_bh", Cell::pBh)
          .nullableText("test", Cell::test);

  private CellsFile() {}

  /**
   * A number of the run, and how sure we are of it.
   *
   * @param arm name of the arm
   * @param slice name of the slice, {@code all} for everything
   * @param metric key of the metric
   * @param value the metric; NaN where it is not defined
   * @param low lower end of the interval; NaN where there is none
   * @param high upper end
   * @param n units that the value rests on: pages, impressions or users, as the metric says
   * @param users users among them
   * @param leftOutUsers users in the slice for whom the metric is not defined
   * @param leftOut units in the slice for which the metric is not defined
   * @param reason why value, interval or difference is NaN; null where none is
   * @param baseline arm that it is compared with; null for the baseline itself
   * @param difference this arm minus the baseline, over the same users; NaN where not defined
   * @param differenceLow lower end of the difference's interval
   * @param differenceHigh upper end
   * @param se standard error of the value; NaN where there is none
   * @param differenceSe standard error of the difference; NaN where there is none
   * @param p two-sided p-value of no difference to the baseline, over paired users, in [0, 1]; NaN
   *     where there was no test
   * @param pHolm the same, adjusted for all tests of the slice after Holm
   * @param pBh the same, adjusted after Benjamini and Hochberg
   * @param test how p was found: {@code sign_flip} or {@code jackknife_t}; null where it was not
   */
  public record Cell(
      String arm,
      String slice,
      String metric,
      double value,
      double low,
      double high,
      long n,
      long users,
      long leftOutUsers,
      long leftOut,
      String reason,
      String baseline,
      double difference,
      double differenceLow,
      double differenceHigh,
      double se,
      double differenceSe,
      double p,
      double pHolm,
      double pBh,
      String test) {
    public Cell {
      Objects.requireNonNull(arm, "arm");
      Objects.requireNonNull(slice, "slice");
      Objects.requireNonNull(metric, "metric");
      if (Double.isNaN(value) && reason == null) {
        throw new IllegalArgumentException(
            "a value of NaN without a reason (" + arm + ", " + slice + ", " + metric + ")");
      }
      if (p < 0 || p > 1 || !Double.isNaN(p) && test == null) {
        throw new IllegalArgumentException(
            "p: found "
                + p
                + " by "
                + test
                + ", expected a number from 0 to 1 with its test ("
                + arm
                + ", "
                + slice
                + ", "
                + metric
                + ")");
      }
    }

    /** The same with adjusted p-values. */
    public Cell withAdjusted(double holm, double bh) {
      return new Cell(
          arm,
          slice,
          metric,
          value,
          low,
          high,
          n,
          users,
          leftOutUsers,
          leftOut,
          reason,
          baseline,
          difference,
          differenceLow,
          differenceHigh,
          se,
          differenceSe,
          p,
          holm,
          bh,
          test);
    }
  }

  /**
   * Writes the cells, sorted.
   *
   * @throws IllegalArgumentException if two cells have the same arm, slice and metric
   */
  public static void write(Path file, List<Cell> cells) {
    List<Cell> sorted = new ArrayList<>(cells);
    sorted.sort(ORDER);
    for (int i = 1; i < sorted.size(); i++) {
      if (ORDER.compare(sorted.get(i - 1), sorted.get(i)) == 0) {
        throw new IllegalArgumentException(
            "two cells for one key: " + sorted.get(i - 1) + " and " + sorted.get(i));
      }
    }
    TABLE.write(file, sorted);
  }

  /**
   * Reads the cells, in the file's order.
   *
   * @throws io.seminar.sessions.DatasetException if the file is not a readable cells file
   */
  public static List<Cell> read(Path file) {
    return TABLE.read(
        file,
        row ->
            new Cell(
                row.text("arm"),
                row.text("slice"),
                row.text("metric"),
                row.number("value"),
                row.number("low"),
                row.number("high"),
                row.count("n"),
                row.count("users"),
                row.count("left_out_users"),
                row.count("left_out"),
                row.text("reason"),
                row.text("baseline"),
                row.number("difference"),
                row.number("difference_low"),
                row.number("difference_high"),
                row.number("se"),
                row.number("difference_se"),
                row.number("p"),
                row.number("p_holm"),
                row.number("p_bh"),
                row.text("test")));
  }
}
