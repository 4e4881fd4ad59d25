package io.seminar.reports.compare;

import io.seminar.metrics.Metric;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.RunManifest;
import java.util.List;
import java.util.Objects;

/**
 * Two runs over the same users.
 *
 * @param baseline the first run, A
 * @param candidate the second run, B
 * @param cells for arm, slice and metric the value of B and its difference to A, paired over users;
 *     a cell whose baseline is null has nothing in A to be compared with
 * @param metrics in the order in which they are shown
 */
public record RunComparison(
    RunManifest baseline, RunManifest candidate, List<Cell> cells, List<Metric> metrics) {
  public RunComparison {
    Objects.requireNonNull(baseline, "baseline");
    Objects.requireNonNull(candidate, "candidate");
    cells = List.copyOf(cells);
    metrics = List.copyOf(metrics);
  }

  /** What differs in where the two come from, from A to B. */
  public List<Difference> differences() {
    return ProvenanceDiff.of(baseline, candidate);
  }
}
