package io.seminar.pipelines.evaluation;

import io.seminar.metrics.CellAccumulator;
import io.seminar.metrics.Metric;
import io.seminar.metrics.PairedTest;
import io.seminar.metrics.calibration.CalibrationError;
import io.seminar.metrics.calibration.ReliabilityBins;
import io.seminar.metrics.catalogue.Exposure;
import io.seminar.metrics.inference.Estimate;
import io.seminar.metrics.inference.FixedPointSums;
import io.seminar.metrics.inference.Interval;
import io.seminar.metrics.inference.MultipleTesting;
import io.seminar.metrics.inference.Value;
import io.seminar.metrics.ranking.AucAccumulator;
import io.seminar.metrics.ranking.RelaImpr;
import io.seminar.reports.store.CellsFile;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.ReliabilityFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollectionView;

/** Turns the sums over all users into the run's tables and writes them. */
final class WriteCellsFn extends DoFn<KV<Integer, Iterable<CellTable>>, Void> {
  private static final long serialVersionUID = 1L;

  private final EvaluationPlan plan;
  private final PCollectionView<List<Calibration>> calibrations;
  private final PCollectionView<List<PairCounts>> pairs;

  WriteCellsFn(
      EvaluationPlan plan,
      PCollectionView<List<Calibration>> calibrations,
      PCollectionView<List<PairCounts>> pairs) {
    this.plan = plan;
    this.calibrations = calibrations;
    this.pairs = pairs;
  }

  @ProcessElement
  public void write(ProcessContext c) {
    Path folder = Path.of(plan.folder());
    AucAccumulator[][] pairsByArm = new AucAccumulator[plan.arms().size()][SliceSet.size()];
    for (PairCounts counts : c.sideInput(pairs)) {
      pairsByArm[counts.arm()] = counts.bySlice();
    }
    List<Calibration> maps = c.sideInput(calibrations);
    CellTable table = new CellTable(plan.arms().size(), SliceSet.size());
    c.element().getValue().forEach(table::merge);
    CellsFile.write(folder.resolve(CellsFile.FILE_NAME), cells(table, maps, pairsByArm));
    ReliabilityFile.write(folder.resolve(ReliabilityFile.FILE_NAME), reliability(table, maps));
  }

  private List<Cell> cells(CellTable table, List<Calibration> maps, AucAccumulator[][] pairs) {
    List<Cell> cells = new ArrayList<>();
    for (int slice = 0; slice < SliceSet.size(); slice++) {
      for (Metric metric : plan.suite().metrics()) {
        Estimate[] estimates = new Estimate[plan.arms().size()];
        for (int arm = 0; arm < estimates.length; arm++) {
          CellAccumulator cell = table.cell(arm, slice);
          if (cell != null) { // else no impression at all fell into the slice
            estimates[arm] = estimate(metric, cell, pairs[arm][slice]);
          }
        }
        for (int arm = 0; arm < estimates.length; arm++) {
          if (estimates[arm] != null) {
            cells.add(cell(arm, slice, metric, estimates, table));
          }
        }
        addRelative(metric, slice, estimates, cells);
      }
    }
    for (int arm = 0; arm < plan.arms().size(); arm++) {
      addWholeArm(arm, table, maps, cells);
    }
    return adjusted(cells);
  }

  private Estimate estimate(Metric metric, CellAccumulator cell, AucAccumulator pairs) {
    if (metric.isAdditive()) {
      return cell.values(metric);
    }
    return cell.values(
        metric, pairs == null ? new AucAccumulator(plan.resampling().weighed()) : pairs);
  }

  private Cell cell(int index, int slice, Metric metric, Estimate[] estimates, CellTable table) {
    EvaluatedArm arm = plan.arms().get(index);
    Estimate estimate = estimates[index];
    Estimate base = arm.baseline() < 0 ? null : estimates[arm.baseline()];
    PairedTest.Test test = null;
    if (base != null) {
      test =
          metric.isAdditive() && slice == SliceSet.EVERYTHING && plan.inference().flips() > 0
              ? PairedTest.signFlip(
                  metric, table.cell(index, slice), table.cell(arm.baseline(), slice))
              : PairedTest.jackknifeT(estimate.minus(base));
    }
    String reason = plan.suite().isFidelity(metric.key()) ? arm.unmeasured() : null;
    return cell(arm, slice, metric, estimate, base, test, reason);
  }

  /**
   * A cell.
   *
   * @param base what the arm is compared with; null: nothing
   * @param test of no difference; null: none was made
   * @param why a reason that goes before all others; null: none
   */
  private Cell cell(
      EvaluatedArm arm,
      int slice,
      Metric metric,
      Estimate estimate,
      Estimate base,
      PairedTest.Test test,
      String why) {
    Interval interval = interval(estimate);
    Estimate paired = base == null ? null : estimate.minus(base);
    Interval ofDifference =
        paired != null
            ? interval(paired)
            : Interval.undefined(
                arm.baseline() < 0 ? "the baseline itself" : "the baseline has no impression here");
    String reason = why;
    if (reason == null) {
      reason = interval.reason();
    }
    if (reason == null && arm.baseline() >= 0) {
      reason = ofDifference.reason();
    }
    return EstimatedCell.of(
        arm.name(),
        SliceSet.names().get(slice),
        metric.key(),
        estimate,
        interval,
        reason,
        arm.baseline() < 0 ? null : plan.arms().get(arm.baseline()).name(),
        paired,
        ofDifference,
        test);
  }

  private Interval interval(Estimate estimate) {
    return estimate.interval(plan.inference().interval(), plan.inference().level());
  }

  /** How much further from chance than the baseline's an AUC is. */
  private void addRelative(Metric metric, int slice, Estimate[] estimates, List<Cell> cells) {
    String key = "relaimpr_" + metric.key();
    for (Metric derived : plan.suite().derived()) {
      if (derived.key().equals(key)) {
        for (int index = 0; index < estimates.length; index++) {
          EvaluatedArm arm = plan.arms().get(index);
          if (estimates[index] != null
              && arm.baseline() >= 0
              && estimates[arm.baseline()] != null) {
            Estimate relative = RelaImpr.of(estimates[index], estimates[arm.baseline()]);
            cells.add(
                cell(
                    new EvaluatedArm(
                        arm.name(), arm.source(), arm.outcomesName(), arm.unmeasured(), -1),
                    slice,
                    derived,
                    relative,
                    null,
                    null,
                    null));
          }
        }
      }
    }
  }

  /** What an arm has over everything only: calibration error, coverage and exposure. */
  private void addWholeArm(int index, CellTable table, List<Calibration> maps, List<Cell> cells) {
    if (table.cell(index, SliceSet.EVERYTHING) == null) {
      return;
    }
    EvaluatedArm arm = plan.arms().get(index);
    for (Metric metric : plan.suite().derived()) {
      switch (metric.source()) {
        case BINS ->
            cells.add(
                cell(
                    arm,
                    SliceSet.EVERYTHING,
                    metric,
                    calibrationError(index, table, maps),
                    arm.baseline() < 0 || table.cell(arm.baseline(), SliceSet.EVERYTHING) == null
                        ? null
                        : calibrationError(arm.baseline(), table, maps),
                    null,
                    null));
        case EXPOSURE -> cells.add(exposure(index, metric, table));
        default -> {} // made with the metrics that they are of
      }
    }
  }

  private Estimate calibrationError(int arm, CellTable table, List<Calibration> maps) {
    ReliabilityBins bins = maps.get(arm).bins();
    FixedPointSums sums = table.reliability(arm);
    return CalibrationError.of(
        bins, sums == null ? bins.newSums(plan.inference().replicates()) : sums);
  }

  private Cell exposure(int index, Metric metric, CellTable table) {
    EvaluatedArm arm = plan.arms().get(index);
    Exposure exposure = table.exposure(index);
    int at = metric.key().lastIndexOf('@');
    int[] ks = plan.suite().pageKs();
    int c = Arrays.binarySearch(ks, Integer.parseInt(metric.key().substring(at + 1)));
    Value value;
    if (exposure == null) {
      value =
          new Value(
              Double.NaN,
              plan.dataset() == null
                  ? "the data set is not at hand"
                  : "nothing was evaluated, or there are more items than are counted",
              0,
              0,
              0,
              0);
    } else {
      value = metric.key().startsWith("coverage") ? exposure.coverage(c) : exposure.gini(c);
    }
    return new Cell(
        arm.name(),
        SliceSet.names().get(SliceSet.EVERYTHING),
        metric.key(),
        value.value(),
        Double.NaN,
        Double.NaN,
        value.n(),
        value.users(),
        value.leftOutUsers(),
        value.leftOut(),
        value.isDefined() ? Exposure.NO_INTERVAL : value.reason(),
        arm.baseline() < 0 ? null : plan.arms().get(arm.baseline()).name(),
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        null);
  }

  /**
   * The same with p-values adjusted for all tests of a slice. Arms that agree in every user are
   * none: there is nothing to be found out.
   */
  private static List<Cell> adjusted(List<Cell> cells) {
    Map<String, List<Cell>> slices = new LinkedHashMap<>();
    cells.forEach(
        cell -> slices.computeIfAbsent(cell.slice(), slice -> new ArrayList<>()).add(cell));
    List<Cell> adjusted = new ArrayList<>();
    for (List<Cell> family : slices.values()) {
      double[] p =
          family.stream().mapToDouble(cell -> agree(cell) ? Double.NaN : cell.p()).toArray();
      double[] holm = MultipleTesting.holm(p);
      double[] bh = MultipleTesting.benjaminiHochberg(p);
      for (int i = 0; i < p.length; i++) {
        Cell cell = family.get(i);
        adjusted.add(
            agree(cell)
                ? cell.withAdjusted(cell.p(), cell.p())
                : cell.withAdjusted(holm[i], bh[i]));
      }
    }
    return adjusted;
  }

  private static boolean agree(Cell cell) {
    return cell.difference() == 0 && cell.differenceSe() == 0;
  }

  private List<ReliabilityFile.Bin> reliability(CellTable table, List<Calibration> maps) {
    List<ReliabilityFile.Bin> rows = new ArrayList<>();
    for (int arm = 0; arm < maps.size(); arm++) {
      FixedPointSums sums = table.reliability(arm);
      if (sums == null) {
        continue; // no probabilities, or nothing evaluated
      }
      List<ReliabilityBins.Bin> bins = maps.get(arm).bins().read(sums, plan.inference().level());
      for (int b = 0; b < bins.size(); b++) {
        ReliabilityBins.Bin bin = bins.get(b);
        rows.add(
            new ReliabilityFile.Bin(
                plan.arms().get(arm).name(),
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
}
