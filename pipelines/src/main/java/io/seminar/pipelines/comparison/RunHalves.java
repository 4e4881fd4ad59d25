package io.seminar.pipelines.comparison;

import io.seminar.metrics.inference.HalfSplits;
import io.seminar.pipelines.evaluation.EvaluatedArm;
import io.seminar.pipelines.evaluation.EvaluationPlan;
import io.seminar.pipelines.evaluation.HalvesOfUsers;
import io.seminar.pipelines.evaluation.Inference;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.RunManifest;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A run evaluated on disjoint halves of its users. */
public final class RunHalves {
  private RunHalves() {}

  /**
   * Evaluates the halves.
   *
   * @param run whose outcomes are read
   * @param splits of its users
   * @param auc whether the AUC is wanted, which sorts every score
   * @param work folder for what is sorted; it is left as it was
   */
  public static HalvesOfUsers of(RunFolder run, HalfSplits splits, boolean auc, Path work) {
    RunManifest manifest = run.manifest();
    List<EvaluatedArm> arms =
        manifest.evaluation().arms().stream()
            .map(
                arm ->
                    new EvaluatedArm(
                        arm.name(), 0, arm.name(), StoredOutcomes.unmeasured(run, arm.name()), -1))
            .toList();
    EvaluationPlan plan =
        new EvaluationPlan(
            arms,
            Comparison.suite(manifest),
            manifest.evaluation().retrievalKs().size(),
            Inference.none(),
            splits.resampling().seed(),
            Comparison.dataset(manifest),
            1,
            work.toAbsolutePath().toString());
    try {
      return HalvesOfUsers.of(
          plan, StoredOutcomes.of(0, run), StoredOutcomes.calibrations(run), splits, auc);
    } finally {
      remove(plan.work());
    }
  }

  private static void remove(Path folder) {
    try {
      Publication.deleteTree(folder);
    } catch (IOException e) {
      throw new DatasetException("cannot remove " + folder + ": " + e, e);
    }
  }
}
