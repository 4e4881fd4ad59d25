package io.seminar.reports.html;

import io.seminar.metrics.calibration.LogLoss;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.reports.store.OutcomesFile;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.RunManifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The requests that an arm did worst on, by recall and by log loss; found in one pass over the
 * outcomes that holds a few rows an arm.
 */
final class WorstRequests {
  /** What makes a request bad. */
  enum By {
    /** Mean recall at the largest K, over the page. */
    RECALL,
    /** Mean log loss of the calibrated probabilities, over the page; evaluated requests only. */
    LOG_LOSS
  }

  /**
   * A request.
   *
   * @param badness what it is ranked by: the log loss, or 1 − recall
   */
  record Bad(
      String arm,
      By by,
      double badness,
      String user,
      long request,
      long time,
      int query,
      int historyLength,
      int impressions,
      int clicks) {
    double shown() {
      return by == By.RECALL ? 1 - badness : badness;
    }
  }

  /**
   * Worst first; ties in an order that does not depend on how the outcomes are spread over files.
   */
  private static final Comparator<Bad> WORST_FIRST =
      Comparator.comparingDouble(Bad::badness)
          .reversed()
          .thenComparing(Bad::user)
          .thenComparingLong(Bad::request);

  private final int most;
  private final Map<String, RunManifest.ArmCalibration> maps = new HashMap<>();
  private final Map<String, Map<By, PriorityQueue<Bad>>> kept = new HashMap<>();

  private WorstRequests(RunManifest manifest, int most) {
    this.most = most;
    manifest.calibration().arms().forEach(map -> maps.put(map.arm(), map));
  }

  /** The {@code most} worst requests of each arm and kind; requests without fault do not count. */
  static List<Bad> find(RunFolder run, int most) {
    WorstRequests worst = new WorstRequests(run.manifest(), most);
    for (Path file : run.outcomesFiles()) {
      try (OutcomesFile.Reader reader = OutcomesFile.read(file)) {
        OutcomeRow row = reader.newRow();
        while (reader.next(row)) {
          worst.look(row);
        }
      }
    }
    List<Bad> all = new ArrayList<>();
    for (RunManifest.Arm arm : run.manifest().evaluation().arms()) {
      for (By by : By.values()) {
        PriorityQueue<Bad> queue = worst.kept.getOrDefault(arm.name(), Map.of()).get(by);
        if (queue != null) {
          queue.stream().sorted(WORST_FIRST).forEach(all::add);
        }
      }
    }
    return all;
  }

  private void look(OutcomeRow row) {
    int n = row.impressions;
    int ks = row.retrievalKs();
    if (ks > 0) {
      double recall = 0;
      for (int i = 0; i < n; i++) {
        recall += row.recall[i * ks + ks - 1];
      }
      offer(row, By.RECALL, 1 - recall / n);
    }
    RunManifest.ArmCalibration map = maps.get(row.arm);
    if (row.evaluated && map != null && Double.isFinite(map.slope() + map.intercept())) {
      double loss = 0;
      for (int i = 0; i < n; i++) {
        double p = 1 / (1 + Math.exp(-(map.slope() * row.scores[i] + map.intercept())));
        loss += LogLoss.of(p, row.labels[i] > 0);
      }
      offer(row, By.LOG_LOSS, loss / n);
    }
  }

  private void offer(OutcomeRow row, By by, double badness) {
    // NaN: nothing to judge by, e.g. an empty history. At most rounding: nothing wrong.
    if (!(badness > 1e-6)) {
      return;
    }
    PriorityQueue<Bad> queue =
        kept.computeIfAbsent(row.arm, a -> new HashMap<>())
            .computeIfAbsent(by, b -> new PriorityQueue<>(WORST_FIRST.reversed()));
    if (queue.size() == most && badness < queue.peek().badness()) {
      return;
    }
    int clicks = 0;
    for (int i = 0; i < row.impressions; i++) {
      clicks += row.labels[i] > 0 ? 1 : 0;
    }
    queue.add(
        new Bad(
            row.arm,
            by,
            badness,
            row.user,
            row.request,
            row.time,
            row.query,
            row.historyLength,
            row.impressions,
            clicks));
    if (queue.size() > most) {
      queue.poll();
    }
  }
}
