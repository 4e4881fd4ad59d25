package io.seminar.pipelines.cli;

import io.seminar.reports.store.SweepFolder;
import io.seminar.reports.store.SweepPoint;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The points of a sweep as a table for the terminal, the fastest first in every case. */
final class SweepNumbers {
  private SweepNumbers() {}

  static void print(SweepFolder sweep, PrintWriter out) {
    List<SweepPoint> points = new ArrayList<>(sweep.points());
    points.sort(
        Comparator.comparingInt((SweepPoint point) -> point.key().historyLength())
            .thenComparingInt(point -> point.key().keep())
            .thenComparingInt(point -> point.key().targets())
            .thenComparing(SweepPoint::status)
            .thenComparingDouble(point -> point.latency().quantiles().p50()));
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("L", "K", "targets", "arm", "recall", "p50_us", "p99_us", "ns_a_score"));
    for (SweepPoint point : points) {
      rows.add(row(point));
    }
    TextTable.print(rows, out);
    long measured = points.stream().filter(SweepPoint::measured).count();
    out.printf(
        Locale.ROOT,
        "%,d points measured, %,d pruned, %,d loads%n",
        measured,
        points.size() - measured,
        sweep.loads().size());
  }

  private static List<String> row(SweepPoint point) {
    SweepPoint.Key key = point.key();
    SweepPoint.Fidelity fidelity = point.fidelity();
    double scores = (double) key.historyLength() * key.targets() * key.heads();
    double p50 = point.latency().quantiles().p50();
    return List.of(
        Integer.toString(key.historyLength()),
        Integer.toString(key.keep()),
        Integer.toString(key.targets()),
        key.arm(),
        number("%.4f", fidelity.recall())
            + (Double.isNaN(fidelity.recallLow())
                ? ""
                : String.format(
                    Locale.ROOT, " [%.4f, %.4f]", fidelity.recallLow(), fidelity.recallHigh())),
        point.measured() ? number("%.1f", p50 / 1e3) : "pruned",
        number("%.1f", point.latency().quantiles().p99() / 1e3),
        number("%.3f", p50 / scores));
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
  }
}
