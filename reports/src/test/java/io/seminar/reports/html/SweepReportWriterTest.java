package io.seminar.reports.html;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.reports.store.LoadsFile;
import io.seminar.reports.store.PointsFile;
import io.seminar.reports.store.SweepFolder;
import io.seminar.reports.store.SweepPoint;
import io.seminar.reports.store.Sweeps;
import io.seminar.reports.sweep.Headline;
import io.seminar.reports.sweep.Setting;
import io.seminar.reports.sweep.SweepResults;
import io.seminar.reports.text.Numbers;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class SweepReportWriterTest {
  @TempDir static Path folder;

  private static SweepFolder sweep;
  private static SweepFolder other;
  private static final Map<String, Document> PAGES = new LinkedHashMap<>();

  @BeforeAll
  static void write() throws Exception {
    sweep = SyntheticSweep.write(folder.resolve("sweep"));
    other = SyntheticSweep.writeOther(folder.resolve("other"));
    SweepReportWriter.write(sweep, other);
    for (String name : files()) {
      if (name.endsWith(".html")) {
        PAGES.put(name, parse(Files.readString(sweep.reportFolder().resolve(name))));
      }
    }
  }

  private static Set<String> files() throws Exception {
    try (Stream<Path> files = Files.list(sweep.reportFolder())) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  private static Document parse(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  private static List<Element> elements(Document page, String tag) {
    NodeList nodes = page.getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static List<String> texts(Document page, String tag) {
    return elements(page, tag).stream().map(Element::getTextContent).toList();
  }

  /** The rows of all tables, a bar between the cells. */
  private static List<String> rows(Document page) {
    return texts(page, "tr").stream()
        .map(row -> row.replaceAll("\\n+", "|").replaceFirst("\\|$", ""))
        .toList();
  }

  private static Document index() {
    return PAGES.get("index.html");
  }

  private static Document history(int length) {
    return PAGES.get("history-" + length + ".html");
  }

  @Test
  void thereIsAPageForEachLength() {
    assertThat(PAGES.keySet())
        .containsExactlyInAnyOrder(
            "index.html", "history-1000.html", "history-10000.html", "history-100000.html");
    assertThat(texts(history(10_000), "h2"))
        .contains("K = 50, 1 target, 4 heads", "K = 50, 20 targets, 4 heads");
  }

  @Test
  void theHeadlineIsThereForEverySettingAndLevel() {
    SweepResults results = new SweepResults(sweep);
    assertThat(results.settings()).hasSize(4);
    for (Setting setting : results.settings()) {
      for (double level : new double[] {0.95, 0.99}) {
        Headline headline = Headline.of(results, setting, level);
        assertThat(texts(history(setting.historyLength()), "p")).contains(headline.sentence());
        String start =
            Numbers.count(setting.historyLength())
                + "|"
                + setting.keep()
                + ", "
                + setting.targets()
                + ", 4|"
                + level
                + "|"
                + headline.fastest().orElseThrow().key().arm()
                + "|";
        assertThat(rows(index())).anyMatch(row -> row.startsWith(start));
        if (headline.exactWins()) {
          assertThat(texts(index(), "li")).anyMatch(li -> li.endsWith(headline.sentence()));
        }
      }
    }
    assertThat(results.settings().stream().filter(s -> Headline.of(results, s, 0.95).exactWins()))
        .as("the data have a setting where exact wins")
        .isNotEmpty();
  }

  @Test
  void everyPointIsInItsTables() {
    for (SweepPoint point : sweep.points()) {
      List<String> rows = rows(history(point.key().historyLength()));
      long found = rows.stream().filter(row -> row.startsWith(point.key().arm())).count();
      assertThat(found).as(point.key().toString()).isGreaterThanOrEqualTo(point.measured() ? 3 : 1);
      if (point.measured()) {
        assertThat(rows)
            .anyMatch(
                row ->
                    row.startsWith(point.key().arm())
                        && row.contains(Numbers.nanos(point.latency().quantiles().p50())));
      } else {
        assertThat(rows)
            .anyMatch(row -> row.startsWith(point.key().arm()) && row.endsWith(point.reason()));
      }
    }
  }

  @Test
  void csvHasEveryPointAndLoadInFull() throws Exception {
    List<String> points = Files.readAllLines(sweep.reportFolder().resolve("points.csv"));
    assertThat(points).hasSize(1 + sweep.points().size());
    assertThat(points.get(0)).isEqualTo(String.join(",", PointsFile.columns()));
    List<String> loads = Files.readAllLines(sweep.reportFolder().resolve("loads.csv"));
    assertThat(sweep.loads()).isNotEmpty();
    assertThat(loads).hasSize(1 + sweep.loads().size());
    assertThat(loads.get(0)).isEqualTo(String.join(",", LoadsFile.columns()));
    assertThat(points)
        .anyMatch(line -> line.contains(",pruned,") && line.contains("\"\"slower\"\""));
    assertThat(points).anyMatch(line -> line.contains(",measured,\"" + SyntheticSweep.NO_SET));
    for (int i = 0; i < sweep.points().size(); i++) {
      SweepPoint point = sweep.points().get(i);
      assertThat(points.get(i + 1))
          .startsWith(point.key().historyLength() + ",50," + point.key().targets() + ",4,");
      if (point.measured()) {
        assertThat(points.get(i + 1)).contains("," + point.latency().quantiles().p50() + ",");
      }
    }
    assertThat(String.join("", points) + String.join("", loads)).doesNotContain("NaN");
  }

  @Test
  void whatIsMissingIsADashWithItsReason() {
    for (Document page : PAGES.values()) {
      assertThat(page.getDocumentElement().getTextContent()).doesNotContain("NaN");
      assertThat(elements(page, "span").stream().filter(e -> e.getTextContent().equals("—")))
          .allSatisfy(e -> assertThat(e.getAttribute("title")).isNotEmpty());
    }
    assertThat(texts(history(1000), "li"))
        .contains(SyntheticSweep.NO_SET, "fewer than ten of 800 samples lie beyond this quantile");
    assertThat(texts(index(), "li")).contains("two points always lie on a line");
  }

  @Test
  void pointsThatDidNotSettleAreFlagged() {
    assertThat(texts(index(), "p"))
        .anyMatch(p -> p.contains("did not settle") && p.contains("rq@16+refine4 at L = 1,000"));
    assertThat(rows(history(1000)))
        .anyMatch(row -> row.startsWith("rq@16+refine4not settled") && row.endsWith("|no"));
  }

  @Test
  void textIsDataAndStaysData() throws Exception {
    for (Document page : PAGES.values()) {
      assertThat(elements(page, "b")).isEmpty();
      assertThat(elements(page, "script")).isEmpty();
    }
    assertThat(texts(index(), "h1")).containsExactly("demo network <b>2 cores</b>");
    assertThat(texts(history(100_000), "td")).contains(SyntheticSweep.HOSTILE_REASON);
  }

  @Test
  void everyLinkLeadsSomewhereAndNothingElseIsNeeded() {
    Map<String, Set<String>> ids = new LinkedHashMap<>();
    PAGES.forEach(
        (name, page) -> {
          Set<String> own = new HashSet<>();
          for (Element element : elements(page, "*")) {
            String id = element.getAttribute("id");
            assertThat(id.isEmpty() || own.add(id)).as("%s: id %s", name, id).isTrue();
          }
          ids.put(name, own);
        });
    PAGES.forEach(
        (name, page) -> {
          for (Element link : elements(page, "a")) {
            String[] target = link.getAttribute("href").split("#", -1);
            String file = target[0].isEmpty() ? name : target[0];
            assertThat(ids).as(link.getAttribute("href")).containsKey(file);
            if (target.length > 1) {
              assertThat(ids.get(file)).contains(target[1]);
            }
          }
          for (String tag : List.of("img", "link", "iframe")) {
            assertThat(elements(page, tag)).isEmpty();
          }
          assertThat(texts(page, "style")).noneMatch(css -> css.contains("url("));
        });
  }

  @Test
  void everyChartIsAFileToo() throws Exception {
    Set<String> names = files();
    Set<String> drawn = new HashSet<>();
    for (Document page : PAGES.values()) {
      elements(page, "svg").forEach(svg -> drawn.add(svg.getAttribute("id")));
    }
    assertThat(drawn)
        .contains(
            "recall-p50-l1000-k50-b20-h4",
            "recall-p99-l100000-k50-b20-h4",
            "mass-p50-l10000-k50-b1-h4",
            "memory-l10000-k50-b20-h4",
            "stages-l10000-k50-b20-h4",
            "load-of-exact-l10000-k50-b20-h4",
            "load-of-own-l100000-k50-b20-h4",
            "growth-k50-b20-h4");
    for (String id : drawn) {
      assertThat(Files.size(sweep.reportFolder().resolve(id + ".png"))).isGreaterThan(10_000);
      assertThat(Files.size(sweep.reportFolder().resolve(id + ".svg"))).isGreaterThan(10_000);
    }
    assertThat(names.stream().filter(n -> n.endsWith(".svg"))).hasSameSizeAs(drawn);
  }

  @Test
  void chartsNameTheFrontExactAndTheOtherSweep() {
    Element chart =
        elements(history(10_000), "svg").stream()
            .filter(svg -> svg.getAttribute("id").equals("recall-p50-l10000-k50-b20-h4"))
            .findFirst()
            .orElseThrow();
    NodeList texts = chart.getElementsByTagName("text");
    Set<String> names = new HashSet<>();
    for (int i = 0; i < texts.getLength(); i++) {
      names.add(texts.item(i).getTextContent());
    }
    assertThat(names)
        .contains(
            "exact",
            "certified",
            "pq4@8+refine4",
            "recent",
            "Pareto front",
            "hollow: refined",
            "small, pale: earlier machine",
            "0.95",
            "0.99");
  }

  @Test
  void variantsAtOnePlaceAreNamedOnce() throws Exception {
    SweepPoint.Arm pq = new SweepPoint.Arm("pq", "8", 8, 0, 8);
    List<SweepPoint> points = new ArrayList<>();
    for (String name : List.of("pq@8", "pq@8:batch1")) {
      SweepPoint.Key key = new SweepPoint.Key(10, 5, 1, 1, name);
      points.add(Sweeps.measured(key, pq, 0.9, name.length() * 100));
    }
    try (SweepFolder.Draft draft = SweepFolder.create(folder.resolve("variants"), false)) {
      SweepFolder variants =
          draft.complete(
              Sweeps.manifest("variants", Sweeps.machine("P", "VM"), List.of()), points, List.of());
      SweepReportWriter.write(variants, null);
      String memory = Files.readString(variants.reportFolder().resolve("memory-l10-k5-b1-h1.svg"));
      assertThat(memory).contains(">pq@8<").doesNotContain(">pq@8:batch1<");
      String recall =
          Files.readString(variants.reportFolder().resolve("recall-p50-l10-k5-b1-h1.svg"));
      assertThat(recall).contains(">pq@8<", ">pq@8:batch1<");
    }
  }

  @Test
  void theOtherSweepIsComparedWithAWarning() {
    assertThat(texts(index(), "h2")).contains("Beside earlier machine");
    assertThat(texts(index(), "p"))
        .anyMatch(p -> p.startsWith("Compare with care.") && p.contains("processor, JDK."));
    assertThat(rows(index()))
        .contains("processor|AMD EPYC, family 26|Intel Xeon")
        .anyMatch(row -> row.startsWith("exact|10,000|50|20|") && row.contains(" ×|"));
  }

  @Test
  void provenanceIsPrinted() {
    assertThat(texts(index(), "dd"))
        .contains(
            "AMD EPYC, family 26, 2 cores, 8.0 GiB",
            "L1 48 KiB; L2 1024 KiB; L3 32768 KiB, shared by processors 0-1",
            "-Xmx2g --add-modules=jdk.incubator.vector",
            "vector-128",
            "d".repeat(64));
    assertThat(texts(index(), "li")).contains("Histories above 3,000 behaviours are borrowed.");
  }

  @Test
  void withoutASecondSweepThereIsNoComparisonAndTheReportIsReplaced() throws Exception {
    SweepFolder small;
    try (SweepFolder.Draft draft = SweepFolder.create(folder.resolve("small"), false)) {
      small =
          draft.complete(
              Sweeps.manifest("small", Sweeps.machine("P", "VM"), List.of()),
              List.of(
                  Sweeps.measured(
                      new SweepPoint.Key(10, 5, 1, 1, "exact"),
                      new SweepPoint.Arm("exact", "", 0, 0, 64),
                      1,
                      500)),
              List.of());
    }
    String page = Files.readString(SweepReportWriter.write(small, null));
    Path stale = Files.writeString(small.reportFolder().resolve("stale.txt"), "old");
    assertThat(SweepReportWriter.write(SweepFolder.open(small.path()), null)).hasContent(page);
    assertThat(stale).doesNotExist();
    assertThat(page).doesNotContain("id=\"overlay\"").doesNotContain("small, pale");
    assertThat(texts(parse(page), "p")).anyMatch(p -> p.contains("Every warm-up settled."));
  }

  @Test
  void aSweepWithNothingInItHasAReport() throws Exception {
    try (SweepFolder.Draft draft = SweepFolder.create(folder.resolve("empty"), false)) {
      SweepFolder empty =
          draft.complete(
              Sweeps.manifest("empty", Sweeps.machine("P", "VM"), List.of()), List.of(), List.of());
      Path index = SweepReportWriter.write(empty, sweep);
      assertThat(parse(Files.readString(index)).getDocumentElement().getTextContent())
          .contains("No arm was measured at two lengths.", "0 points were measured");
    }
    try (SweepFolder.Draft draft = SweepFolder.create(folder.resolve("pruned"), false)) {
      SweepFolder pruned =
          draft.complete(
              Sweeps.manifest("pruned", Sweeps.machine("P", "VM"), List.of()),
              List.of(
                  Sweeps.pruned(
                      new SweepPoint.Key(10, 5, 1, 1, "pq"),
                      new SweepPoint.Arm("pq", "", 8, 0, 16),
                      "no codebook")),
              List.of());
      SweepReportWriter.write(pruned, null);
      assertThat(
              parse(Files.readString(pruned.reportFolder().resolve("history-10.html")))
                  .getDocumentElement()
                  .getTextContent())
          .contains("No point of this setting was measured.", "no codebook");
    }
  }
}
