package io.seminar.pipelines.evaluation;

import io.seminar.metrics.inference.Resampling;
import io.seminar.metrics.inference.UserWeights;
import io.seminar.pipelines.runner.Workers;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.reports.store.OutcomesFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SimpleFunction;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.PDone;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * {@code PTransform} that computes cells from outcomes and writes them: of the arms of one run, or
 * of several runs of the same users.
 *
 * <p>The calibration is a side input of the pass over the outcomes, so that pass begins when it has
 * been fitted, after every shard has been replayed. What waits meanwhile are the names of files.
 * Outcomes are read in a fixed number of groups, each of which yields a table of sums for every
 * arm: memory depends on arms, slices and replicates, not on the number of users. The AUC, which is
 * no sum over users, is counted by merging sorted runs of scores.
 *
 * <p>The result does not depend on how many groups or workers there are: sums are integers, and the
 * merged order of equal scores does not matter to the pair counts. Nor does it depend on which run
 * an arm is of: a user weighs the same in all.
 */
public final class EvaluateOutcomes extends PTransform<PCollection<OutcomesOf>, PDone> {
  private static final long serialVersionUID = 1L;

  private static final TupleTag<KV<Integer, CellTable>> TABLES = new TupleTag<>() {};
  private static final TupleTag<KV<Integer, String>> SCORE_RUNS = new TupleTag<>() {};

  private final EvaluationPlan plan;
  private final PCollectionView<List<Calibration>> calibrations;

  private EvaluateOutcomes(EvaluationPlan plan, PCollectionView<List<Calibration>> calibrations) {
    this.plan = plan;
    this.calibrations = calibrations;
  }

  /**
   * Evaluates as the plan says.
   *
   * @param calibrations by arm
   */
  public static EvaluateOutcomes with(
      EvaluationPlan plan, PCollectionView<List<Calibration>> calibrations) {
    return new EvaluateOutcomes(plan, calibrations);
  }

  @Override
  public PDone expand(PCollection<OutcomesOf> outcomes) {
    int arms = plan.arms().size();
    CellTable.TableCoder tableCoder = new CellTable.TableCoder(plan.suite(), plan.resampling());

    PCollectionTuple evaluated =
        outcomes
            .apply("Into groups", MapElements.via(new GroupFn(plan.groups())))
            .setCoder(KvCoder.of(VarIntCoder.of(), SerializableCoder.of(OutcomesOf.class)))
            .apply("By group", GroupByKey.create())
            .apply(
                "Evaluate users",
                ParDo.of(new EvaluateFn(plan, calibrations))
                    .withSideInputs(calibrations)
                    .withOutputTags(TABLES, TupleTagList.of(SCORE_RUNS)));

    PCollectionView<List<PairCounts>> pairs =
        evaluated
            .get(SCORE_RUNS)
            .setCoder(KvCoder.of(VarIntCoder.of(), StringUtf8Coder.of()))
            .apply("Runs by arm", GroupByKey.create())
            .apply("Count pairs", MapElements.via(new CountPairsFn(plan)))
            .setCoder(SerializableCoder.of(PairCounts.class))
            .apply("Pairs as view", View.asList());

    KvCoder<Integer, CellTable> byArm = KvCoder.of(VarIntCoder.of(), tableCoder);
    evaluated
        .get(TABLES)
        .setCoder(byArm)
        .apply(
            "Sum tables",
            Combine.perKey(
                new CellTable.Sum(arms, SliceSet.size(), plan.suite(), plan.resampling())))
        .setCoder(byArm)
        .apply("Of all arms", MapElements.via(new TogetherFn()))
        .setCoder(byArm)
        .apply("Together", GroupByKey.create())
        .apply(
            "Write cells",
            ParDo.of(new WriteCellsFn(plan, calibrations, pairs))
                .withSideInputs(calibrations, pairs));
    return PDone.in(outcomes.getPipeline());
  }

  private static final class GroupFn extends SimpleFunction<OutcomesOf, KV<Integer, OutcomesOf>> {
    private static final long serialVersionUID = 1L;

    private final int groups;

    GroupFn(int groups) {
      this.groups = groups;
    }

    @Override
    public KV<Integer, OutcomesOf> apply(OutcomesOf outcomes) {
      return KV.of(outcomes.shard() % groups, outcomes);
    }
  }

  private static final class TogetherFn
      extends SimpleFunction<KV<Integer, CellTable>, KV<Integer, CellTable>> {
    private static final long serialVersionUID = 1L;

    @Override
    public KV<Integer, CellTable> apply(KV<Integer, CellTable> table) {
      return KV.of(0, table.getValue());
    }
  }

  private static final class CountPairsFn
      extends SimpleFunction<KV<Integer, Iterable<String>>, PairCounts> {
    private static final long serialVersionUID = 1L;

    private final EvaluationPlan plan;

    CountPairsFn(EvaluationPlan plan) {
      this.plan = plan;
    }

    @Override
    public PairCounts apply(KV<Integer, Iterable<String>> runs) {
      return PairCounts.count(
          runs.getKey(), runs.getValue(), new UserWeights(weighed(plan.resampling())));
    }

    /** Flips say nothing about one arm by itself. */
    private static Resampling weighed(Resampling resampling) {
      return new Resampling(resampling.seed(), resampling.bootstraps(), resampling.groups(), 0);
    }
  }

  private static final class EvaluateFn
      extends DoFn<KV<Integer, Iterable<OutcomesOf>>, KV<Integer, CellTable>> {
    private static final long serialVersionUID = 1L;

    private final EvaluationPlan plan;
    private final PCollectionView<List<Calibration>> calibrations;

    EvaluateFn(EvaluationPlan plan, PCollectionView<List<Calibration>> calibrations) {
      this.plan = plan;
      this.calibrations = calibrations;
    }

    @ProcessElement
    public void evaluate(ProcessContext c, MultiOutputReceiver out) {
      CellTable table = new CellTable(plan.arms().size(), SliceSet.size());
      List<KV<Integer, String>> runs = new ArrayList<>();
      try (Workers.Turn turn = Workers.begin(plan.folder())) {
        evaluate(c, turn, table, runs);
      }
      for (int arm = 0; arm < plan.arms().size(); arm++) {
        out.get(TABLES).output(KV.of(arm, table.ofArm(arm)));
      }
      runs.forEach(run -> out.get(SCORE_RUNS).output(run));
    }

    private void evaluate(
        ProcessContext c, Workers.Turn turn, CellTable table, List<KV<Integer, String>> scoreRuns) {
      int arms = plan.arms().size();
      UserCells cells =
          new UserCells(
              plan.suite(),
              c.sideInput(calibrations),
              new UserWeights(plan.resampling()),
              plan.dataset() == null ? null : ItemInformation.of(Path.of(plan.dataset())),
              table);
      List<ScoreRun.Writer> runs = new ArrayList<>();
      for (int a = 0; a < arms; a++) {
        runs.add(new ScoreRun.Writer(plan.work(), "arm-" + a + "-group-" + c.element().getKey()));
      }
      OutcomeRow row = new OutcomeRow(plan.recallAts());
      for (OutcomesOf outcomes : c.element().getValue()) {
        turn.check();
        Map<String, Integer> armByName = new HashMap<>();
        try (OutcomesFile.Reader reader = OutcomesFile.read(Path.of(outcomes.file()))) {
          while (reader.next(row)) {
            int arm =
                armByName.computeIfAbsent(row.arm, name -> plan.armOf(outcomes.source(), name));
            if (arm >= 0) {
              cells.add(arm, row);
              runs.get(arm).add(row, cells.userHash());
            }
          }
        }
        cells.endUser(); // the next run may begin with the user that this one ends with
      }
      for (int a = 0; a < arms; a++) {
        for (String file : runs.get(a).finish()) {
          scoreRuns.add(KV.of(a, file));
        }
      }
    }
  }
}
