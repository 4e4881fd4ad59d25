package io.seminar.pipelines.nightly;

import io.seminar.metrics.Metric;
import io.seminar.metrics.inference.HalfSplits;
import io.seminar.pipelines.evaluation.HalvesOfUsers;
import io.seminar.reports.gate.Evidence;
import io.seminar.reports.gate.Measure;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.RunManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a gate would see on nights on which nothing has changed but the users: a night is a split of
 * the users into halves, on the scale of logs as large as this one (see {@link HalfSplits}). With m
 * the metric of all users, m₁ and m₂ those of the halves, and [m − a, m + b] the run's interval,
 *
 * <pre>
 * the candidate's own value      m₁             [m₁ − a, m₁ + b]
 * against another arm            d₁             likewise: m and its interval are those of the paired difference
 * against the baseline run       (m₁ − m₂)/√2   ± √(a² + b²)
 * </pre>
 *
 * <p>The last interval is that of a difference of two independent numbers whose own intervals reach
 * a below and b above them. Source: Zou and Donner, "Construction of confidence limits about effect
 * measures: a general approach", Statistics in Medicine 27, 2008.
 */
final class UnchangedNights {
  private static final String BASELINE = "the other users";
  private static final String UNDEFINED = "undefined for a half of the users";

  /** A cell, its metric on the halves, and that of the arm beside it; null where there is none. */
  private record Halved(Cell cell, double[][] values, double[][] reference) {}

  private final RunManifest manifest;
  private final List<Measure> measures;
  private final List<Halved> cells = new ArrayList<>();
  private final HalvesOfUsers halves;
  private final List<Metric> metrics;

  /**
   * @param cells of the run
   * @param halves of the run
   * @param metrics of the run
   * @param wanted keys of the metrics that are of interest
   */
  UnchangedNights(
      RunManifest manifest,
      List<Cell> cells,
      HalvesOfUsers halves,
      List<Metric> metrics,
      Set<String> wanted) {
    this.manifest = manifest;
    this.measures = Measure.of(metrics);
    this.halves = halves;
    this.metrics = metrics;
    for (Cell cell : cells) {
      if (wanted.contains(cell.metric())) {
        this.cells.add(
            new Halved(
                cell,
                values(cell.arm(), cell),
                cell.baseline() == null ? null : values(cell.baseline(), cell)));
      }
    }
  }

  private double[][] values(String arm, Cell cell) {
    for (Metric metric : metrics) {
      if (metric.key().equals(cell.metric())) {
        return halves.values(arm, cell.slice(), metric);
      }
    }
    return null;
  }

  /** How many nights there are. */
  int count() {
    return halves.splits();
  }

  /** What the gate sees on a night. */
  Evidence evidence(int night) {
    List<Cell> own = new ArrayList<>();
    List<Cell> compared = new ArrayList<>();
    for (Halved halved : cells) {
      Cell cell = halved.cell;
      double first = at(halved.values, 0, night);
      double second = at(halved.values, 1, night);
      double toReference = first - at(halved.reference, 0, night);
      own.add(
          shifted(
              cell,
              first,
              cell.baseline(),
              toReference,
              toReference - (cell.difference() - cell.differenceLow()),
              toReference + (cell.differenceHigh() - cell.difference())));
      double difference = HalfSplits.twoLogs(first - second);
      double reach = Math.hypot(cell.value() - cell.low(), cell.high() - cell.value());
      compared.add(
          shifted(cell, first, BASELINE, difference, difference - reach, difference + reach));
    }
    return Evidence.compared(manifest, own, new Evidence.Baseline(manifest, compared), measures);
  }

  private static double at(double[][] values, int half, int night) {
    return values == null ? Double.NaN : values[half][night];
  }

  /** The cell with another value, as sure of it as of its own, and another difference. */
  private static Cell shifted(
      Cell cell, double value, String baseline, double difference, double low, double high) {
    return new Cell(
        cell.arm(),
        cell.slice(),
        cell.metric(),
        value,
        value - (cell.value() - cell.low()),
        value + (cell.high() - cell.value()),
        cell.n(),
        cell.users(),
        cell.leftOutUsers(),
        cell.leftOut(),
        Double.isNaN(value) ? (cell.reason() == null ? UNDEFINED : cell.reason()) : cell.reason(),
        baseline,
        difference,
        low,
        high,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        null);
  }
}
