package io.seminar.reports.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * {@code reliability.arrow}: the reliability diagram, one row an arm and bin of predicted
 * probability. Sorted by arm and bin.
 */
public final class ReliabilityFile {
  /** Name of the file in the run folder. */
  public static final String FILE_NAME = "reliability.arrow";

  private static final ArrowTable<Bin> TABLE =
      new ArrowTable<Bin>("reliability")
          .text("arm", Bin::arm)
          .count("bin", Bin::bin)
          .number("lower", Bin::lower)
          .number("upper", Bin::upper)
          .count("n", Bin::n)
          .number("mean_predicted", Bin::meanPredicted)
          .number("observed", Bin::observed)
          .number("low", Bin::low)
          .number("high", Bin::high);

  private ReliabilityFile() {}

  /**
   * A bin of the diagram.
   *
   * @param arm name of the arm
   * @param bin index of the bin, from 0, by rising probability
   * @param lower smallest predicted probability that falls into it
   * @param upper the end of the bin
   * @param n impressions in it
   * @param meanPredicted their mean predicted probability; NaN if n is 0
   * @param observed their share of clicks; NaN if n is 0
   * @param low lower end of the interval of the share; NaN where there is none
   * @param high upper end
   */
  public record Bin(
      String arm,
      int bin,
      double lower,
      double upper,
      long n,
      double meanPredicted,
      double observed,
      double low,
      double high) {
    public Bin {
      Objects.requireNonNull(arm, "arm");
    }
  }

  /** Writes the bins, sorted. */
  public static void write(Path file, List<Bin> bins) {
    List<Bin> sorted = new ArrayList<>(bins);
    sorted.sort(Comparator.comparing(Bin::arm).thenComparingInt(Bin::bin));
    TABLE.write(file, sorted);
  }

  /**
   * Reads the bins, in the file's order.
   *
   * @throws io.seminar.sessions.DatasetException if the file is not a readable reliability file
   */
  public static List<Bin> read(Path file) {
    return TABLE.read(
        file,
        row ->
            new Bin(
                row.text("arm"),
                (int) row.count("bin"),
                row.number("lower"),
                row.number("upper"),
                row.count("n"),
                row.number("mean_predicted"),
                row.number("observed"),
                row.number("low"),
                row.number("high")));
  }
}
