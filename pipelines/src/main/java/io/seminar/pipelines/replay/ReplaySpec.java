package io.seminar.pipelines.replay;

import io.seminar.metrics.MetricSuite;
import io.seminar.pipelines.arms.ArmSpec;
import io.seminar.pipelines.arms.ModelSpec;
import io.seminar.pipelines.evaluation.EvaluatedArm;
import io.seminar.pipelines.evaluation.EvaluationPlan;
import io.seminar.pipelines.evaluation.Inference;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a replay does, as every worker needs to know it. A run is a pure function of this, the data
 * the models and the codebooks, except for times.
 *
 * @param dataset folder of the data set
 * @param run folder that the results are written to (not yet under its final name)
 * @param models trained networks that arms belong to
 * @param arms in report order
 * @param baseline name of the arm that the others are compared with
 * @param scoring at which K fidelity is measured, and how arms without a network attend
 * @param pageAt the K of the page metrics (NDCG@K, HR@K), ascending
 * @param coldBelow an item in fewer history events than this is cold
 * @param calibrateFrom requests from this time on may fit the calibration; {@link Long#MIN_VALUE}
 *     where no model was trained on any; in milliseconds
 * @param splitTime requests before this time fit the calibration, those from it on are evaluated;
 *     in milliseconds
 * @param calibrationShare share of the earlier requests, drawn by hash, that the calibration is
 *     fitted on, in (0, 1]
 * @param device of the arms that can retrieve on one, {@code cpu} or {@code gpu:N}
 * @param groups of shards that are evaluated by themselves, at least 1: each makes a table of sums
 * @param inference intervals and tests
 * @param seed of every random choice
 * @param strict whether the first bad record fails the run
 */
public record ReplaySpec(
    String dataset,
    String run,
    List<ModelSpec> models,
    List<ArmSpec> arms,
    String baseline,
    Scoring scoring,
    int[] pageAt,
    int coldBelow,
    long calibrateFrom,
    long splitTime,
    double calibrationShare,
    String device,
    int groups,
    Inference inference,
    long seed,
    boolean strict)
    implements Serializable {
  /** Checks that the baseline is one of the arms, and that every arm can be measured. */
  public ReplaySpec {
    models = List.copyOf(models);
    arms = List.copyOf(arms);
    pageAt = pageAt.clone();
    if (arms.stream().noneMatch(arm -> arm.name().equals(baseline))) {
      throw new IllegalArgumentException(
          "baseline '"
              + baseline
              + "' is not an arm of this run, expected one of "
              + arms.stream().map(ArmSpec::name).toList());
    }
    int largest = scoring.keep();
    for (ArmSpec arm : arms) {
      if (arm.model() == null) {
        arm.check(largest);
        continue;
      }
      ModelSpec model = model(models, arm.model());
      arm.check(model.keep());
      if (arm.kind().attends() && largest > model.keep()) {
        throw new IllegalArgumentException(
            "recallAt is "
                + Arrays.toString(scoring.recallAt())
                + ", but a head of "
                + model.title()
                + " keeps "
                + model.keep()
                + " behaviours, expected K of at most that for arm '"
                + arm.name()
                + "'");
      }
    }
    if (groups < 1) {
      throw new IllegalArgumentException("groups is " + groups + ", expected at least 1");
    }
    if (coldBelow < 0) {
      throw new IllegalArgumentException("coldBelow is " + coldBelow + ", expected at least 0");
    }
  }

  /**
   * The model of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public ModelSpec model(String name) {
    return model(models, name);
  }

  private static ModelSpec model(List<ModelSpec> models, String name) {
    for (ModelSpec model : models) {
      if (model.name().equals(name)) {
        return model;
      }
    }
    throw new IllegalArgumentException(
        "no model '"
            + name
            + "', expected one of "
            + models.stream().map(ModelSpec::name).toList());
  }

  /**
   * The models that arms retrieve for, in the order of their first arms; null stands for the
   * similarity of the data set's own vectors.
   */
  public List<String> attentionModels() {
    List<String> names = new ArrayList<>();
    for (ArmSpec arm : arms) {
      if (arm.kind().attends() && !names.contains(arm.model())) {
        names.add(arm.model());
      }
    }
    return names;
  }

  /** Whether arms retrieve by the similarity of the data set's own vectors. */
  public boolean readsOwnVectors() {
    return attentionModels().contains(null);
  }

  /** The metrics of this run. */
  public MetricSuite suite() {
    return MetricSuite.of(scoring.recallAt(), pageAt);
  }

  private static String unmeasured(ArmSpec.Kind kind) {
    if (kind.attends()) {
      return null;
    }
    return kind.consultsTruth()
        ? "an oracle retrieves nothing"
        : "a forward pass has no retrieval of its own to measure";
  }

  /** How the outcomes are evaluated: every arm beside the baseline. */
  public EvaluationPlan evaluation() {
    int baseline = arms.stream().map(ArmSpec::name).toList().indexOf(this.baseline);
    List<EvaluatedArm> evaluated = new ArrayList<>();
    for (int a = 0; a < arms.size(); a++) {
      ArmSpec arm = arms.get(a);
      evaluated.add(
          new EvaluatedArm(
              arm.name(), 0, arm.name(), unmeasured(arm.kind()), a == baseline ? -1 : baseline));
    }
    return new EvaluationPlan(
        evaluated, suite(), scoring.recallAt().length, inference, seed, dataset, groups, run);
  }
}
