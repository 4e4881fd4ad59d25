package io.seminar.reports.html;

import io.seminar.metrics.Metric;
import io.seminar.metrics.MetricSuite;
import io.seminar.reports.store.CellsFile;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.ReliabilityFile;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.RunManifest;
import io.seminar.reports.store.TimingsFile;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tables of a run, in memory, with the order in which things are shown. */
final class Results {
  static final String ALL = "all";

  private record Key(String arm, String slice, String metric) {}

  private final RunManifest manifest;
  private final List<Cell> cells;
  private final Map<Key, Cell> byKey = new HashMap<>();
  private final List<Metric> metrics;
  private final List<String> slices;
  private final List<String> emptySlices;
  private final List<ReliabilityFile.Bin> reliability;
  private final List<TimingsFile.Timing> timings;

  Results(RunFolder run) {
    manifest = run.manifest();
    cells = CellsFile.read(run.cellsFile());
    Set<String> withCells = new LinkedHashSet<>();
    for (Cell cell : cells) {
      byKey.put(new Key(cell.arm(), cell.slice(), cell.metric()), cell);
      withCells.add(cell.slice());
    }
    metrics =
        MetricSuite.of(
                ints(manifest.evaluation().retrievalKs()), ints(manifest.evaluation().pageKs()))
            .all();
    // The manifest's order first, then whatever else has cells.
    Set<String> ordered = new LinkedHashSet<>(manifest.evaluation().slices());
    ordered.addAll(withCells);
    slices = ordered.stream().filter(withCells::contains).toList();
    emptySlices = ordered.stream().filter(slice -> !withCells.contains(slice)).toList();
    reliability = ReliabilityFile.read(run.reliabilityFile());
    timings = TimingsFile.read(run.timingsFile());
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  RunManifest manifest() {
    return manifest;
  }

  List<Cell> cells() {
    return cells;
  }

  List<RunManifest.Arm> arms() {
    return manifest.evaluation().arms();
  }

  String baseline() {
    return manifest.evaluation().baseline();
  }

  /** Index of the arm's look: 0 for the baseline, then 1, 2… in the order of the arms. */
  int style(String arm) {
    if (arm.equals(baseline())) {
      return 0;
    }
    int style = 1;
    for (RunManifest.Arm other : arms()) {
      if (other.name().equals(arm)) {
        return style;
      }
      style += other.name().equals(baseline()) ? 0 : 1;
    }
    throw new IllegalArgumentException("no arm " + arm);
  }

  /** The metrics of the run that have cells, in the suite's order. */
  List<Metric> metrics() {
    return metrics.stream()
        .filter(m -> cells.stream().anyMatch(cell -> cell.metric().equals(m.key())))
        .toList();
  }

  /** The metric with this key, or null if the run has none. */
  Metric metric(String key) {
    return metrics().stream().filter(m -> m.key().equals(key)).findFirst().orElse(null);
  }

  /** The slices that have cells, {@code all} among them. */
  List<String> slices() {
    return slices;
  }

  /** The slices that were asked for and into which nothing fell. */
  List<String> emptySlices() {
    return emptySlices;
  }

  /** The cell, or null if there is none. */
  Cell cell(String arm, String slice, String metric) {
    return byKey.get(new Key(arm, slice, metric));
  }

  List<ReliabilityFile.Bin> reliability() {
    return reliability;
  }

  List<ReliabilityFile.Bin> reliability(String arm) {
    return reliability.stream().filter(bin -> bin.arm().equals(arm)).toList();
  }

  List<TimingsFile.Timing> timings() {
    return timings;
  }

  /** The largest K of recall@K, or −1 if there is none. */
  int largestRetrievalK() {
    List<Integer> ks = manifest.evaluation().retrievalKs();
    return ks.isEmpty() ? -1 : Collections.max(ks);
  }

  /** The largest K of ndcg@K, or −1 if there is none. */
  int largestPageK() {
    List<Integer> ks = manifest.evaluation().pageKs();
    return ks.isEmpty() ? -1 : Collections.max(ks);
  }

  /** The metrics that summary and charts show, those of them that the run has. */
  List<Metric> headline() {
    return List.of(
            "recall@" + largestRetrievalK(),
            "mass_kept",
            "output_rel_l2",
            "auc",
            "gauc",
            "ndcg@" + largestPageK(),
            "logloss")
        .stream()
        .map(this::metric)
        .filter(m -> m != null)
        .toList();
  }
}
