package io.seminar.reports.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** {@code points.arrow}: one row a point of a sweep. */
public final class PointsFile {
  /** Name of the file in the folder. */
  public static final String FILE_NAME = "points.arrow";

  private static final ArrowTable<SweepPoint> TABLE =
      key(new ArrowTable<SweepPoint>("points"), SweepPoint::key)
          .text("kind", p -> p.arm().kind())
          .text("size", p -> p.arm().size())
          .count("bits", p -> p.arm().bits())
          .count("refine", p -> p.arm().refine())
          .number("bytes_per_behaviour", p -> p.arm().bytesPerBehaviour())
          .choice("status", SweepPoint::status)
          .nullableText("reason", SweepPoint::reason)
          .count("requests", p -> p.fidelity().requests())
          .number("recall", p -> p.fidelity().recall())
          .number("recall_low", p -> p.fidelity().recallLow())
          .number("recall_high", p -> p.fidelity().recallHigh())
          .number("mass_kept", p -> p.fidelity().massKept())
          .number("output_cosine", p -> p.fidelity().outputCosine())
          .number("output_rel_l2", p -> p.fidelity().outputRelL2())
          .count("samples", p -> p.latency().samples())
          .count("forks", p -> p.latency().forks())
          .number("mean_ns", p -> p.latency().meanNanos())
          .number("p50_ns", p -> p.latency().quantiles().p50())
          .number("p90_ns", p -> p.latency().quantiles().p90())
          .number("p99_ns", p -> p.latency().quantiles().p99())
          .number("p999_ns", p -> p.latency().quantiles().p999())
          .number("max_ns", p -> p.latency().maxNanos())
          .number("fork_p50_low_ns", p -> p.latency().forkP50Low())
          .number("fork_p50_high_ns", p -> p.latency().forkP50High())
          .count("warmup_requests", p -> p.warmup().requests())
          .number("warmup_cv", p -> p.warmup().cv())
          .flag("settled", p -> p.warmup().settled())
          .number("prepare_ns", p -> p.stages().prepareNanos())
          .number("scan_ns", p -> p.stages().scanNanos())
          .number("select_ns", p -> p.stages().selectNanos())
          .number("rerank_ns", p -> p.stages().rerankNanos())
          .number("copy_ns", p -> p.stages().copyNanos())
          .number("queue_ns", p -> p.stages().queueNanos())
          .number("attend_ns", p -> p.stages().attendNanos())
          .number("bytes_read", p -> p.work().bytesRead())
          .number("allocated_bytes", p -> p.work().allocatedBytes())
          .number("reranked_share", p -> p.work().rerankedShare())
          .number("scanned", p -> p.work().scanned())
          .number("build_ns", p -> p.index().buildNanos())
          .number("index_bytes", p -> p.index().bytes())
          .count("shared_bytes", p -> p.index().sharedBytes());

  private PointsFile() {}

  /** The columns that say which point a row belongs to. */
  static <R> ArrowTable<R> key(ArrowTable<R> table, Function<R, SweepPoint.Key> key) {
    return table
        .count("history_length", r -> key.apply(r).historyLength())
        .count("keep", r -> key.apply(r).keep())
        .count("targets", r -> key.apply(r).targets())
        .count("heads", r -> key.apply(r).heads())
        .text("arm", r -> key.apply(r).arm());
  }

  /** The point that a row belongs to. */
  static SweepPoint.Key key(ArrowTable.Row row) {
    return new SweepPoint.Key(
        row.size("history_length"),
        row.size("keep"),
        row.size("targets"),
        row.size("heads"),
        row.text("arm"));
  }

  /** Names of the columns, in their order. */
  public static List<String> columns() {
    return TABLE.names();
  }

  /** What a point has in each column: a String, Long, Double or Boolean, or null. */
  public static Object[] values(SweepPoint point) {
    return TABLE.values(point);
  }

  /**
   * Writes the points, sorted by key.
   *
   * @throws IllegalArgumentException if two points have the same key
   */
  static void write(Path file, List<SweepPoint> points) {
    List<SweepPoint> sorted = new ArrayList<>(points);
    sorted.sort(Comparator.comparing(SweepPoint::key));
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i - 1).key().equals(sorted.get(i).key())) {
        throw new IllegalArgumentException("two points for one key: " + sorted.get(i).key());
      }
    }
    TABLE.write(file, sorted);
  }

  /**
   * Reads the points, in the file's order.
   *
   * @throws io.seminar.sessions.DatasetException if the file is not a readable points file
   */
  static List<SweepPoint> read(Path file) {
    return TABLE.read(
        file,
        row ->
            new SweepPoint(
                key(row),
                new SweepPoint.Arm(
                    row.text("kind"),
                    row.text("size"),
                    row.size("bits"),
                    row.size("refine"),
                    row.number("bytes_per_behaviour")),
                row.choice("status", SweepPoint.Status.class),
                row.text("reason"),
                new SweepPoint.Fidelity(
                    row.count("requests"),
                    row.number("recall"),
                    row.number("recall_low"),
                    row.number("recall_high"),
                    row.number("mass_kept"),
                    row.number("output_cosine"),
                    row.number("output_rel_l2")),
                new SweepPoint.Latency(
                    row.count("samples"),
                    row.size("forks"),
                    row.number("mean_ns"),
                    new SweepPoint.Quantiles(
                        row.number("p50_ns"),
                        row.number("p90_ns"),
                        row.number("p99_ns"),
                        row.number("p999_ns")),
                    row.number("max_ns"),
                    row.number("fork_p50_low_ns"),
                    row.number("fork_p50_high_ns")),
                new SweepPoint.Warmup(
                    row.count("warmup_requests"), row.number("warmup_cv"), row.flag("settled")),
                new SweepPoint.Stages(
                    row.number("prepare_ns"),
                    row.number("scan_ns"),
                    row.number("select_ns"),
                    row.number("rerank_ns"),
                    row.number("copy_ns"),
                    row.number("queue_ns"),
                    row.number("attend_ns")),
                new SweepPoint.Work(
                    row.number("bytes_read"),
                    row.number("allocated_bytes"),
                    row.number("reranked_share"),
                    row.number("scanned")),
                new SweepPoint.Index(
                    row.number("build_ns"), row.number("index_bytes"), row.count("shared_bytes"))));
  }
}
