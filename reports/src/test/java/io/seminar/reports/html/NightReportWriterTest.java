package io.seminar.reports.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.reports.compare.Cause;
import io.seminar.reports.compare.CauseFinder;
import io.seminar.reports.compare.ProvenanceDiff;
import io.seminar.reports.gate.GateReport;
import io.seminar.reports.gate.Verdict;
import io.seminar.reports.text.Numbers;
import io.seminar.sessions.DatasetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NightReportWriterTest {
  @TempDir Path folder;

  private Path write(GateReport gate, String lastGood, List<Cause> causes) {
    return NightReportWriter.write(
        folder.resolve("report"),
        new NightReport(
            "night <1>", "nightly of data/x", gate, lastGood, causes, List.of(), List.of()));
  }

  @Test
  void theVerdictComesFirstAndWhatFailedIsNamed() throws Exception {
    GateReport gate = SyntheticNights.judge(13);
    assertThat(gate.verdict()).isEqualTo(Verdict.FAIL);
    List<Cause> causes =
        CauseFinder.find(
            ProvenanceDiff.of(SyntheticNights.manifest(8), SyntheticNights.manifest(13)),
            gate.findings(Verdict.FAIL));
    PageChecks page = PageChecks.of(write(gate, "night-2026-11-10", causes));
    assertThat(page.texts("h1")).containsExactly("night <1>");
    assertThat(page.elements("p").stream().filter(p -> p.getAttribute("class").equals("title")))
        .singleElement()
        .satisfies(p -> assertThat(p.getTextContent()).isEqualTo("FAIL"));
    assertThat(page.texts("h2"))
        .containsExactly("What did not pass", "Likely causes", "Rules", "Why numbers are missing");
    assertThat(page.texts("th"))
        .contains("auc of pq-8 in item=cold", "gauc of pq-16 in history=10000+");
    // The catalogue, for it was a slice of items; the JDK after it.
    List<String> rows = page.texts("tr");
    int catalogue = first(rows, "catalogue");
    assertThat(catalogue).isPositive().isLessThan(first(rows, "JDK"));
    assertThat(rows.get(catalogue)).contains("only slices failed: item=cold");
    assertThat(page.texts("h3")).contains("Expected counts", "log loss <b>&amp; more</b>");
    assertThat(page.texts("li")).contains("nothing fell into the slice history=10000+");
  }

  private static int first(List<String> rows, String beginning) {
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).startsWith(beginning)) {
        return i;
      }
    }
    return -1;
  }

  @Test
  void everyFindingIsShownWithItsNumbersAndItsFormula() throws Exception {
    GateReport gate = SyntheticNights.judge(13);
    PageChecks page = PageChecks.of(write(gate, null, List.of()));
    assertThat(page.texts("h2")).doesNotContain("Likely causes");
    gate.findings().stream()
        .filter(f -> !f.arm().isEmpty() && !Double.isNaN(f.tested()))
        .forEach(
            f -> {
              assertThat(page.texts("code")).contains(f.formula());
              assertThat(page.text())
                  .contains(Numbers.plain(f.limit()))
                  .contains(
                      f.against() == null
                          ? Numbers.interval(f.low(), f.high())
                          : Numbers.signedInterval(f.low(), f.high()));
            });
    // A chart for each rule that has numbers; the long histories have none.
    assertThat(page.elements("svg")).hasSize(4);
    List<String> csv = Files.readAllLines(folder.resolve("report/findings.csv"));
    assertThat(csv).hasSize(1 + gate.findings().size());
  }

  @Test
  void aPassAFirstRunAndNothingAtAllHavePages() throws Exception {
    GateReport first = SyntheticNights.judge(0);
    PageChecks page = PageChecks.of(write(first, null, List.of()));
    assertThat(page.texts("p")).anyMatch(p -> p.startsWith("This is a first run"));
    assertThat(page.texts("span")).contains("unseen");
    PageChecks none =
        PageChecks.of(write(SyntheticNights.GATE.didNotRun("the disk is gone"), null, List.of()));
    assertThat(none.texts("p")).contains("DID NOT RUN", "Nothing was judged: the disk is gone");
    assertThat(none.elements("svg")).isEmpty();
    PageChecks unknown = PageChecks.of(write(SyntheticNights.judge(13), "before", List.of()));
    assertThat(unknown.texts("p")).contains(CauseFinder.NOTHING);
  }

  @Test
  void writingAgainGivesTheSamePage() throws Exception {
    Path page = write(SyntheticNights.judge(13), null, List.of());
    String before = Files.readString(page);
    Files.writeString(page.resolveSibling("stale.txt"), "old");
    assertThat(Files.readString(write(SyntheticNights.judge(13), null, List.of())))
        .isEqualTo(before);
    assertThat(page.resolveSibling("stale.txt")).doesNotExist();
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "x").resolve("report");
    assertThatThrownBy(
            () ->
                NightReportWriter.write(
                    file,
                    new NightReport(
                        "n", "l", SyntheticNights.judge(0), null, List.of(), List.of(), List.of())))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("cannot write the report " + file);
  }
}
