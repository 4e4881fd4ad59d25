package io.seminar.pipelines.evaluation;

import io.seminar.metrics.CellAccumulator;
import io.seminar.metrics.Metric;
import io.seminar.metrics.MetricSuite;
import io.seminar.metrics.calibration.ReliabilityBins;
import io.seminar.metrics.inference.Estimate;
import io.seminar.metrics.inference.FixedPointSums;
import io.seminar.metrics.inference.Interval;
import io.seminar.metrics.inference.IntervalMethod;
import io.seminar.metrics.ranking.AucAccumulator;
import io.seminar.pipelines.arms.ArmSpec;
import io.seminar.pipelines.replay.ReplaySpec;
import io.seminar.pipelines.replay.ShardSummary;
import io.seminar.pipelines.replay.StageTimes;
import io.seminar.reports.store.CellsFile;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.ReliabilityFile;
import io.seminar.reports.store.TimingsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.PCollectionView;

/** Turns the sums over all users into the run's tables and writes them. */
final class WriteCellsFn extends DoFn<CellTable, Void> {
  private static final long serialVersionUID = 1L;

  private final ReplaySpec spec;
  private final PCollectionView<List<Calibration>> calibrations;
  private final PCollectionView<List<PairCounts>> pairs;
  private final PCollectionView<ShardSummary> summary;

  WriteCellsFn(
      ReplaySpec spec,
      PCollectionView<List<Calibration>> calibrations,
      PCollectionView<List<PairCounts>> pairs,
      PCollectionView<ShardSummary> summary) {
    this.spec = spec;
    this.calibrations = calibrations;
    this.pairs = pairs;
    this.summary = summary;
  }

  @ProcessElement
  public void write(ProcessContext c) {
    Path run = Path.of(spec.run());
    AucAccumulator[][] pairsByArm = new AucAccumulator[spec.arms().size()][SliceSet.size()];
    for (PairCounts counts : c.sideInput(pairs)) {
      pairsByArm[counts.arm()] = counts.bySlice();
    }
    List<Calibration> maps = c.sideInput(calibrations);
    CellsFile.write(run.resolve(CellsFile.FILE_NAME), cells(c.element(), pairsByArm));
    ReliabilityFile.write(run.resolve(ReliabilityFile.FILE_NAME), reliability(c.element(), maps));
    ShardSummary shards = c.sideInput(summary);
    TimingsFile.write(run.resolve(TimingsFile.FILE_NAME), timings(shards.times()));
    new Tally(shards.counts(), maps).write(spec.work());
  }

  private List<Cell> cells(CellTable table, AucAccumulator[][] pairsByArm) {
    MetricSuite suite = spec.suite();
    int baseline = baseline();
    List<Cell> cells = new ArrayList<>();
    for (int slice = 0; slice < SliceSet.size(); slice++) {
      CellAccumulator baseCell = table.cell(baseline, slice);
      if (baseCell == null) {
        continue; // no impression at all fell into the slice, by any arm
      }
      for (Metric metric : suite.metrics()) {
        Estimate base = estimate(metric, baseCell, pairsByArm[baseline][slice]);
        for (int arm = 0; arm < spec.arms().size(); arm++) {
          Estimate estimate =
              arm == baseline
                  ? base
                  : estimate(metric, table.cell(arm, slice), pairsByArm[arm][slice]);
          cells.add(cell(arm, slice, metric, estimate, arm == baseline ? null : base));
        }
      }
    }
    return cells;
  }

  private int baseline() {
    int index = 0;
    while (!spec.arms().get(index).name().equals(spec.baseline())) {
      index++;
    }
    return index;
  }

  private static Estimate estimate(Metric metric, CellAccumulator cell, AucAccumulator pairs) {
    if (metric.isAdditive()) {
      return cell.values(metric);
    }
    return cell.values(
        metric, pairs == null ? new AucAccumulator(cell.resampling().weighed()) : pairs);
  }

  private Cell cell(int arm, int slice, Metric metric, Estimate estimate, Estimate base) {
    Interval interval = estimate.interval(IntervalMethod.PERCENTILE, ReplaySpec.LEVEL);
    String reason = interval.reason();
    double difference = Double.NaN;
    Interval differenceInterval = Interval.undefined("the baseline itself");
    if (base != null) {
      Estimate paired = estimate.minus(base);
      difference = paired.value().value();
      differenceInterval = paired.interval(IntervalMethod.PERCENTILE, ReplaySpec.LEVEL);
      reason = reason == null ? differenceInterval.reason() : reason;
    }
    boolean forwardPass = spec.arms().get(arm).kind() == ArmSpec.Kind.NETWORK;
    if (forwardPass && spec.suite().isFidelity(metric.key())) {
      reason = "a forward pass has no retrieval of its own to measure";
    }
    return new Cell(
        spec.arms().get(arm).name(),
        SliceSet.names().get(slice),
        metric.key(),
        estimate.value().value(),
        interval.low(),
        interval.high(),
        estimate.value().n(),
        estimate.value().users(),
        estimate.value().leftOutUsers(),
        estimate.value().leftOut(),
        reason,
        base == null ? null : spec.baseline(),
        difference,
        differenceInterval.low(),
        differenceInterval.high(),
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        null);
  }

  private List<ReliabilityFile.Bin> reliability(CellTable table, List<Calibration> maps) {
    List<ReliabilityFile.Bin> rows = new ArrayList<>();
    for (int arm = 0; arm < maps.size(); arm++) {
      FixedPointSums sums = table.reliability(arm);
      if (sums == null) {
        continue; // no probabilities, or nothing evaluated
      }
      List<ReliabilityBins.Bin> bins = maps.get(arm).bins().read(sums, ReplaySpec.LEVEL);
      for (int b = 0; b < bins.size(); b++) {
        ReliabilityBins.Bin bin = bins.get(b);
        rows.add(
            new ReliabilityFile.Bin(
                spec.arms().get(arm).name(),
                b,
                bin.lower(),
                bin.upper(),
                bin.n(),
                bin.meanPredicted(),
                bin.observed(),
                bin.interval().low(),
                bin.interval().high()));
      }
    }
    return rows;
  }

  private List<TimingsFile.Timing> timings(StageTimes times) {
    List<TimingsFile.Timing> rows = new ArrayList<>();
    for (int arm = 0; arm < spec.arms().size(); arm++) {
      for (int stage = 0; stage < StageTimes.STAGES.size(); stage++) {
        Histogram histogram = times.histogram(arm, stage);
        boolean any = histogram.getTotalCount() > 0;
        rows.add(
            new TimingsFile.Timing(
                spec.arms().get(arm).name(),
                StageTimes.STAGES.get(stage),
                histogram.getTotalCount(),
                any ? histogram.getMean() : Double.NaN,
                any ? histogram.getValueAtPercentile(50) : Double.NaN,
                any ? histogram.getValueAtPercentile(90) : Double.NaN,
                any ? histogram.getValueAtPercentile(99) : Double.NaN,
                any ? histogram.getMaxValue() : Double.NaN));
      }
    }
    return rows;
  }
}
