package io.seminar.reports.html;

import io.seminar.metrics.Metric;
import io.seminar.metrics.MetricSuite;
import io.seminar.reports.gate.Bound;
import io.seminar.reports.gate.Evidence;
import io.seminar.reports.gate.ExpectedCount;
import io.seminar.reports.gate.Gate;
import io.seminar.reports.gate.GateReport;
import io.seminar.reports.gate.Margin;
import io.seminar.reports.gate.Measure;
import io.seminar.reports.gate.NonInferiority;
import io.seminar.reports.gate.Scope;
import io.seminar.reports.gate.ValueLimit;
import io.seminar.reports.store.Cells;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.ManifestEdit;
import io.seminar.reports.store.Manifests;
import io.seminar.reports.store.RunManifest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Nights with made-up but plausible numbers: the last of them with a regression in one slice. */
final class SyntheticNights {
  static final List<Metric> METRICS =
      MetricSuite.of(new int[] {10, 20, 50}, new int[] {5, 10}).metrics();
  static final List<String> SLICES = List.of("all", "item=cold", "item=warm", "history=10000+");
  static final List<RunManifest.Arm> ARMS = SyntheticRun.ARMS;
  static final Gate GATE =
      new Gate(
          List.of(
              new ExpectedCount(ExpectedCount.Count.USERS, Bound.AT_LEAST, 2000),
              new ExpectedCount(ExpectedCount.Count.DEAD_LETTERS, Bound.AT_MOST, 10)),
          List.of(
              new ValueLimit(
                  "recall of pq-16", new Scope("recall@50", "pq-16", "all"), Bound.AT_LEAST, 0.85),
              new NonInferiority(
                  "AUC, no worse than the night before",
                  new Scope("auc", "pq-*", "*m*"),
                  null,
                  Margin.absolute(0.004)),
              new NonInferiority(
                  "AUC, little lost by codes",
                  new Scope("auc", "pq-*", "all"),
                  "exact",
                  Margin.relative(0.02)),
              new NonInferiority(
                  "log loss <b>&amp; more</b>",
                  new Scope("logloss", "pq-*", "all"),
                  null,
                  Margin.absolute(0.003)),
              new NonInferiority(
                  "long histories",
                  new Scope("gauc", "pq-16", "history=10000+"),
                  null,
                  Margin.absolute(0.01))),
          Gate.FirstRun.PASSES);

  private SyntheticNights() {}

  /** The manifest of a night. */
  static RunManifest manifest(int night) {
    ManifestEdit edit = new ManifestEdit(Manifests.of(ARMS, SLICES, id(night)));
    RunManifest.Execution e = edit.execution;
    Instant started = Instant.parse("2026-11-02T01:00:00Z").plus(Duration.ofDays(night));
    edit.execution =
        new RunManifest.Execution(
            e.runner(), e.parallelism(), e.kernel(), e.seed(), started, started.plusSeconds(48));
    if (night >= 9) {
      edit.catalogueDigest("e".repeat(64)).jdk("Vendor OpenJDK 64-Bit Server VM 17.0.13+11");
    }
    return edit.done();
  }

  static String id(int night) {
    return "night-2026-11-" + (night < 8 ? "0" : "") + (night + 2);
  }

  /** Differences to the run before; in slices of items the last night loses. */
  static List<Cell> compared(int night) {
    Random random = new Random(night);
    List<Cell> cells = new ArrayList<>();
    for (String slice : SLICES.subList(0, 3)) {
      for (RunManifest.Arm arm : ARMS) {
        for (Metric metric : METRICS) {
          double lost = night == 13 && slice.equals("item=cold") ? -0.012 : 0;
          double difference = lost + 0.0008 * random.nextGaussian();
          double half = slice.equals("all") ? 0.0018 : 0.0035;
          cells.add(
              Cells.compared(
                  own(arm.name(), slice, metric, random),
                  arm.name(),
                  difference,
                  difference - half,
                  difference + half));
        }
      }
    }
    return cells;
  }

  /** The run's own cells. */
  static List<Cell> own(int night) {
    Random random = new Random(100 + night);
    List<Cell> cells = new ArrayList<>();
    for (String slice : SLICES.subList(0, 3)) {
      for (RunManifest.Arm arm : ARMS) {
        for (Metric metric : METRICS) {
          Cell cell = own(arm.name(), slice, metric, random);
          double worse = arm.name().equals("exact") ? 0 : -0.006 - 0.001 * random.nextDouble();
          cells.add(
              arm.name().equals("exact")
                  ? cell
                  : Cells.compared(cell, "exact", worse, worse - 0.002, worse + 0.002));
        }
      }
    }
    return cells;
  }

  private static Cell own(String arm, String slice, Metric metric, Random random) {
    double value =
        switch (metric.key().replaceAll("@.*", "")) {
          case "recall" -> 0.9;
          case "logloss" -> 0.52;
          default -> 0.68;
        };
    return Cells.value(arm, slice, metric.key(), value + 0.002 * random.nextGaussian(), 0.004);
  }

  /** What the gate said of a night. */
  static GateReport judge(int night) {
    List<Measure> measures = Measure.of(METRICS);
    return night == 0
        ? GATE.judge(Evidence.firstRun(manifest(0), own(0), measures))
        : GATE.judge(
            Evidence.compared(
                manifest(night),
                own(night),
                new Evidence.Baseline(manifest(night - 1), compared(night)),
                measures));
  }
}
