package io.seminar.pipelines.cli;

import io.seminar.pipelines.evaluation.SliceSet;
import io.seminar.reports.store.CellsFile;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.RunManifest;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The main numbers of a run as a table for the terminal: an arm a row, over everything. */
final class MainNumbers {
  private MainNumbers() {}

  static void print(RunFolder run, PrintWriter out) {
    RunManifest.Evaluation evaluation = run.manifest().evaluation();
    List<String> metrics = metrics(evaluation);
    Map<String, Cell> cells = new HashMap<>();
    for (Cell cell : CellsFile.read(run.cellsFile())) {
      if (cell.slice().equals(SliceSet.ALL)) {
        cells.put(cell.arm() + "/" + cell.metric(), cell);
      }
    }
    List<List<String>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("arm"));
    header.addAll(metrics);
    rows.add(header);
    for (RunManifest.Arm arm : evaluation.arms()) {
      List<String> row = new ArrayList<>(List.of(arm.name()));
      for (String metric : metrics) {
        row.add(text(cells.get(arm.name() + "/" + metric)));
      }
      rows.add(row);
    }
    TextTable.print(rows, out);
    RunManifest.Counts counts = run.manifest().counts();
    out.printf(
        Locale.ROOT,
        "%,d users, %,d requests, %,d impressions, %,d behaviours, %,d dead letters%n",
        counts.users(),
        counts.requests(),
        counts.impressions(),
        counts.behaviours(),
        counts.deadLetters());
  }

  private static List<String> metrics(RunManifest.Evaluation evaluation) {
    List<Integer> recallAt = evaluation.retrievalKs();
    List<Integer> pageAt = evaluation.pageKs();
    return List.of(
        "recall@" + recallAt.get(recallAt.size() - 1),
        "mass_kept",
        "auc",
        "gauc",
        "ndcg@" + pageAt.get(pageAt.size() - 1),
        "logloss");
  }

  private static String text(Cell cell) {
    if (cell == null || Double.isNaN(cell.value())) {
      return "-";
    }
    String value = String.format(Locale.ROOT, "%.4f", cell.value());
    return Double.isNaN(cell.low())
        ? value
        : value + String.format(Locale.ROOT, " [%.4f, %.4f]", cell.low(), cell.high());
  }
}
