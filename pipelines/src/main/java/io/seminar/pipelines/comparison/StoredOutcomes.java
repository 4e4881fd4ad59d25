package io.seminar.pipelines.comparison;

import io.seminar.pipelines.evaluation.Calibration;
import io.seminar.pipelines.evaluation.EvaluateOutcomes;
import io.seminar.pipelines.evaluation.EvaluationPlan;
import io.seminar.pipelines.evaluation.OutcomesOf;
import io.seminar.pipelines.evaluation.SliceSet;
import io.seminar.pipelines.runner.Runner;
import io.seminar.pipelines.runner.Workers;
import io.seminar.reports.store.CellsFile;
import io.seminar.reports.store.ReliabilityFile;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.RunManifest;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PCollectionView;

/** Evaluates outcomes that runs have left, without replaying anything. */
public final class StoredOutcomes {
  private StoredOutcomes() {}

  /**
   * The outcomes of a run.
   *
   * @param source number by which the plan's arms name the run
   */
  public static List<OutcomesOf> of(int source, RunFolder run) {
    List<OutcomesOf> outcomes = new ArrayList<>();
    for (Path file : run.outcomesFiles()) {
      outcomes.add(new OutcomesOf(source, outcomes.size(), file.toAbsolutePath().toString()));
    }
    return outcomes;
  }

  /** Why an arm has no attention fidelity, as its run says; null: it has. */
  public static String unmeasured(RunFolder run, String arm) {
    return CellsFile.read(run.cellsFile()).stream()
        .filter(cell -> cell.arm().equals(arm) && cell.slice().equals(SliceSet.ALL))
        .filter(cell -> cell.metric().equals("output_cosine") && Double.isNaN(cell.value()))
        .map(CellsFile.Cell::reason)
        .findFirst()
        .orElse(null);
  }

  /** The maps from score to probability that a run was evaluated with, by arm. */
  public static List<Calibration> calibrations(RunFolder run) {
    Map<String, List<ReliabilityFile.Bin>> bins = new LinkedHashMap<>();
    for (ReliabilityFile.Bin bin : ReliabilityFile.read(run.reliabilityFile())) {
      bins.computeIfAbsent(bin.arm(), arm -> new ArrayList<>()).add(bin);
    }
    List<Calibration> calibrations = new ArrayList<>();
    for (RunManifest.ArmCalibration arm : run.manifest().calibration().arms()) {
      calibrations.add(
          Calibration.of(
              arm.slope(),
              arm.intercept(),
              arm.impressions(),
              arm.problem(),
              bins.getOrDefault(arm.arm(), List.of()).stream()
                  .skip(1)
                  .mapToDouble(ReliabilityFile.Bin::lower)
                  .toArray()));
    }
    return calibrations;
  }

  /**
   * Evaluates: writes cells and reliability bins to the plan's folder.
   *
   * @param calibrations by arm of the plan
   * @param parallelism of the runner, at least 1
   * @param beamOptions Beam's own options
   */
  public static void evaluate(
      EvaluationPlan plan,
      List<OutcomesOf> outcomes,
      List<Calibration> calibrations,
      Runner runner,
      int parallelism,
      List<String> beamOptions) {
    Pipeline pipeline = Pipeline.create(runner.options(parallelism, beamOptions));
    PCollectionView<List<Calibration>> view =
        pipeline
            .apply(
                "Calibrations",
                Create.of(List.of(calibrations))
                    .withCoder(ListCoder.of(SerializableCoder.of(Calibration.class))))
            .apply("Calibrations as view", View.asSingleton());
    pipeline
        .apply("Outcomes", Create.of(outcomes).withCoder(SerializableCoder.of(OutcomesOf.class)))
        .apply("Evaluate", EvaluateOutcomes.with(plan, view));
    try {
      pipeline.run().waitUntilFinish();
      Workers.clear(plan.folder());
    } catch (RuntimeException e) {
      Workers.stop(plan.folder()); // before the folder is removed
      throw e;
    }
    try {
      Publication.deleteTree(plan.work());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + plan.work(), e);
    }
  }
}
