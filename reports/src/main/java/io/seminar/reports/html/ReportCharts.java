package io.seminar.reports.html;

import io.seminar.metrics.Metric;
import io.seminar.reports.charts.Chart;
import io.seminar.reports.charts.CurveChart;
import io.seminar.reports.charts.IntervalChart;
import io.seminar.reports.charts.Measured;
import io.seminar.reports.charts.ReliabilityChart;
import io.seminar.reports.charts.StageTimeChart;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.ReliabilityFile;
import io.seminar.reports.store.RunManifest;
import io.seminar.reports.store.TimingsFile;
import io.seminar.reports.text.Numbers;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** The charts of a report. */
final class ReportCharts {
  private static final Measured UNDEFINED = new Measured(Double.NaN, Double.NaN, Double.NaN);

  private final Results results;
  private final String level;

  ReportCharts(Results results) {
    this.results = results;
    this.level = Numbers.percent(results.manifest().evaluation().level());
  }

  /** Recall over K, a curve an arm; none without cells. */
  List<Chart> recallCurves() {
    List<Integer> ks = results.manifest().evaluation().retrievalKs();
    List<CurveChart.Curve> curves = new ArrayList<>();
    for (RunManifest.Arm arm : results.arms()) {
      List<Measured> values = new ArrayList<>();
      for (int k : ks) {
        values.add(value(results.cell(arm.name(), Results.ALL, "recall@" + k)));
      }
      if (values.stream().anyMatch(m -> !Double.isNaN(m.value()))) {
        curves.add(new CurveChart.Curve(arm.name(), results.style(arm.name()), ks, values));
      }
    }
    if (curves.isEmpty()) {
      return List.of();
    }
    return List.of(
        CurveChart.of(
            "recall-curves",
            "Recall of the exact top K",
            "Share of the exact top K that each arm kept, over K, with "
                + level
                + " intervals. "
                + summary(curves),
            "K, behaviours (log scale)",
            "recall@K",
            curves));
  }

  private static String summary(List<CurveChart.Curve> curves) {
    List<String> parts = new ArrayList<>();
    for (CurveChart.Curve curve : curves) {
      int last = curve.xs().size() - 1;
      double value = curve.values().get(last).value();
      parts.add(
          curve.name()
              + " at K = "
              + curve.xs().get(last)
              + ": "
              + (Double.isNaN(value) ? "not defined" : Numbers.value(value)));
    }
    return String.join("; ", parts) + ".";
  }

  /** A metric by arm, and its difference to the baseline where there is another arm. */
  List<Chart> byArm(Metric metric) {
    List<String> names = results.arms().stream().map(RunManifest.Arm::name).toList();
    List<Chart> charts = new ArrayList<>();
    charts.add(
        arms(
            "arms-" + slug(metric.key()),
            metric.title() + " by arm",
            metric.title() + " of each arm with its " + level + " interval",
            metric.title() + unit(metric),
            names,
            metric,
            ReportCharts::value,
            Double.NaN));
    List<String> others = names.stream().filter(n -> !n.equals(results.baseline())).toList();
    if (!others.isEmpty()) {
      charts.add(
          arms(
              "difference-" + slug(metric.key()),
              metric.title() + ": difference to " + results.baseline(),
              metric.title()
                  + " of each arm minus that of "
                  + results.baseline()
                  + " over the same users, with its "
                  + level
                  + " interval; the dashed line is no difference",
              metric.title() + " difference" + unit(metric),
              others,
              metric,
              ReportCharts::difference,
              0));
    }
    return charts;
  }

  private Chart arms(
      String id,
      String title,
      String description,
      String label,
      List<String> names,
      Metric metric,
      Function<Cell, Measured> number,
      double reference) {
    List<IntervalChart.Series> series = new ArrayList<>();
    List<String> words = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Measured m = number.apply(results.cell(names.get(i), Results.ALL, metric.key()));
      List<Measured> values = new ArrayList<>();
      for (int row = 0; row < names.size(); row++) {
        values.add(row == i ? m : null);
      }
      series.add(new IntervalChart.Series(names.get(i), results.style(names.get(i)), values));
      words.add(
          names.get(i)
              + " "
              + (Double.isNaN(m.value()) ? "not defined" : Numbers.value(m.value())));
    }
    return IntervalChart.of(
        id,
        title,
        description + ": " + String.join(", ", words) + ".",
        label,
        names,
        series,
        reference,
        false);
  }

  /** A metric by slice and arm, over the slices that are not crosses. */
  Chart bySlice(Metric metric) {
    List<String> slices = results.slices().stream().filter(s -> !s.contains(";")).toList();
    List<IntervalChart.Series> series = new ArrayList<>();
    for (RunManifest.Arm arm : results.arms()) {
      series.add(
          new IntervalChart.Series(
              arm.name(),
              results.style(arm.name()),
              slices.stream().map(s -> value(results.cell(arm.name(), s, metric.key()))).toList()));
    }
    return IntervalChart.of(
        "slices-" + slug(metric.key()),
        metric.title() + " by slice",
        metric.title()
            + " of each arm in each slice, with "
            + level
            + " intervals. The numbers are in the tables below.",
        metric.title() + unit(metric),
        slices,
        series,
        Double.NaN,
        true);
  }

  /** A reliability diagram an arm, all over the same axes. */
  List<Chart> reliability() {
    double low = 1;
    double high = 0;
    for (ReliabilityFile.Bin bin : results.reliability()) {
      if (bin.n() > 0) {
        low = Math.min(low, Math.min(bin.meanPredicted(), orElse(bin.low(), bin.observed())));
        high = Math.max(high, Math.max(bin.meanPredicted(), orElse(bin.high(), bin.observed())));
      }
    }
    double margin = Math.max(0.05 * (high - low), 0.01);
    low = Math.max(0, low - margin);
    high = Math.min(1, high + margin);
    List<Chart> charts = new ArrayList<>();
    for (int i = 0; i < results.arms().size(); i++) {
      String arm = results.arms().get(i).name();
      List<ReliabilityChart.Bin> bins = new ArrayList<>();
      long n = 0;
      for (ReliabilityFile.Bin bin : results.reliability(arm)) {
        bins.add(
            new ReliabilityChart.Bin(
                bin.lower(),
                bin.upper(),
                bin.n(),
                bin.meanPredicted(),
                new Measured(bin.observed(), bin.low(), bin.high())));
        n += bin.n();
      }
      if (n > 0) {
        charts.add(
            ReliabilityChart.of(
                "reliability-" + i + "-" + slug(arm),
                "Calibration of " + arm,
                "Share of clicks over the mean predicted probability in "
                    + bins.size()
                    + " bins of about equally many of "
                    + Numbers.count(n)
                    + " impressions, with "
                    + level
                    + " intervals; the dashed diagonal is perfect calibration. Below: impressions"
                    + " in each bin.",
                results.style(arm),
                bins,
                low,
                high));
      }
    }
    return charts;
  }

  private static double orElse(double x, double other) {
    return Double.isNaN(x) ? other : x;
  }

  /** Mean stage times by arm; none if nothing was timed. */
  List<Chart> stageTimes() {
    Set<String> names = new LinkedHashSet<>(List.of("retrieve", "attend"));
    results.timings().forEach(t -> names.add(t.stage()));
    List<StageTimeChart.Stage> stages = new ArrayList<>();
    for (String name : names) {
      List<Double> means = new ArrayList<>();
      for (RunManifest.Arm arm : results.arms()) {
        means.add(
            results.timings().stream()
                .filter(t -> t.arm().equals(arm.name()) && t.stage().equals(name))
                .mapToDouble(TimingsFile.Timing::mean)
                .findFirst()
                .orElse(Double.NaN));
      }
      if (means.stream().anyMatch(mean -> !mean.isNaN())) {
        stages.add(new StageTimeChart.Stage(name, means));
      }
    }
    if (stages.isEmpty()) {
      return List.of();
    }
    return List.of(
        StageTimeChart.of(
            "stage-times",
            "Mean stage times",
            "Mean time of each stage for one request, by arm. The numbers are in the table below.",
            results.arms().stream().map(RunManifest.Arm::name).toList(),
            stages));
  }

  private static Measured value(Cell cell) {
    return cell == null ? UNDEFINED : new Measured(cell.value(), cell.low(), cell.high());
  }

  private static Measured difference(Cell cell) {
    return cell == null
        ? UNDEFINED
        : new Measured(cell.difference(), cell.differenceLow(), cell.differenceHigh());
  }

  /** The unit of the one metric that has one; the others are shares and ratios. */
  private static String unit(Metric metric) {
    return metric.key().equals("logloss") ? ", nats" : "";
  }

  /** Letters, digits and hyphens only, as ids and file names need. */
  private static String slug(String name) {
    return name.replaceAll("[^A-Za-z0-9]+", "-");
  }
}
