package io.seminar.pipelines.evaluation;

import io.seminar.metrics.inference.Resampling;
import io.seminar.pipelines.arms.ArmSpec;
import io.seminar.pipelines.replay.ReplaySpec;
import io.seminar.pipelines.replay.ShardResult;
import io.seminar.pipelines.replay.ShardSummary;
import io.seminar.pipelines.runner.Workers;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.reports.store.OutcomesFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.ListCoder;
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
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.PDone;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * {@code PTransform} that computes the cells of a run from its outcomes and writes them.
 *
 * <p>The calibration is fitted first; it is a side input of the pass over the outcomes, so that
 * pass begins when every shard has been replayed. What waits meanwhile are the names of files.
 * Outcomes are read in a fixed number of groups, each of which yields one table of sums: memory
 * depends on arms, slices and replicates, not on the number of users. The AUC, which is no sum over
 * users, is counted by merging sorted runs of scores.
 *
 * <p>The result does not depend on how many groups or workers there are: sums are integers, and the
 * merged order of equal scores does not matter to the pair counts.
 */
public final class EvaluateOutcomes extends PTransform<PCollectionTuple, PDone> {
  private static final long serialVersionUID = 1L;

  private static final TupleTag<CellTable> TABLES = new TupleTag<>() {};
  private static final TupleTag<KV<Integer, String>> SCORE_RUNS = new TupleTag<>() {};

  private final ReplaySpec spec;
  private final TupleTag<ShardResult> results;
  private final TupleTag<ShardSummary> summaries;
  private final TupleTag<CalibrationSample> samples;

  private EvaluateOutcomes(
      ReplaySpec spec,
      TupleTag<ShardResult> results,
      TupleTag<ShardSummary> summaries,
      TupleTag<CalibrationSample> samples) {
    this.spec = spec;
    this.results = results;
    this.summaries = summaries;
    this.samples = samples;
  }

  /**
   * Evaluates as the spec says.
   *
   * @param results tag of the outcomes files, by shard
   * @param summaries tag of counts and times
   * @param samples tag of what the calibration is fitted on
   */
  public static EvaluateOutcomes with(
      ReplaySpec spec,
      TupleTag<ShardResult> results,
      TupleTag<ShardSummary> summaries,
      TupleTag<CalibrationSample> samples) {
    return new EvaluateOutcomes(spec, results, summaries, samples);
  }

  @Override
  public PDone expand(PCollectionTuple replayed) {
    int arms = spec.arms().size();
    CellTable.TableCoder tableCoder = new CellTable.TableCoder(spec.suite(), resampling(spec));

    PCollectionView<List<Calibration>> calibrations =
        replayed
            .get(samples)
            .apply("Gather sample", Combine.globally(CalibrationSample.CONCAT))
            .apply("Fit calibration", MapElements.via(new FitFn(arms)))
            .setCoder(ListCoder.of(SerializableCoder.of(Calibration.class)))
            .apply("Calibration as view", View.asSingleton());

    PCollectionTuple evaluated =
        replayed
            .get(results)
            .apply("Into groups", MapElements.via(new GroupFn(spec.groups())))
            .setCoder(KvCoder.of(VarIntCoder.of(), StringUtf8Coder.of()))
            .apply("By group", GroupByKey.create())
            .apply(
                "Evaluate users",
                ParDo.of(new EvaluateFn(spec, calibrations))
                    .withSideInputs(calibrations)
                    .withOutputTags(TABLES, TupleTagList.of(SCORE_RUNS)));

    PCollectionView<List<PairCounts>> pairs =
        evaluated
            .get(SCORE_RUNS)
            .setCoder(KvCoder.of(VarIntCoder.of(), StringUtf8Coder.of()))
            .apply("Runs by arm", GroupByKey.create())
            .apply("Count pairs", MapElements.via(new CountPairsFn(spec)))
            .setCoder(SerializableCoder.of(PairCounts.class))
            .apply("Pairs as view", View.asList());

    PCollectionView<ShardSummary> summary =
        replayed
            .get(summaries)
            .apply("Sum summaries", Combine.globally(ShardSummary.SUM))
            .apply("Summary as view", View.asSingleton());

    evaluated
        .get(TABLES)
        .setCoder(tableCoder)
        .apply(
            "Sum tables",
            Combine.globally(
                    new CellTable.Sum(arms, SliceSet.size(), spec.suite(), resampling(spec)))
                .withoutDefaults()) // there is a table for every group, and a shard at least
        .setCoder(tableCoder)
        .apply(
            "Write cells",
            ParDo.of(new WriteCellsFn(spec, calibrations, pairs, summary))
                .withSideInputs(calibrations, pairs, summary));
    return PDone.in(replayed.getPipeline());
  }

  private static Resampling resampling(ReplaySpec spec) {
    return new Resampling(spec.seed(), spec.replicates(), 0, 0);
  }

  private static final class FitFn extends SimpleFunction<CalibrationSample, List<Calibration>> {
    private static final long serialVersionUID = 1L;

    private final int arms;

    FitFn(int arms) {
      this.arms = arms;
    }

    @Override
    public List<Calibration> apply(CalibrationSample sample) {
      return Calibration.fit(sample, arms);
    }
  }

  private static final class GroupFn extends SimpleFunction<ShardResult, KV<Integer, String>> {
    private static final long serialVersionUID = 1L;

    private final int groups;

    GroupFn(int groups) {
      this.groups = groups;
    }

    @Override
    public KV<Integer, String> apply(ShardResult result) {
      return KV.of(result.shard() % groups, result.outcomes());
    }
  }

  private static final class CountPairsFn
      extends SimpleFunction<KV<Integer, Iterable<String>>, PairCounts> {
    private static final long serialVersionUID = 1L;

    private final ReplaySpec spec;

    CountPairsFn(ReplaySpec spec) {
      this.spec = spec;
    }

    @Override
    public PairCounts apply(KV<Integer, Iterable<String>> runs) {
      return PairCounts.count(runs.getKey(), runs.getValue(), resampling(spec));
    }
  }

  private static final class EvaluateFn extends DoFn<KV<Integer, Iterable<String>>, CellTable> {
    private static final long serialVersionUID = 1L;

    private final ReplaySpec spec;
    private final PCollectionView<List<Calibration>> calibrations;

    EvaluateFn(ReplaySpec spec, PCollectionView<List<Calibration>> calibrations) {
      this.spec = spec;
      this.calibrations = calibrations;
    }

    @ProcessElement
    public void evaluate(ProcessContext c, MultiOutputReceiver out) {
      CellTable table = new CellTable(spec.arms().size(), SliceSet.size());
      List<KV<Integer, String>> runs = new ArrayList<>();
      try (Workers.Turn turn = Workers.begin(spec.run())) {
        evaluate(c, turn, table, runs);
      }
      out.get(TABLES).output(table);
      runs.forEach(run -> out.get(SCORE_RUNS).output(run));
    }

    private void evaluate(
        ProcessContext c, Workers.Turn turn, CellTable table, List<KV<Integer, String>> scoreRuns) {
      int arms = spec.arms().size();
      UserCells cells =
          new UserCells(spec.suite(), c.sideInput(calibrations), resampling(spec), table);
      Map<String, Integer> armByName = new HashMap<>();
      List<ScoreRun.Writer> runs = new ArrayList<>();
      for (ArmSpec arm : spec.arms()) {
        int index = armByName.size();
        armByName.put(arm.name(), index);
        runs.add(
            new ScoreRun.Writer(spec.work(), "arm-" + index + "-group-" + c.element().getKey()));
      }
      OutcomeRow row = new OutcomeRow(spec.scoring().recallAt().length);
      for (String file : c.element().getValue()) {
        turn.check();
        try (OutcomesFile.Reader reader = OutcomesFile.read(Path.of(file))) {
          while (reader.next(row)) {
            int arm = armByName.get(row.arm);
            cells.add(arm, row);
            if (row.evaluated) {
              for (int i = 0; i < row.impressions; i++) {
                runs.get(arm)
                    .add(
                        row.scores[i],
                        row.labels[i] > 0,
                        cells.userHash(),
                        UserCells.slices(row, row.cold[i]));
              }
            }
          }
        }
      }
      cells.endUser();
      for (int a = 0; a < arms; a++) {
        for (String file : runs.get(a).finish()) {
          scoreRuns.add(KV.of(a, file));
        }
      }
    }
  }
}
