package io.seminar.reports.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code loads.arrow}: one row a point of a sweep and load; empty if no load was tried. */
public final class LoadsFile {
  /** Name of the file in the folder. */
  public static final String FILE_NAME = "loads.arrow";

  private static final ArrowTable<SweepLoad> TABLE =
      PointsFile.key(new ArrowTable<SweepLoad>("loads"), SweepLoad::key)
          .number("load", SweepLoad::load)
          .choice("load_of", SweepLoad::loadOf)
          .number("offered_per_s", SweepLoad::offeredPerSecond)
          .count("samples", SweepLoad::samples)
          .number("response_p50_ns", l -> l.response().p50())
          .number("response_p90_ns", l -> l.response().p90())
          .number("response_p99_ns", l -> l.response().p99())
          .number("response_p999_ns", l -> l.response().p999())
          .number("service_p50_ns", l -> l.service().p50())
          .number("service_p90_ns", l -> l.service().p90())
          .number("service_p99_ns", l -> l.service().p99())
          .number("service_p999_ns", l -> l.service().p999())
          .count("max_backlog", SweepLoad::maxBacklog);

  private LoadsFile() {}

  /** Names of the columns, in their order. */
  public static List<String> columns() {
    return TABLE.names();
  }

  /** What a row has in each column: a String, Long or Double. */
  public static Object[] values(SweepLoad load) {
    return TABLE.values(load);
  }

  /**
   * Writes the loads, sorted by point and load.
   *
   * @throws IllegalArgumentException if two rows have the same point, load and capacity
   */
  static void write(Path file, List<SweepLoad> loads) {
    List<SweepLoad> sorted = new ArrayList<>(loads);
    sorted.sort(SweepLoad.ORDER);
    for (int i = 1; i < sorted.size(); i++) {
      if (SweepLoad.ORDER.compare(sorted.get(i - 1), sorted.get(i)) == 0) {
        throw new IllegalArgumentException(
            "two rows for one load: " + sorted.get(i - 1) + " and " + sorted.get(i));
      }
    }
    TABLE.write(file, sorted);
  }

  /**
   * Reads the loads, in the file's order.
   *
   * @throws io.seminar.sessions.DatasetException if the file is not a readable loads file
   */
  static List<SweepLoad> read(Path file) {
    return TABLE.read(
        file,
        row ->
            new SweepLoad(
                PointsFile.key(row),
                row.number("load"),
                row.choice("load_of", SweepLoad.Capacity.class),
                row.number("offered_per_s"),
                row.count("samples"),
                new SweepPoint.Quantiles(
                    row.number("response_p50_ns"),
                    row.number("response_p90_ns"),
                    row.number("response_p99_ns"),
                    row.number("response_p999_ns")),
                new SweepPoint.Quantiles(
                    row.number("service_p50_ns"),
                    row.number("service_p90_ns"),
                    row.number("service_p99_ns"),
                    row.number("service_p999_ns")),
                row.count("max_backlog")));
  }
}
