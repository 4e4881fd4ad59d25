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
import io.seminar.reports.store.SweepPoint;
import io.seminar.reports.sweep.ParetoFront;
import io.seminar.reports.sweep.Setting;
import io.seminar.reports.sweep.SweepResults;
import io.seminar.reports.text.Numbers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What fidelity costs: the arms of a setting in the plane, their front, another sweep behind. */
final class TradeOffCharts {
  private static final Look FRONT = new Look(0, false, false);
  private static final Look OTHER_FRONT = new Look(0, false, true);
  private static final List<Double> LEVELS = List.of(0.95, 0.99);

  private final SweepResults results;
  private final SweepResults overlay;
  private final SweepLooks looks;

  /**
   * @param overlay null: none
   */
  TradeOffCharts(SweepResults results, SweepResults overlay, SweepLooks looks) {
    this.results = results;
    this.overlay = overlay;
    this.looks = looks;
  }

  /**
   * What is paid.
   *
   * @param axis label of the axis, with unit
   * @param value of a point, in that unit; NaN: the point is not shown
   * @param words a value in words
   */
  private record Cost(
      String axis, ToDoubleFunction<SweepPoint> value, DoubleFunction<String> words) {
    static Cost time(SweepNames.Quantile quantile, List<SweepPoint> points) {
      Nanos unit = Nanos.of(points.stream().mapToDouble(quantile::of));
      return new Cost(
          quantile.title() + " of a request, " + unit.name() + " (log scale)",
          point -> unit.in(quantile.of(point)),
          value -> Numbers.nanos(value * unit.nanos()));
    }

    static Cost memory() {
      return new Cost(
          "bytes a behaviour (log scale)",
          p -> p.arm().bytesPerBehaviour() > 0 ? p.arm().bytesPerBehaviour() : Double.NaN,
          value -> SweepNames.plain(value) + " bytes");
    }
  }

  /**
   * What is got for it.
   *
   * @param axis label of the axis
   * @param shown of a point, with its interval; NaN: the point is not shown
   */
  private record Gain(
      String axis, Scale scale, List<Double> levels, Function<SweepPoint, Measured> shown) {
    double value(SweepPoint point) {
      return shown.apply(point).value();
    }

    static Gain recall(Setting setting) {
      return new Gain(
          "recall@" + setting.keep() + " (stretched towards 1)",
          Scale.SHARE,
          LEVELS,
          point -> {
            SweepPoint.Fidelity fidelity = point.fidelity();
            return new Measured(fidelity.recall(), fidelity.recallLow(), fidelity.recallHigh());
          });
    }

    static Gain mass() {
      return new Gain(
          "share of the softmax mass kept",
          Scale.LINEAR,
          List.of(),
          point -> new Measured(point.fidelity().massKept(), Double.NaN, Double.NaN));
    }
  }

  /** Recall over a quantile of the latency; empty if no point has both. */
  Optional<Chart> recall(Setting setting, SweepNames.Quantile quantile) {
    return chart(
        setting,
        "recall-" + quantile.key(),
        "Recall and " + quantile.title(),
        "Each point is an arm with "
            + SweepNames.sizes(setting)
            + "; up and to the left is better.",
        Cost.time(quantile, results.measured(setting)),
        Gain.recall(setting));
  }

  /** Softmax mass kept over the median latency; empty if no point has both. */
  Optional<Chart> mass(Setting setting) {
    return chart(
        setting,
        "mass-p50",
        "Softmax mass and median latency",
        "The share of the exact softmax mass over all behaviours that the kept ones hold; exact"
            + " attention over K keeps less than 1, too.",
        Cost.time(SweepNames.Quantile.P50, results.measured(setting)),
        Gain.mass());
  }

  /** Recall over the bytes that a behaviour takes in the scan; empty if no point has both. */
  Optional<Chart> memory(Setting setting) {
    return chart(
        setting,
        "memory",
        "Recall and memory",
        "Bytes that the scan reads for one behaviour, all heads together. Arms that read none are"
            + " not shown.",
        Cost.memory(),
        Gain.recall(setting));
  }

  private Optional<Chart> chart(
      Setting setting, String key, String title, String words, Cost cost, Gain gain) {
    List<SweepPoint> points = defined(results.measured(setting), cost, gain);
    if (points.isEmpty()) {
      return Optional.empty();
    }
    List<SweepPoint> others =
        overlay == null ? List.of() : defined(overlay.measured(setting), cost, gain);
    List<SweepPoint> front = ParetoFront.of(points, cost.value(), gain::value);
    List<Dot> dots = new ArrayList<>();
    List<Line> lines = new ArrayList<>();
    List<Entry> legend = new ArrayList<>(looks.legend(points));
    legend.add(new Entry("Pareto front", null, Pattern.STEPS));
    if (!others.isEmpty()) {
      lines.add(
          steps(
              ParetoFront.of(others, cost.value(), gain::value),
              cost,
              gain,
              OTHER_FRONT,
              Pattern.DASHED_STEPS));
      for (SweepPoint p : others) {
        Measured bare = new Measured(gain.value(p), Double.NaN, Double.NaN);
        dots.add(new Dot("", false, cost.value().applyAsDouble(p), bare, looks.pale(p)));
      }
      legend.add(
          new Entry(
              "small, pale: " + overlay.manifest().sweepId(),
              new Look(1, false, true),
              Pattern.DASHED_STEPS));
    }
    lines.add(steps(front, cost, gain, FRONT, Pattern.STEPS));
    Set<List<Object>> places = new HashSet<>();
    for (SweepPoint p : points) {
      // Variants of an arm may share a place, as batches do in bytes and recall: one name is
      // enough.
      boolean first =
          places.add(List.of(looks.of(p), cost.value().applyAsDouble(p), gain.value(p)));
      dots.add(
          new Dot(
              first ? p.key().arm() : "",
              front.contains(p) || SweepResults.isExact(p),
              cost.value().applyAsDouble(p),
              gain.shown().apply(p),
              looks.of(p)));
    }
    return Optional.of(
        PointChart.of(
            key + "-" + SweepNames.id(setting),
            title + ", " + SweepNames.length(setting.historyLength()),
            words
                + " On the front: "
                + front.stream().map(p -> inWords(p, cost, gain)).collect(Collectors.joining(", "))
                + "."
                + (others.isEmpty()
                    ? ""
                    : " Small and pale, with a dashed front: "
                        + overlay.manifest().sweepId()
                        + "."),
            new Axis(cost.axis(), Scale.LOG),
            new Axis(gain.axis(), gain.scale()),
            dots,
            lines,
            gain.levels(),
            legend));
  }

  private static String inWords(SweepPoint point, Cost cost, Gain gain) {
    return point.key().arm()
        + " ("
        + Numbers.value(gain.value(point))
        + ", "
        + cost.words().apply(cost.value().applyAsDouble(point))
        + ")";
  }

  private static List<SweepPoint> defined(List<SweepPoint> points, Cost cost, Gain gain) {
    return points.stream()
        .filter(p -> !Double.isNaN(cost.value().applyAsDouble(p)) && !Double.isNaN(gain.value(p)))
        .toList();
  }

  private static Line steps(
      List<SweepPoint> front, Cost cost, Gain gain, Look look, Pattern pattern) {
    return new Line(
        front.stream().map(cost.value()::applyAsDouble).toList(),
        front.stream().map(gain::value).toList(),
        look,
        pattern);
  }
}
