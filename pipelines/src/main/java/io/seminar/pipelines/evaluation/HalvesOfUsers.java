package io.seminar.pipelines.evaluation;

import io.seminar.metrics.CellAccumulator;
import io.seminar.metrics.Metric;
import io.seminar.metrics.inference.HalfSplits;
import io.seminar.metrics.ranking.AucAccumulator;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.reports.store.OutcomesFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The metrics of every arm and slice on disjoint halves of the users, for many splits of them (see
 * {@link HalfSplits}). One pass over the outcomes; memory does not grow with the users.
 */
public final class HalvesOfUsers {
  private final EvaluationPlan plan;
  private final HalfSplits splits;
  private final CellTable table;
  private final AucAccumulator[][] pairs; // (arms), of each its slices; null: not counted

  private HalvesOfUsers(
      EvaluationPlan plan, HalfSplits splits, CellTable table, AucAccumulator[][] pairs) {
    this.plan = plan;
    this.splits = splits;
    this.table = table;
    this.pairs = pairs;
  }

  /**
   * Evaluates outcomes.
   *
   * @param plan arms, metrics and the folder for what is sorted; its inference draws nothing here
   * @param outcomes of the arms
   * @param calibrations by arm
   * @param auc whether the AUC is wanted, which sorts every score
   */
  public static HalvesOfUsers of(
      EvaluationPlan plan,
      List<OutcomesOf> outcomes,
      List<Calibration> calibrations,
      HalfSplits splits,
      boolean auc) {
    int arms = plan.arms().size();
    CellTable table = new CellTable(arms, SliceSet.size());
    UserCells cells =
        new UserCells(
            plan.suite(),
            calibrations,
            splits,
            plan.dataset() == null ? null : ItemInformation.of(Path.of(plan.dataset())),
            table);
    List<ScoreRun.Writer> runs = new ArrayList<>();
    for (int a = 0; auc && a < arms; a++) {
      runs.add(new ScoreRun.Writer(plan.work(), "halves-arm-" + a));
    }
    OutcomeRow row = new OutcomeRow(plan.recallAts());
    for (OutcomesOf part : outcomes) {
      try (OutcomesFile.Reader reader = OutcomesFile.read(Path.of(part.file()))) {
        while (reader.next(row)) {
          int arm = plan.armOf(part.source(), row.arm);
          if (arm >= 0) {
            cells.add(arm, row);
            if (auc) {
              runs.get(arm).add(row, cells.userHash());
            }
          }
        }
      }
      cells.endUser();
    }
    AucAccumulator[][] pairs = auc ? new AucAccumulator[arms][] : null;
    for (int a = 0; auc && a < arms; a++) {
      pairs[a] = PairCounts.count(a, runs.get(a).finish(), splits).bySlice();
    }
    return new HalvesOfUsers(plan, splits, table, pairs);
  }

  /** Names of the arms. */
  public List<String> arms() {
    return plan.arms().stream().map(EvaluatedArm::name).toList();
  }

  /** How often the users were split. */
  public int splits() {
    return splits.splits();
  }

  /**
   * A metric of an arm in a slice on the halves.
   *
   * @return (2, splits): of the first halves, then of the second; NaN where it is undefined; null
   *     where nothing fell into the slice or the metric was not asked for
   */
  public double[][] values(String arm, String slice, Metric metric) {
    int a = arms().indexOf(arm);
    int s = SliceSet.names().indexOf(slice);
    CellAccumulator cell = a < 0 || s < 0 ? null : table.cell(a, s);
    if (cell == null) {
      return null;
    }
    double[] both;
    if (metric.isAdditive()) {
      both = cell.values(metric).replicates();
    } else if (pairs != null && pairs[a][s] != null) {
      both = cell.values(metric, pairs[a][s]).replicates();
    } else {
      return null;
    }
    return new double[][] {
      Arrays.copyOf(both, splits()), Arrays.copyOfRange(both, splits(), both.length)
    };
  }
}
