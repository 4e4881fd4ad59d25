package io.seminar.pipelines.replay;

import io.seminar.metrics.MetricSuite;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;

/**
 * What a replay does, as every worker needs to know it. A run is a pure function of this, the data
 * and the codebooks, except for times.
 *
 * @param dataset folder of the data set
 * @param run folder that the results are written to (not yet under its final name)
 * @param arms in report order
 * @param baseline name of the arm that the others are compared with
 * @param scoring set-up of the attention
 * @param pageAt the K of the page metrics (NDCG@K, HR@K), ascending
 * @param coldBelow an item in fewer history events than this is cold
 * @param splitTime requests before this time fit the calibration, the others are evaluated; in
 *     milliseconds
 * @param calibrationShare share of the earlier requests, drawn by hash, that the calibration is
 *     fitted on, in (0, 1]
 * @param groups of shards that are evaluated by themselves, at least 1: each makes a table of sums
 * @param replicates bootstrap replicates, 0 for no intervals
 * @param seed of every random choice
 * @param strict whether the first bad record fails the run
 */
public record ReplaySpec(
    String dataset,
    String run,
    List<ArmSpec> arms,
    String baseline,
    Scoring scoring,
    int[] pageAt,
    int coldBelow,
    long splitTime,
    double calibrationShare,
    int groups,
    int replicates,
    long seed,
    boolean strict)
    implements Serializable {
  /** Confidence level of every interval. */
  public static final double LEVEL = 0.95;

  /** Checks that the baseline is one of the arms. */
  public ReplaySpec {
    arms = List.copyOf(arms);
    pageAt = pageAt.clone();
    if (arms.stream().noneMatch(arm -> arm.name().equals(baseline))) {
      throw new IllegalArgumentException(
          "baseline '"
              + baseline
              + "' is not an arm of this run, expected one of "
              + arms.stream().map(ArmSpec::name).toList());
    }
    if (groups < 1) {
      throw new IllegalArgumentException("groups is " + groups + ", expected at least 1");
    }
    if (replicates < 0) {
      throw new IllegalArgumentException("replicates is " + replicates + ", expected at least 0");
    }
    if (coldBelow < 0) {
      throw new IllegalArgumentException("coldBelow is " + coldBelow + ", expected at least 0");
    }
  }

  /** The metrics of this run. */
  public MetricSuite suite() {
    return MetricSuite.of(scoring.recallAt(), pageAt);
  }

  /** Folder for what the stages hand to one another; gone when the run is complete. */
  public Path work() {
    return Path.of(run, ".work");
  }
}
