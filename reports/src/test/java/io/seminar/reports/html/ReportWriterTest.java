package io.seminar.reports.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.metrics.Metric;
import io.seminar.metrics.MetricSuite;
import io.seminar.reports.store.CellsFile;
import io.seminar.reports.store.Manifests;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.reports.store.OutcomesFile;
import io.seminar.reports.store.ReliabilityFile;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.RunManifest;
import io.seminar.reports.store.TimingsFile;
import io.seminar.reports.text.Numbers;
import io.seminar.sessions.DatasetException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportWriterTest {
  @TempDir static Path folder;

  private static RunFolder run;
  private static String page;
  private static Document document;

  @BeforeAll
  static void write() throws Exception {
    run = SyntheticRun.write(folder.resolve("run"));
    page = Files.readString(ReportWriter.write(run));
    document = parse(page);
  }

  private static Document parse(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  private static List<Element> elements(String tag) {
    NodeList nodes = document.getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static List<String> texts(String tag) {
    return elements(tag).stream().map(Element::getTextContent).toList();
  }

  @Test
  void showsEveryArmMetricAndSlice() {
    List<String> rows = texts("th");
    for (RunManifest.Arm arm : SyntheticRun.ARMS) {
      assertThat(rows).contains(arm.name());
    }
    for (Metric metric : MetricSuite.of(new int[] {10, 20, 50}, new int[] {5, 10}).metrics()) {
      assertThat(rows).anyMatch(row -> row.startsWith(metric.title()));
      assertThat(texts("dd")).anyMatch(text -> text.startsWith(metric.doc()));
      assertThat(texts("code")).contains(metric.key());
    }
    for (String slice : SyntheticRun.SLICES) {
      if (slice.equals("history=10000+")) {
        assertThat(texts("p")).contains("Nothing fell into: history=10000+.");
      } else if (!slice.equals("all")) {
        assertThat(texts("summary")).contains(slice);
        assertThat(rows).contains(slice);
      }
    }
  }

  @Test
  void showsTheNumbersOfTheCells() {
    // All of the matrix over everything: value, interval and difference of each cell.
    String text = document.getDocumentElement().getTextContent();
    for (CellsFile.Cell cell : CellsFile.read(run.cellsFile())) {
      if (!Double.isNaN(cell.value())) {
        assertThat(text).contains(Numbers.value(cell.value()));
        assertThat(text).contains(Numbers.interval(cell.low(), cell.high()));
        if (cell.baseline() != null) {
          assertThat(text)
              .contains(
                  "Δ "
                      + Numbers.signed(cell.difference())
                      + " "
                      + Numbers.signedInterval(cell.differenceLow(), cell.differenceHigh())
                      + (Double.isNaN(cell.p())
                          ? ""
                          : "p "
                              + Numbers.p(cell.p())
                              + " (Holm "
                              + Numbers.p(cell.pHolm())
                              + ")"));
        }
      }
    }
  }

  @Test
  void saysWhatIsMissingAndWhy() {
    List<Element> missing =
        elements("span").stream().filter(e -> e.getTextContent().equals("—")).toList();
    assertThat(missing).isNotEmpty();
    assertThat(missing)
        .allSatisfy(e -> assertThat(e.getAttribute("title")).as("reason").isNotEmpty());
    assertThat(texts("li"))
        .contains(
            "no user with both a click and an impression without one <of 2000>",
            "no click among 0 impressions");
    assertThat(page).doesNotContain("NaN</td>").doesNotContain(">NaN<");
  }

  @Test
  void everyLinkLeadsSomewhereOnThePage() {
    Set<String> ids = new HashSet<>();
    NodeList all = document.getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      String id = ((Element) all.item(i)).getAttribute("id");
      assertThat(id.isEmpty() || ids.add(id)).as("id %s is unique", id).isTrue();
    }
    assertThat(elements("a")).isNotEmpty();
    for (Element link : elements("a")) {
      assertThat(link.getAttribute("href")).startsWith("#");
      assertThat(ids).contains(link.getAttribute("href").substring(1));
    }
  }

  @Test
  void needsNothingBesideIt() {
    assertThat(elements("script")).isEmpty();
    assertThat(elements("img")).isEmpty();
    assertThat(elements("link")).isEmpty();
    NodeList all = document.getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      Element element = (Element) all.item(i);
      for (int a = 0; a < element.getAttributes().getLength(); a++) {
        String name = element.getAttributes().item(a).getNodeName();
        if (!name.startsWith("xmlns")) {
          assertThat(element.getAttributes().item(a).getNodeValue())
              .as("%s of %s", name, element.getTagName())
              .doesNotContain("http:", "https:", "@import");
        }
      }
    }
    assertThat(texts("style")).noneMatch(css -> css.contains("url(") || css.contains("@import"));
  }

  @Test
  void idsAreDataAndStayData() {
    assertThat(page).doesNotContain("<script>alert").doesNotContain("<img src=x");
    assertThat(texts("td")).contains(SyntheticRun.HOSTILE_USER, SyntheticRun.HOSTILE_FOUND);
    assertThat(texts("h1")).containsExactly("synthetic <b>run</b>");
  }

  @Test
  void listsTheWorstRequestsWorstFirst() throws Exception {
    List<WorstRequests.Bad> worst = WorstRequests.find(run, 10);
    List<WorstRequests.Bad> recall =
        worst.stream()
            .filter(b -> b.arm().equals("pq-4") && b.by() == WorstRequests.By.RECALL)
            .toList();
    // Brute force over everything.
    List<Double> all = new ArrayList<>();
    for (Path file : run.outcomesFiles()) {
      try (OutcomesFile.Reader reader = OutcomesFile.read(file)) {
        OutcomeRow row = reader.newRow();
        while (reader.next(row)) {
          if (row.arm.equals("pq-4") && row.historyLength > 0) {
            double sum = 0;
            for (int i = 0; i < row.impressions; i++) {
              sum += row.recall[3 * i + 2];
            }
            all.add(sum / row.impressions);
          }
        }
      }
    }
    assertThat(recall.stream().map(WorstRequests.Bad::shown).toList())
        .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-12 ? 0 : Double.compare(a, b))
        .isEqualTo(all.stream().sorted().limit(10).toList());
    assertThat(worst).noneMatch(b -> b.arm().equals("exact") && b.by() == WorstRequests.By.RECALL);
    // Its map could not be fitted: there is no probability to be wrong by.
    assertThat(worst)
        .noneMatch(b -> b.arm().equals("recent") && b.by() == WorstRequests.By.LOG_LOSS);
    assertThat(worst)
        .filteredOn(b -> b.arm().equals("exact") && b.by() == WorstRequests.By.LOG_LOSS)
        .first()
        .extracting(WorstRequests.Bad::user)
        .isEqualTo(SyntheticRun.HOSTILE_USER);
    List<String> csv = Files.readAllLines(run.reportFolder().resolve("worst-requests.csv"));
    assertThat(csv).hasSize(1 + worst.size());
  }

  @Test
  void countsDeadLettersByReason() {
    List<String> text = texts("tr");
    assertThat(text)
        .anyMatch(row -> row.contains("history[].time: expected a time") && row.contains("40"))
        .anyMatch(row -> row.contains("requests[].item: expected an item") && row.contains("20"));
    assertThat(texts("p")).contains("60 records were refused and left out of every number.");
  }

  @Test
  void saysWhatAScoreIs() {
    assertThat(texts("p"))
        .anyMatch(
            p ->
                p.contains("attention-pooled similarity")
                    && p.contains("logistic regression")
                    && p.contains("the logit of the arm's network")
                    && p.contains("from 2023-07-22")
                    && p.contains("before 2023-11-14"));
  }

  @Test
  void listsTheNetworks() {
    assertThat(texts("h3")).contains("Networks");
    assertThat(texts("tr"))
        .anyMatch(row -> row.contains("twin") && row.contains("finetuned") && row.contains("aaaa"));
    assertThat(texts("dd")).anyMatch(fact -> fact.contains("networks/twin, " + "a".repeat(64)));
  }

  @Test
  void csvHoldsEveryCellInFull() throws Exception {
    List<CellsFile.Cell> cells = CellsFile.read(run.cellsFile());
    List<String> lines = Files.readAllLines(run.reportFolder().resolve("cells.csv"));
    assertThat(lines).hasSize(1 + cells.size());
    for (int i = 0; i < cells.size(); i++) {
      String value = Double.isNaN(cells.get(i).value()) ? "" : "" + cells.get(i).value();
      assertThat(lines.get(i + 1))
          .startsWith(
              String.join(
                  ",", cells.get(i).arm(), cells.get(i).slice(), cells.get(i).metric(), value));
    }
    assertThat(Files.readAllLines(run.reportFolder().resolve("reliability.csv"))).hasSize(51);
    assertThat(Files.readAllLines(run.reportFolder().resolve("timings.csv"))).hasSize(11);
    Csv csv = new Csv(List.of("a", "b", "c")).row("x,y", "say \"no\"\n", Double.NaN);
    csv.write(folder.resolve("x.csv"));
    assertThat(Files.readString(folder.resolve("x.csv")))
        .isEqualTo("a,b,c\r\n\"x,y\",\"say \"\"no\"\"\n\",\r\n");
  }

  @Test
  void everyChartIsThereAsAFileToo() throws Exception {
    Set<String> names;
    try (Stream<Path> files = Files.list(run.reportFolder())) {
      names = new HashSet<>(files.map(f -> f.getFileName().toString()).toList());
    }
    assertThat(elements("svg")).hasSizeGreaterThan(20);
    for (Element svg : elements("svg")) {
      assertThat(names).contains(svg.getAttribute("id") + ".svg", svg.getAttribute("id") + ".png");
    }
    assertThat(names)
        .contains("recall-curves.png", "stage-times.png", "arms-mass-kept.png", "slices-gauc.png");
  }

  @Test
  void writingAgainReplacesTheReportAndGivesTheSamePage() throws Exception {
    Path stale = Files.writeString(run.reportFolder().resolve("stale.txt"), "old");
    assertThat(Files.readString(ReportWriter.write(RunFolder.open(run.path())))).isEqualTo(page);
    assertThat(stale).doesNotExist();
    try (Stream<Path> files = Files.list(run.path())) {
      assertThat(files.map(f -> f.getFileName().toString())).noneMatch(n -> n.startsWith("."));
    }
  }

  @Test
  void aRunWithNothingInItHasAReport() throws Exception {
    try (RunFolder.Draft draft = RunFolder.create(folder.resolve("empty"), false)) {
      CellsFile.write(draft.cellsFile(), List.of());
      ReliabilityFile.write(draft.reliabilityFile(), List.of());
      TimingsFile.write(draft.timingsFile(), List.of());
      try (OutcomesFile.Writer out = OutcomesFile.create(draft.outcomesFile(0), new int[] {10})) {
        out.finish();
      }
      String empty = Files.readString(ReportWriter.write(draft.complete(Manifests.small("empty"))));
      assertThat(parse(empty).getDocumentElement().getTextContent())
          .contains("No record was refused.", "No request with a fault.");
    }
  }

  @Test
  void aDamagedFileIsNamedAndLeavesNoReport() throws Exception {
    RunFolder other = SyntheticRun.write(folder.resolve("damaged"));
    Path cells = other.cellsFile();
    byte[] bytes = Files.readAllBytes(cells);
    Files.write(cells, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> ReportWriter.write(other))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("cells.arrow");
    assertThat(other.reportFolder()).doesNotExist();
  }

  @Test
  void numbersForPeople() {
    assertThat(Numbers.value(-0.12345)).isEqualTo("−0.1235");
    assertThat(Numbers.value(0)).isEqualTo("0");
    assertThat(Numbers.value(0.000042)).isEqualTo("0.000042");
    assertThat(Numbers.value(-0.00099)).isEqualTo("−0.00099");
    assertThat(Numbers.value(3e-7)).isEqualTo("3.0e−7");
    assertThat(Numbers.value(Double.POSITIVE_INFINITY)).isEqualTo("∞");
    assertThat(Numbers.signed(0.5)).isEqualTo("+0.5000");
    assertThat(Numbers.interval(0.00049, 0.0045)).isEqualTo("[0.0005, 0.0045]");
    assertThat(Numbers.signedInterval(-0.00041, 0.0036)).isEqualTo("[−0.0004, +0.0036]");
    assertThat(Numbers.nanos(1_234_000)).isEqualTo("1.23 ms");
    assertThat(Numbers.p(0.0004)).isEqualTo("< 0.001");
    assertThat(Numbers.p(0.0416)).isEqualTo("0.042");
    assertThat(Numbers.plain(-0.002)).isEqualTo("−0.002");
    assertThat(Numbers.plain(1e-7)).isEqualTo("0.0000001");
    assertThat(Numbers.plain(2000)).isEqualTo("2000");
    assertThat(Numbers.bytes(3L << 30)).isEqualTo("3.0 GiB");
  }
}
