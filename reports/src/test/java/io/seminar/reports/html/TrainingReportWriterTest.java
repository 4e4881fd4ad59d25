package io.seminar.reports.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.reports.html.TrainingReport.Facts;
import io.seminar.reports.html.TrainingReport.Measure;
import io.seminar.reports.html.TrainingReport.Panel;
import io.seminar.reports.html.TrainingReport.Parameter;
import io.seminar.reports.html.TrainingReport.Scalar;
import io.seminar.reports.html.TrainingReport.Tile;
import io.seminar.reports.text.Numbers;
import io.seminar.sessions.DatasetException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class TrainingReportWriterTest {
  @TempDir static Path folder;

  private static Path target;
  private static String page;
  private static Document document;

  private static SortedMap<String, Double> epoch(double loss, double gauc) {
    return new TreeMap<>(Map.of("train.loss", loss, "gauc", gauc, "hidden", -loss));
  }

  private static TrainingReport report(List<SortedMap<String, Double>> epochs, int chosen) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("hidden", "64");
    facts.put("revision", "");
    facts.put("origin", "<b>hostile</b> & more");
    boolean trained = !epochs.isEmpty();
    return new TrainingReport(
        "my <b>network</b>",
        "network seminar",
        List.of(new Tile("parameters", "1,234")),
        List.of("A note."),
        trained
            ? List.of(
                new Measure("train.loss", "training loss", "Cross-entropy."),
                new Measure("gauc", "validation GAUC", "Weighted mean."))
            : List.of(),
        epochs,
        chosen,
        trained
            ? List.of(
                new Panel("loss", "Loss", "nats", List.of("train.loss")),
                new Panel("gauc", "GAUC", "GAUC", List.of("gauc")))
            : List.of(),
        List.of(new Facts("network", "Network", facts)),
        List.of(
            new Scalar("share of text", 0.25, "Of the field."),
            new Scalar("share of nothing", Double.NaN, "Undefined.")),
        List.of(
            new Parameter("items.id", "rows that are read", List.of(5000, 64), 320_000),
            new Parameter("items.gate", "in every step", List.of(4), 4)));
  }

  private static List<SortedMap<String, Double>> threeEpochs() {
    return List.of(epoch(0.7, 0.51), epoch(0.625, 0.5375), epoch(0.5, Double.NaN));
  }

  @BeforeAll
  static void write() throws Exception {
    target = folder.resolve("report");
    page = Files.readString(TrainingReportWriter.write(report(threeEpochs(), 2), target));
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

  /** The rows of all tables, a bar between the cells. */
  private static List<String> rows() {
    return texts("tr").stream()
        .map(row -> row.replaceAll("\\n+", "|").replaceFirst("\\|$", ""))
        .toList();
  }

  @Test
  void showsEveryEpochAndTheChosenOne() {
    assertThat(rows())
        .contains(
            "epoch|training loss|validation GAUC",
            "1|0.7000|0.5100",
            "2 (chosen)|0.6250|0.5375",
            "3|0.5000|" + Numbers.NONE);
    assertThat(texts("strong")).containsExactly("0.6250", "0.5375");
    assertThat(texts("figcaption"))
        .containsExactly(
            "Loss by epoch: training loss from 0.7000 to 0.5000. The dashed line is epoch 2, which"
                + " was chosen.",
            "GAUC by epoch: validation GAUC from 0.5100 to nothing. The dashed line is epoch 2,"
                + " which was chosen.");
  }

  @Test
  void showsFactsNumbersAndParameters() {
    assertThat(texts("dd"))
        .contains("1,234", "64", Numbers.NONE, "<b>hostile</b> & more", "Cross-entropy.");
    assertThat(texts("li")).contains("A note.");
    assertThat(rows())
        .contains(
            "share of text|0.2500|Of the field.",
            "share of nothing|" + Numbers.NONE + "|Undefined.",
            "items.id|rows that are read|5,000 × 64|320,000|1.2 MiB",
            "items.gate|in every step|4|4|16 B");
    assertThat(texts("p")).contains("2 parameters of 320,004 numbers, 1.2 MiB.");
  }

  @Test
  void textIsDataAndStaysData() {
    assertThat(texts("h1")).containsExactly("my <b>network</b>");
    assertThat(elements("b")).isEmpty();
  }

  @Test
  void everyLinkLeadsSomewhereAndNothingIsNeededBesideIt() {
    Set<String> ids = new HashSet<>();
    NodeList all = document.getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      String id = ((Element) all.item(i)).getAttribute("id");
      assertThat(id.isEmpty() || ids.add(id)).as("id %s is unique", id).isTrue();
    }
    assertThat(elements("a")).hasSize(6);
    for (Element link : elements("a")) {
      assertThat(link.getAttribute("href")).startsWith("#");
      assertThat(ids).contains(link.getAttribute("href").substring(1));
    }
    for (String tag : List.of("script", "img", "link")) {
      assertThat(elements(tag)).isEmpty();
    }
    assertThat(texts("style")).noneMatch(css -> css.contains("url(") || css.contains("@import"));
  }

  @Test
  void chartsAreFilesTooAndTheCsvHasAllThatWasMeasured() throws Exception {
    try (Stream<Path> files = Files.list(target)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "index.html", "epochs.csv", "loss.svg", "loss.png", "gauc.svg", "gauc.png");
    }
    assertThat(Files.readString(target.resolve("epochs.csv")))
        .isEqualTo(
            "epoch,chosen,gauc,hidden,train.loss\r\n"
                + "1,false,0.51,-0.7,0.7\r\n"
                + "2,true,0.5375,-0.625,0.625\r\n"
                + "3,false,,-0.5,0.5\r\n");
  }

  @Test
  void writingAgainReplacesTheReportAndGivesTheSamePage() throws Exception {
    Path again = folder.resolve("again");
    TrainingReportWriter.write(report(List.of(), 0), again);
    Path stale = Files.writeString(again.resolve("stale.txt"), "old");
    assertThat(TrainingReportWriter.write(report(threeEpochs(), 2), again)).hasContent(page);
    assertThat(stale).doesNotExist();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString())).noneMatch(n -> n.startsWith("."));
    }
  }

  @Test
  void aNetworkThatWasNotTrainedHasAReport() throws Exception {
    Path html = TrainingReportWriter.write(report(List.of(), 0), folder.resolve("untrained"));
    assertThat(parse(Files.readString(html)).getDocumentElement().getTextContent())
        .contains("There were none.");
    assertThat(html.resolveSibling("epochs.csv")).hasContent("epoch,chosen");
  }

  @Test
  void refusesAChosenEpochThatThereIsNot() {
    assertThatThrownBy(() -> report(threeEpochs(), 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("chosen epoch is 4: expected 0 to 3");
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    assertThatThrownBy(
            () -> TrainingReportWriter.write(report(threeEpochs(), 2), file.resolve("report")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(file.resolve("report").toString());
  }
}
