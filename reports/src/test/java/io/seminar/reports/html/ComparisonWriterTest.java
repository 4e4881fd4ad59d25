package io.seminar.reports.html;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.reports.compare.RunComparison;
import io.seminar.reports.store.Cells;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.text.Numbers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonWriterTest {
  @TempDir Path folder;

  @Test
  void showsCellsAndProvenance() throws Exception {
    List<Cell> cells = new ArrayList<>(SyntheticNights.compared(13));
    cells.add(Cells.undefined("exact", "history=0-99", "auc", "no click among 3 impressions"));
    cells.add(Cells.value("new", "all", "auc", 0.7, 0.01));
    RunComparison comparison =
        new RunComparison(
            SyntheticNights.manifest(8),
            SyntheticNights.manifest(13),
            cells,
            SyntheticNights.METRICS);
    PageChecks page = PageChecks.of(ComparisonWriter.write(folder.resolve("compare"), comparison));
    assertThat(page.texts("th"))
        .contains(
            "A: " + SyntheticNights.id(8), "B: " + SyntheticNights.id(13), "catalogue", "JDK");
    for (Cell cell : cells) {
      if (!Double.isNaN(cell.difference())) {
        assertThat(page.text())
            .contains(
                "Δ "
                    + Numbers.signed(cell.difference())
                    + Numbers.signedInterval(cell.differenceLow(), cell.differenceHigh())
                    + Numbers.value(cell.value())
                    + "p 0.040 (Holm 0.400)");
      }
    }
    assertThat(page.texts("summary")).containsExactly("item=cold", "item=warm", "history=0-99");
    assertThat(page.texts("li"))
        .contains("no click among 3 impressions", "nothing in A to compare with");
    assertThat(page.elements("svg")).hasSize(SyntheticNights.METRICS.size());
    assertThat(Files.readAllLines(folder.resolve("compare/cells.csv"))).hasSize(1 + cells.size());
    assertThat(Files.readAllLines(folder.resolve("compare/provenance.csv")))
        .hasSize(1 + comparison.differences().size());
  }

  @Test
  void aRunAgainstItselfHasNoDifferenceOfProvenance() throws Exception {
    RunComparison comparison =
        new RunComparison(
            SyntheticNights.manifest(8), SyntheticNights.manifest(8), List.of(), List.of());
    PageChecks page = PageChecks.of(ComparisonWriter.write(folder.resolve("compare"), comparison));
    assertThat(page.texts("p")).contains("Nothing that is recorded differs.");
  }
}
