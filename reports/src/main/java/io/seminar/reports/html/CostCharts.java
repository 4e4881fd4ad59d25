package io.seminar.reports.html;

import io.seminar.reports.charts.Chart;
import io.seminar.reports.charts.Measured;
import io.seminar.reports.charts.PointChart;
import io.seminar.reports.charts.PointChart.Axis;
import io.seminar.reports.charts.PointChart.Dot;
import io.seminar.reports.charts.PointChart.Entry;
import io.seminar.reports.charts.PointChart.Line;
import io.seminar.reports.charts.PointChart.Look;
import io.seminar.reports.charts.PointChart.Pattern;
import io.seminar.reports.charts.PointChart.Scale;
import io.seminar.reports.charts.StageTimeChart;
import io.seminar.reports.store.SweepLoad;
import io.seminar.reports.store.SweepPoint;
import io.seminar.reports.sweep.CostGrowth;
import io.seminar.reports.sweep.ParetoFront;
import io.seminar.reports.sweep.Setting;
import io.seminar.reports.sweep.SweepResults;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Where the time of a sweep's arms goes, under load and over the length of the history. */
final class CostCharts {
  private static final int MOST_BARS = 24;
  private static final int MOST_CURVES = 9;

  private static final Map<String, ToDoubleFunction<SweepPoint.Stages>> STAGES =
      new LinkedHashMap<>();

  static {
    STAGES.put("prepare", SweepPoint.Stages::prepareNanos);
    STAGES.put("scan", SweepPoint.Stages::scanNanos);
    STAGES.put("select", SweepPoint.Stages::selectNanos);
    STAGES.put("re-rank", SweepPoint.Stages::rerankNanos);
    STAGES.put("copy", SweepPoint.Stages::copyNanos);
    STAGES.put("queue", SweepPoint.Stages::queueNanos);
    STAGES.put("attend", SweepPoint.Stages::attendNanos);
  }

  private final SweepResults results;
  private final SweepLooks looks;

  CostCharts(SweepResults results, SweepLooks looks) {
    this.results = results;
    this.looks = looks;
  }

  /** The time of each stage of the arms to look at first; empty if none was timed. */
  Optional<Chart> stages(Setting setting) {
    List<SweepPoint> timed =
        results.measured(setting).stream()
            .filter(p -> STAGES.values().stream().anyMatch(s -> s.applyAsDouble(p.stages()) > 0))
            .toList();
    if (timed.isEmpty()) {
      return Optional.empty();
    }
    List<SweepPoint> chosen = representatives(timed);
    List<StageTimeChart.Stage> stages = new ArrayList<>();
    STAGES.forEach(
        (name, nanos) -> {
          List<Double> times = chosen.stream().map(p -> nanos.applyAsDouble(p.stages())).toList();
          // Some stages are there on a device only.
          if (times.stream().anyMatch(time -> time > 0)) {
            stages.add(new StageTimeChart.Stage(name, times));
          }
        });
    return Optional.of(
        StageTimeChart.of(
            "stages-" + SweepNames.id(setting),
            "Where the time goes, " + SweepNames.length(setting.historyLength()),
            "Mean time of each stage for one request, from a pass of its own with clocks read"
                + " between the stages"
                + (chosen.size() < timed.size()
                    ? ": exact, the front of recall and median latency, and the fastest of each"
                        + " kind. The table has all."
                    : "."),
            chosen.stream().map(p -> p.key().arm()).toList(),
            stages));
  }

  /** Exact, the front, and the fastest of each kind, in the order given, and not too many. */
  private static List<SweepPoint> representatives(List<SweepPoint> points) {
    Set<SweepPoint> wanted = new LinkedHashSet<>();
    points.stream().filter(SweepResults::isExact).forEach(wanted::add);
    wanted.addAll(front(points));
    Set<String> kinds = new HashSet<>();
    points.stream().filter(p -> kinds.add(p.arm().kind())).forEach(wanted::add);
    Set<SweepPoint> kept = wanted.stream().limit(MOST_BARS).collect(Collectors.toSet());
    return points.stream().filter(kept::contains).toList();
  }

  private static List<SweepPoint> front(List<SweepPoint> points) {
    return ParetoFront.of(points, SweepNames.Quantile.P50::of, p -> p.fidelity().recall());
  }

  /**
   * The p99 of the response times over loads that are shares of a capacity, or the p90 where too
   * few requests arrived for any p99; empty if there is neither.
   */
  Optional<Chart> loads(Setting setting, SweepLoad.Capacity capacity) {
    return loads(setting, capacity, SweepNames.Quantile.P99)
        .or(() -> loads(setting, capacity, SweepNames.Quantile.P90));
  }

  private Optional<Chart> loads(
      Setting setting, SweepLoad.Capacity capacity, SweepNames.Quantile quantile) {
    Map<SweepPoint.Key, List<SweepLoad>> byPoint =
        results.loads(setting).stream()
            .filter(l -> l.loadOf() == capacity)
            .filter(
                l ->
                    !Double.isNaN(quantile.of(l.response()))
                        && !Double.isNaN(quantile.of(l.service())))
            .collect(
                Collectors.groupingBy(SweepLoad::key, LinkedHashMap::new, Collectors.toList()));
    if (byPoint.isEmpty()) {
      return Optional.empty();
    }
    Nanos unit =
        Nanos.of(
            byPoint.values().stream()
                .flatMap(List::stream)
                .mapToDouble(l -> quantile.of(l.response())));
    List<Dot> dots = new ArrayList<>();
    List<Line> lines = new ArrayList<>();
    byPoint.forEach(
        (key, rows) -> {
          Look look = looks.of(results.point(key).orElseThrow());
          List<Double> loads = rows.stream().map(SweepLoad::load).toList();
          List<Double> response =
              rows.stream().map(l -> unit.in(quantile.of(l.response()))).toList();
          List<Double> service = rows.stream().map(l -> unit.in(quantile.of(l.service()))).toList();
          lines.add(new Line(loads, response, look, Pattern.SOLID));
          lines.add(new Line(loads, service, look, Pattern.DASHED));
          dots.addAll(
              named(key.arm(), loads, response.stream().map(CostCharts::bare).toList(), look));
        });
    String whose =
        switch (capacity) {
          case EXACT -> "the exact arm's";
          case OWN -> "the arm's own";
        };
    return Optional.of(
        PointChart.of(
            "load-of-"
                + (capacity == SweepLoad.Capacity.OWN ? "own" : "exact")
                + "-"
                + SweepNames.id(setting),
            quantile.key() + " under load, " + SweepNames.length(setting.historyLength()),
            "Requests arrive as they were logged, scaled to a share of "
                + whose
                + " capacity. Solid: "
                + quantile.key()
                + " of the response time, waiting included. Dashed: that of the service time, which"
                + " is all that a closed loop sees; the gap is what it omits.",
            new Axis("load, share of " + whose + " capacity", Scale.LINEAR, true),
            new Axis(quantile.key() + ", " + unit.name() + " (log scale)", Scale.LOG),
            dots,
            lines,
            List.of(),
            List.of(
                new Entry("response (open loop)", new Look(0, false, false), Pattern.SOLID),
                new Entry("service (closed loop)", null, Pattern.DASHED))));
  }

  private static Measured bare(double value) {
    return new Measured(value, Double.NaN, Double.NaN);
  }

  /** Dots of a curve, the last with its name. */
  private static List<Dot> named(String name, List<Double> xs, List<Measured> ys, Look look) {
    List<Dot> dots = new ArrayList<>();
    for (int i = 0; i < xs.size(); i++) {
      boolean last = i == xs.size() - 1;
      dots.add(new Dot(last ? name : "", last, xs.get(i), ys.get(i), look));
    }
    return dots;
  }

  /**
   * Time a target over the history's length, with the fitted laws.
   *
   * @param growths of one K, B and H, at least one
   */
  Chart growth(List<CostGrowth> growths) {
    List<CostGrowth> chosen = chosen(growths);
    Nanos unit =
        Nanos.of(
            chosen.stream()
                .flatMap(g -> g.points().stream())
                .mapToDouble(CostGrowth::nanosPerTarget));
    List<Dot> dots = new ArrayList<>();
    List<Line> lines = new ArrayList<>();
    for (CostGrowth growth : chosen) {
      Look look = looks.of(growth.points().get(0));
      List<Double> lengths =
          growth.points().stream().map(p -> (double) p.key().historyLength()).toList();
      lines.add(
          new Line(
              lengths,
              lengths.stream().map(l -> unit.in(growth.law().at(l))).toList(),
              look,
              Pattern.DASHED));
      dots.addAll(
          named(
              growth.key().arm() + ": " + SweepNames.two(growth.law().exponent()),
              lengths,
              growth.points().stream().map(p -> perTarget(p, unit)).toList(),
              look));
    }
    SweepPoint.Key key = growths.get(0).key();
    return PointChart.of(
        "growth-k" + key.keep() + "-b" + key.targets() + "-h" + key.heads(),
        "Cost and length of the history",
        "Median time for one target, with "
            + SweepNames.sizes(Setting.of(key))
            + ", and the fitted power law (dashed) with its exponent behind the name: 1 is linear."
            + " Bars span the forks' medians."
            + (chosen.size() < growths.size()
                ? " Shown are exact and the arms that are most often on the front of recall and"
                    + " latency; the table has all."
                : ""),
        new Axis("behaviours, L (log scale)", Scale.LOG, true),
        new Axis("median time a target, " + unit.name() + " (log scale)", Scale.LOG),
        dots,
        lines,
        List.of(),
        List.of());
  }

  private static Measured perTarget(SweepPoint point, Nanos unit) {
    double targets = point.key().targets();
    return new Measured(
        unit.in(CostGrowth.nanosPerTarget(point)),
        unit.in(point.latency().forkP50Low() / targets),
        unit.in(point.latency().forkP50High() / targets));
  }

  private List<CostGrowth> chosen(List<CostGrowth> growths) {
    Set<CostGrowth> kept =
        growths.stream()
            .sorted(
                Comparator.comparing((CostGrowth g) -> !SweepResults.isExact(g.points().get(0)))
                    .thenComparing(g -> -timesOnFront(g)))
            .limit(MOST_CURVES)
            .collect(Collectors.toSet());
    return growths.stream().filter(kept::contains).toList();
  }

  private long timesOnFront(CostGrowth growth) {
    return growth.points().stream()
        .filter(p -> front(results.measured(Setting.of(p.key()))).contains(p))
        .count();
  }
}
