package io.seminar.reports.gate;

import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.RunManifest;
import java.util.List;
import java.util.Objects;

/**
 * What the rules are judged by.
 *
 * @param candidate provenance of the run that is judged
 * @param cells its cells, their differences to the run's own baseline arm
 * @param baseline the run that it is compared with; null where there is none
 * @param missing why there is no baseline although there should be; null where there is one, and on
 *     a first run
 * @param measures the metrics that there are, and any other numbers among the cells
 */
public record Evidence(
    RunManifest candidate,
    List<Cell> cells,
    Baseline baseline,
    String missing,
    List<Measure> measures) {
  public Evidence {
    Objects.requireNonNull(candidate, "candidate");
    cells = List.copyOf(cells);
    measures = List.copyOf(measures);
    if (baseline != null && missing != null) {
      throw new IllegalArgumentException(
          "baseline: found one, and that it is missing because of '" + missing + "'");
    }
  }

  /**
   * The run that a night is compared with.
   *
   * @param manifest its provenance
   * @param cells the comparison: for arm, slice and metric the candidate's value, and its
   *     difference to the same arm of this run, paired over users
   */
  public record Baseline(RunManifest manifest, List<Cell> cells) {
    public Baseline {
      Objects.requireNonNull(manifest, "manifest");
      cells = List.copyOf(cells);
    }
  }

  /** A run beside the one that it is compared with. */
  public static Evidence compared(
      RunManifest candidate, List<Cell> cells, Baseline baseline, List<Measure> measures) {
    return new Evidence(
        candidate, cells, Objects.requireNonNull(baseline, "baseline"), null, measures);
  }

  /** A run before which there was none. */
  public static Evidence firstRun(RunManifest candidate, List<Cell> cells, List<Measure> measures) {
    return new Evidence(candidate, cells, null, null, measures);
  }

  /**
   * A run whose baseline cannot be used. That is no first run: nothing passes for it.
   *
   * @param reason why, as a clause
   */
  public static Evidence withoutBaseline(
      RunManifest candidate, List<Cell> cells, String reason, List<Measure> measures) {
    return new Evidence(candidate, cells, null, Objects.requireNonNull(reason, "reason"), measures);
  }

  boolean isFirstRun() {
    return baseline == null && missing == null;
  }

  /** Why nothing may be compared with the baseline; null where it may. */
  String incomparable() {
    if (missing != null) {
      return missing;
    }
    RunManifest other = baseline.manifest();
    String data = differ("data set", candidate.data().digest(), other.data().digest());
    if (data != null) {
      return data;
    }
    RunManifest.Evaluation here = candidate.evaluation();
    RunManifest.Evaluation there = other.evaluation();
    String version =
        differ("version of the metrics", here.metricsVersion(), there.metricsVersion());
    if (version != null) {
      return version;
    }
    String seed = differ("seed", candidate.execution().seed(), other.execution().seed());
    return seed != null
        ? seed
        : differ("number of bootstrap replicates", here.replicates(), there.replicates());
  }

  private String differ(String what, Object expected, Object found) {
    return expected.equals(found)
        ? null
        : "the baseline "
            + baseline.manifest().runId()
            + " has another "
            + what
            + ": found "
            + found
            + ", expected "
            + expected;
  }
}
