package io.seminar.pipelines.nightly.faults;

import io.seminar.pipelines.comparison.Comparison;
import io.seminar.pipelines.comparison.LatencyCells;
import io.seminar.pipelines.evaluation.Inference;
import io.seminar.pipelines.nightly.Night;
import io.seminar.reports.gate.Evidence;
import io.seminar.reports.gate.GateReport;
import io.seminar.reports.store.CellsFile;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.ComparisonFolder;
import io.seminar.reports.store.ComparisonManifest;
import io.seminar.reports.store.RunFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Compares two runs and judges them by the gate of a night. */
final class Judge {
  private final Night.Options night;
  private final Inference inference;

  Judge(Night.Options night, Inference inference) {
    this.night = night;
    this.inference = inference;
  }

  /**
   * What came of it.
   *
   * @param report the gate's
   * @param cells the candidate's, compared with the baseline's; without times
   */
  record Judged(GateReport report, List<Cell> cells) {}

  Judged judge(RunFolder candidate, RunFolder baseline, Path work) {
    List<Cell> cells = compare(candidate, baseline, work);
    List<Cell> own = new ArrayList<>(CellsFile.read(candidate.cellsFile()));
    List<Cell> compared = new ArrayList<>(cells);
    if (judgesTimes()) {
      List<Cell> times = LatencyCells.of(candidate, baseline, inference, night.config().seed());
      compared.addAll(times);
      own.addAll(times);
    }
    Evidence evidence =
        Evidence.compared(
            candidate.manifest(),
            own,
            new Evidence.Baseline(baseline.manifest(), compared),
            Comparison.measures(candidate.manifest()));
    return new Judged(night.config().gate().judge(evidence), cells);
  }

  /** Whether a rule of the gate is about a time. */
  boolean judgesTimes() {
    return night.config().gate().rules().stream()
        .anyMatch(rule -> LatencyCells.isTime(rule.scope().metric()));
  }

  /** The candidate's cells, with their differences to the baseline's. */
  List<Cell> compare(RunFolder candidate, RunFolder baseline, Path work) {
    ComparisonFolder comparison =
        Comparison.run(
            new Comparison.Options(
                candidate.path(),
                baseline.path(),
                work.resolve("comparison"),
                true,
                inference,
                night.config().seed(),
                night.runner(),
                night.parallelism(),
                night.beamOptions(),
                night.command()));
    return CellsFile.read(comparison.cellsFile()).stream()
        .filter(cell -> !cell.arm().startsWith(ComparisonManifest.BASELINE))
        .toList();
  }
}
