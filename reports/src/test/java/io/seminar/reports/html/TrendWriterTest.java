package io.seminar.reports.html;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.reports.gate.GateFile;
import io.seminar.reports.gate.GateReport;
import io.seminar.reports.store.AnnotationsFile.Annotation;
import io.seminar.reports.store.ManifestEdit;
import io.seminar.reports.store.RunManifest;
import io.seminar.reports.store.RunStore;
import io.seminar.reports.store.StoredRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrendWriterTest {
  private static final int NIGHTS = 14;

  @TempDir Path folder;

  private RunStore store;

  @BeforeEach
  void fill() throws Exception {
    store = RunStore.open(folder.resolve("store"));
    for (int night = 0; night < NIGHTS; night++) {
      Path made = Files.createDirectories(folder.resolve("made"));
      GateReport gate = SyntheticNights.judge(night);
      GateFile.write(made.resolve(GateFile.FILE_NAME), gate);
      if (night == NIGHTS - 1) {
        Files.writeString(
            Files.createDirectory(made.resolve("report")).resolve("index.html"), "<html></html>");
      }
      store.add(
          made,
          StoredRun.of(
              SyntheticNights.manifest(night),
              SyntheticNights.id(night),
              "nightly",
              gate.verdict().name(),
              null));
    }
    store.annotations().add(new Annotation(LocalDate.parse("2026-11-11"), "new JDK <17.0.13>"));
    store.annotations().add(new Annotation(LocalDate.parse("2020-01-01"), "long ago"));
  }

  private Path write() {
    return TrendWriter.write(store, store.path().resolve("trend"));
  }

  @Test
  void everyGatedNumberHasItsTrend() throws Exception {
    PageChecks page = PageChecks.of(write());
    assertThat(page.texts("h1")).containsExactly("14 nights");
    // recall 1; AUC against the night before 3 arms in item=warm; and so on.
    GateReport last = SyntheticNights.judge(NIGHTS - 1);
    long numbers = last.findings().stream().filter(f -> !Double.isNaN(f.tested())).count();
    assertThat(page.elements("svg")).hasSize((int) numbers);
    // What failed last night comes first.
    assertThat(page.texts("figcaption").get(0)).contains("item=cold").endsWith("FAIL.");
    assertThat(page.texts("td")).contains("new JDK <17.0.13>", "long ago");
    assertThat(page.texts("a")).contains(SyntheticNights.id(NIGHTS - 1));
    assertThat(page.texts("a")).doesNotContain(SyntheticNights.id(0));
    assertThat(page.texts("span")).contains("first run", "FAIL", "DID NOT RUN");
    List<String> csv = Files.readAllLines(store.path().resolve("trend/trend.csv"));
    assertThat(csv)
        .hasSize(
            1
                + java.util.stream.IntStream.range(0, NIGHTS)
                    .map(night -> SyntheticNights.judge(night).findings().size())
                    .sum());
  }

  @Test
  void whatIsDamagedIsPassedOverAndNamed() throws Exception {
    Path torn = store.runFolder(SyntheticNights.id(5)).resolve(GateFile.FILE_NAME);
    Files.writeString(torn, Files.readString(torn).substring(0, 200));
    Files.write(
        store.path().resolve("index").resolve(SyntheticNights.id(6) + ".arrow"), new byte[10]);
    Files.writeString(store.path().resolve("annotations.jsonl"), "{\"schema_version\":9}\n");
    PageChecks page = PageChecks.of(write());
    assertThat(page.texts("h1")).containsExactly("12 nights");
    assertThat(page.texts("li"))
        .anyMatch(li -> li.startsWith("the gate report of " + SyntheticNights.id(5)))
        .anyMatch(li -> li.startsWith("the index entry of " + SyntheticNights.id(6)))
        .anyMatch(li -> li.contains("annotations.jsonl, line 1"));
    assertThat(page.texts("p")).contains("There is no note.");
  }

  @Test
  void aStoreWithoutNightsHasAPage() throws Exception {
    RunStore empty = RunStore.open(folder.resolve("empty"));
    PageChecks page = PageChecks.of(TrendWriter.write(empty, empty.path().resolve("trend")));
    assertThat(page.texts("p")).contains("There is no night in this store yet.");
  }

  @Test
  void aClockThatWentBackIsSaid() throws Exception {
    ManifestEdit edit = new ManifestEdit(SyntheticNights.manifest(2));
    RunManifest.Execution e = edit.execution;
    edit.execution =
        new RunManifest.Execution(
            e.runner(), e.parallelism(), e.kernel(), e.seed(), e.finished(), e.started());
    Path made = Files.createDirectories(folder.resolve("made"));
    GateFile.write(made.resolve(GateFile.FILE_NAME), SyntheticNights.judge(2));
    store.add(made, StoredRun.of(edit.done(), "back", "nightly", null, null));
    PageChecks page = PageChecks.of(write());
    assertThat(page.texts("h1")).containsExactly("15 nights");
    assertThat(page.texts("td")).contains("the clock went back");
  }

  @Test
  void runsWithoutAGateAreNoNights() throws Exception {
    Path made = Files.createDirectories(folder.resolve("made"));
    Files.writeString(made.resolve("run.json"), "{}");
    store.add(made, StoredRun.of(SyntheticNights.manifest(3), "replay-1", "replay", null, null));
    assertThat(PageChecks.of(write()).texts("h1")).containsExactly("14 nights");
  }
}
