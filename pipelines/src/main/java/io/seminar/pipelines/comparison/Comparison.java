package io.seminar.pipelines.comparison;

import io.seminar.metrics.MetricSuite;
import io.seminar.pipelines.evaluation.Calibration;
import io.seminar.pipelines.evaluation.EvaluatedArm;
import io.seminar.pipelines.evaluation.EvaluationPlan;
import io.seminar.pipelines.evaluation.Inference;
import io.seminar.pipelines.evaluation.OutcomesOf;
import io.seminar.pipelines.evaluation.SliceSet;
import io.seminar.pipelines.runner.Runner;
import io.seminar.reports.gate.Measure;
import io.seminar.reports.store.ComparisonFolder;
import io.seminar.reports.store.ComparisonManifest;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.RunManifest;
import io.seminar.sessions.Dataset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Compares two runs over the same requests: the outcomes of both are evaluated together, so that a
 * user weighs the same in both and what the two have in common cancels in every difference. Every
 * arm of the candidate is compared with the arm of the same name of the baseline.
 */
public final class Comparison {
  private static final int CANDIDATE = 0;
  private static final int BASELINE = 1;

  /** A table of sums is worth its memory for about this many users. */
  private static final int USERS_A_GROUP = 5_000;

  private static final int FEWEST_GROUPS = 2;
  private static final int MOST_GROUPS = 16;

  private final Options options;
  private final RunFolder candidate;
  private final RunFolder baseline;

  /**
   * What to compare, how, and where to.
   *
   * @param candidate run whose arms are judged
   * @param baseline run that they are compared with
   * @param out folder to make
   * @param overwrite whether a comparison that stands there is replaced
   * @param inference intervals and tests
   * @param seed of everything that is drawn
   * @param runner that runs the pipeline
   * @param parallelism of the runner, at least 1
   * @param beamOptions Beam's own options
   * @param command how it is recorded: name and arguments as typed
   */
  public record Options(
      Path candidate,
      Path baseline,
      Path out,
      boolean overwrite,
      Inference inference,
      long seed,
      Runner runner,
      int parallelism,
      List<String> beamOptions,
      List<String> command) {}

  private Comparison(Options options) {
    this.options = options;
    this.candidate = RunFolder.open(options.candidate());
    this.baseline = RunFolder.open(options.baseline());
  }

  /**
   * Compares.
   *
   * @throws io.seminar.sessions.DatasetException if a run cannot be used
   * @throws IllegalArgumentException if the runs are not of the same requests, or measured recall
   *     at other K
   */
  public static ComparisonFolder run(Options options) {
    return new Comparison(options).run();
  }

  private ComparisonFolder run() {
    Instant started = Instant.now();
    requireSameRequests();
    try (ComparisonFolder.Draft draft =
        ComparisonFolder.create(options.out(), options.overwrite())) {
      EvaluationPlan plan = plan(draft.path().toAbsolutePath());
      List<OutcomesOf> outcomes = new ArrayList<>(StoredOutcomes.of(CANDIDATE, candidate));
      outcomes.addAll(StoredOutcomes.of(BASELINE, baseline));
      List<Calibration> calibrations = new ArrayList<>(StoredOutcomes.calibrations(candidate));
      calibrations.addAll(StoredOutcomes.calibrations(baseline));
      StoredOutcomes.evaluate(
          plan,
          outcomes,
          calibrations,
          options.runner(),
          options.parallelism(),
          options.beamOptions());
      return draft.complete(manifest(plan, started));
    }
  }

  private void requireSameRequests() {
    RunManifest a = candidate.manifest();
    RunManifest b = baseline.manifest();
    requireSame("data set", a.data().digest(), b.data().digest());
    requireSame("split time", a.calibration().splitTime(), b.calibration().splitTime());
    requireSame("K of recall@K", a.evaluation().retrievalKs(), b.evaluation().retrievalKs());
    requireSame("slices", a.evaluation().slices(), b.evaluation().slices());
    requireSame("requests replayed", a.counts().requests(), b.counts().requests());
  }

  private void requireSame(String what, Object a, Object b) {
    if (!a.equals(b)) {
      throw new IllegalArgumentException(
          candidate.path()
              + " and "
              + baseline.path()
              + " cannot be compared user by user: "
              + what
              + " "
              + a
              + " and "
              + b
              + ", expected the same");
    }
  }

  private EvaluationPlan plan(Path folder) {
    RunManifest.Evaluation ours = candidate.manifest().evaluation();
    List<String> theirs =
        baseline.manifest().evaluation().arms().stream().map(RunManifest.Arm::name).toList();
    int first = ours.arms().size(); // of the baseline's arms
    List<EvaluatedArm> arms = new ArrayList<>();
    for (RunManifest.Arm arm : ours.arms()) {
      int pair = theirs.indexOf(arm.name());
      arms.add(
          new EvaluatedArm(
              arm.name(),
              CANDIDATE,
              arm.name(),
              StoredOutcomes.unmeasured(candidate, arm.name()),
              pair < 0 ? -1 : first + pair));
    }
    for (RunManifest.Arm arm : baseline.manifest().evaluation().arms()) {
      arms.add(
          new EvaluatedArm(
              ComparisonManifest.ofBaseline(arm.name()),
              BASELINE,
              arm.name(),
              StoredOutcomes.unmeasured(baseline, arm.name()),
              -1));
    }
    return new EvaluationPlan(
        arms,
        suite(candidate.manifest()),
        ours.retrievalKs().size(),
        options.inference(),
        options.seed(),
        dataset(candidate.manifest()),
        (int)
            Math.max(
                FEWEST_GROUPS,
                Math.min(MOST_GROUPS, candidate.manifest().counts().users() / USERS_A_GROUP)),
        folder.toString());
  }

  /** The data set, if it is still where it was; null: what needs it is undefined. */
  static String dataset(RunManifest run) {
    RunManifest.Data data = run.data();
    Path folder = Path.of(data.path());
    return Files.isDirectory(folder) && Dataset.open(folder).digest().equals(data.digest())
        ? folder.toAbsolutePath().toString()
        : null;
  }

  /** The metrics of a run. */
  public static MetricSuite suite(RunManifest run) {
    return MetricSuite.of(
        run.evaluation().retrievalKs().stream().mapToInt(Integer::intValue).toArray(),
        run.evaluation().pageKs().stream().mapToInt(Integer::intValue).toArray());
  }

  /** All that a gate may have rules about in a run: its metrics, and times. */
  public static List<Measure> measures(RunManifest run) {
    List<Measure> measures = new ArrayList<>(Measure.of(suite(run).all()));
    measures.addAll(LatencyCells.measures());
    return measures;
  }

  private ComparisonManifest manifest(EvaluationPlan plan, Instant started) {
    List<ComparisonManifest.Pair> pairs = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (EvaluatedArm arm : plan.arms()) {
      if (arm.baseline() >= 0) {
        pairs.add(new ComparisonManifest.Pair(arm.name(), plan.arms().get(arm.baseline()).name()));
      } else if (arm.source() == CANDIDATE) {
        notes.add("The baseline has no arm '" + arm.name() + "': it is compared with nothing.");
      } else if (pair(arm, plan) < 0) {
        notes.add("The candidate has no arm '" + arm.outcomesName() + "', the baseline has.");
      }
    }
    return new ComparisonManifest(
        ComparisonManifest.SCHEMA_VERSION,
        RunManifest.Command.of(
            options.command().get(0),
            options.command().subList(1, options.command().size()),
            Map.of(
                "candidate",
                candidate.manifest().runId(),
                "baseline",
                baseline.manifest().runId(),
                "inference",
                options.inference().toString(),
                "seed",
                options.seed())),
        candidate.manifest().withFiles(List.of()),
        baseline.manifest().withFiles(List.of()),
        pairs,
        evaluation(plan),
        new RunManifest.Execution(
            options.runner().name().toLowerCase(Locale.ROOT),
            options.parallelism(),
            candidate.manifest().execution().kernel(),
            options.seed(),
            started,
            Instant.now()),
        List.of(),
        notes);
  }

  /** Index of the candidate's arm that an arm of the baseline has the name of; -1: none. */
  private static int pair(EvaluatedArm baseline, EvaluationPlan plan) {
    for (int a = 0; a < plan.arms().size(); a++) {
      EvaluatedArm arm = plan.arms().get(a);
      if (arm.source() == CANDIDATE && arm.name().equals(baseline.outcomesName())) {
        return a;
      }
    }
    return -1;
  }

  private RunManifest.Evaluation evaluation(EvaluationPlan plan) {
    RunManifest.Evaluation ours = candidate.manifest().evaluation();
    List<RunManifest.Arm> arms = new ArrayList<>(ours.arms());
    for (RunManifest.Arm arm : baseline.manifest().evaluation().arms()) {
      arms.add(
          new RunManifest.Arm(
              ComparisonManifest.ofBaseline(arm.name()),
              arm.description(),
              arm.kept(),
              arm.bytesPerBehaviour()));
    }
    return new RunManifest.Evaluation(
        arms,
        ours.baseline(),
        ours.retrievalKs(),
        ours.pageKs(),
        SliceSet.names(),
        plan.inference().replicates(),
        plan.inference().level(),
        MetricSuite.VERSION,
        plan.inference().groups(),
        plan.inference().flips(),
        plan.inference().interval().key());
  }
}
