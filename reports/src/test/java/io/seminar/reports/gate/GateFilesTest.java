package io.seminar.reports.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seminar.sessions.DatasetException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** What the gate writes: JSON, JUnit XML, Markdown. */
class GateFilesTest {
  private static final String HOSTILE = "pq<8>\"&|`\u0001_*";

  @TempDir Path folder;

  private static Finding finding(
      String rule, String arm, Verdict verdict, double tested, String reason) {
    boolean defined = !Double.isNaN(tested);
    return new Finding(
        rule,
        Measure.Kind.QUALITY,
        "auc",
        arm,
        "all",
        NonInferiority.BASELINE_RUN,
        verdict,
        "auc(" + arm + ") − auc(" + arm + " of the baseline run) > −0.002",
        Bound.AT_LEAST,
        defined ? 0.7 : Double.NaN,
        tested,
        defined ? tested - 0.001 : Double.NaN,
        defined ? tested + 0.001 : Double.NaN,
        -0.002,
        defined ? 0.001 : Double.NaN,
        defined ? tested - 0.001 : Double.NaN,
        20_000,
        1_000,
        defined ? 0.01 : Double.NaN,
        Double.NaN,
        reason);
  }

  private static GateReport report() {
    List<Finding> findings =
        List.of(
            finding("one", "exact", Verdict.PASS, 0.001, null),
            finding("one", HOSTILE, Verdict.FAIL, -0.01, null),
            finding("one", "recent", Verdict.NOT_ENOUGH_EVIDENCE, -0.002, null),
            finding("two", "pq8", Verdict.DID_NOT_RUN, Double.NaN, "no click among 12 impressions"),
            finding("three", "pq8", Verdict.PASS, Double.NaN, "first run: may pass"));
    return new GateReport(
        1, Verdict.FAIL, "night", "before", false, 0.95, findings, List.of("A note."));
  }

  @Test
  void jsonReadsBackAndHasNoNaN() throws Exception {
    Path file = folder.resolve(GateFile.FILE_NAME);
    GateFile.write(file, report());
    assertThat(GateFile.read(file)).isEqualTo(report());
    String text = Files.readString(file);
    assertThat(text).doesNotContain("NaN");
    JsonNode json = new ObjectMapper().readTree(text);
    assertThat(json.get("schema_version").asInt()).isEqualTo(1);
    assertThat(json.get("verdict").asText()).isEqualTo("FAIL");
    JsonNode failed = json.get("findings").get(1);
    assertThat(failed.get("tested").asDouble()).isEqualTo(-0.01);
    assertThat(failed.get("smallest_margin").asDouble()).isEqualTo(0.001);
    assertThat(failed.get("p_holm").isNull()).isTrue();
    assertThat(json.get("findings").get(3).get("low").isNull()).isTrue();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void jsonOfInfinitiesReadsBack() {
    Finding finding =
        new Finding(
            "r",
            Measure.Kind.QUALITY,
            "ne",
            "a",
            "all",
            null,
            Verdict.NOT_ENOUGH_EVIDENCE,
            "ne(a) ≤ 1",
            Bound.AT_MOST,
            1,
            1,
            Double.NEGATIVE_INFINITY,
            Double.POSITIVE_INFINITY,
            1,
            Double.POSITIVE_INFINITY,
            Double.POSITIVE_INFINITY,
            10,
            10,
            Double.NaN,
            Double.NaN,
            null);
    GateReport report =
        new GateReport(1, Verdict.PASS, null, null, true, Double.NaN, List.of(finding), List.of());
    Path file = folder.resolve("x.json");
    GateFile.write(file, report);
    assertThat(GateFile.read(file)).isEqualTo(report);
  }

  @Test
  void jsonOfAnotherVersionOrDamagedIsRefusedByName() throws Exception {
    Path file = folder.resolve(GateFile.FILE_NAME);
    GateFile.write(file, report());
    String text = Files.readString(file);
    for (String[] change :
        new String[][] {
          {"\"schema_version\" : 1", "\"schema_version\" : 2", "schema_version"},
          {"\"verdict\" : \"FAIL\"", "\"verdict\" : \"MAYBE\"", "verdict"},
          {"\"tested\" : -0.01", "\"tested\" : \"much\"", "tested"},
        }) {
      assertThat(text).contains(change[0]);
      Files.writeString(file, text.replace(change[0], change[1]));
      assertThatThrownBy(() -> GateFile.read(file))
          .as(change[1])
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("gate.json")
          .hasMessageContaining(change[2]);
    }
    Files.writeString(file, text.substring(0, text.length() / 2));
    assertThatThrownBy(() -> GateFile.read(file))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("gate.json");
  }

  @Test
  void junitHasACaseAFinding() throws Exception {
    Path file = folder.resolve("gate.xml");
    JUnitFile.write(file, report());
    Element root =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(Files.readString(file))))
            .getDocumentElement();
    assertThat(root.getTagName()).isEqualTo("testsuites");
    Element suite = (Element) root.getElementsByTagName("testsuite").item(0);
    assertThat(suite.getAttribute("tests")).isEqualTo("5");
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    assertThat(suite.getAttribute("errors")).isEqualTo("1");
    assertThat(suite.getAttribute("skipped")).isEqualTo("2");
    NodeList cases = root.getElementsByTagName("testcase");
    List<String> outcomes = new ArrayList<>();
    for (int i = 0; i < cases.getLength(); i++) {
      NodeList children = ((Element) cases.item(i)).getElementsByTagName("*");
      outcomes.add(children.getLength() == 0 ? "" : children.item(0).getNodeName());
    }
    assertThat(outcomes).containsExactly("", "failure", "skipped", "error", "skipped");
    Element failed = (Element) cases.item(1);
    assertThat(failed.getAttribute("classname")).isEqualTo("one");
    // The control character is none that XML can hold.
    assertThat(failed.getAttribute("name"))
        .isEqualTo("auc of " + HOSTILE.replace('\u0001', '\uFFFD'));
    String message =
        ((Element) failed.getElementsByTagName("failure").item(0)).getAttribute("message");
    assertThat(message).startsWith("FAIL: auc(").contains("−0.0100 [−0.0110, −0.0090]");
    assertThat(suite.getElementsByTagName("system-out").item(0).getTextContent())
        .isEqualTo("FAIL\nA note.\n");
  }

  @Test
  void markdownSaysTheVerdictFirstAndListsWhatDidNotPass() throws Exception {
    Path file = folder.resolve("summary.md");
    MarkdownFile.write(file, report(), List.of("codebook of pq8: a → b (changes metrics)"));
    List<String> lines = Files.readAllLines(file);
    assertThat(lines.get(0)).isEqualTo("# FAIL");
    assertThat(lines.get(2))
        .isEqualTo(
            "1 fail, 1 did not run, 1 not enough evidence, 2 pass. Run `night` against `before`.");
    List<String> rows = lines.stream().filter(line -> line.startsWith("| ")).toList();
    assertThat(rows).hasSize(5); // head, rule, three findings
    assertThat(rows.get(2)).startsWith("| **FAIL** | auc of pq\\<8\\>");
    assertThat(rows.get(3)).startsWith("| DID NOT RUN |").contains("no click among 12 impressions");
    assertThat(rows.get(4)).startsWith("| NOT ENOUGH EVIDENCE |").contains("1,000 users");
    // Every row has the columns of the head, whatever the names hold.
    assertThat(rows).allSatisfy(row -> assertThat(row.split("(?<!\\\\)\\|", -1)).hasSize(7));
    assertThat(lines).contains("1. codebook of pq8: a → b (changes metrics)");
  }

  @Test
  void markdownOfAPassIsShort() {
    Finding pass = finding("one", "exact", Verdict.PASS, 0.001, null);
    GateReport report =
        new GateReport(1, Verdict.PASS, "night", null, false, 0.95, List.of(pass), List.of());
    assertThat(MarkdownFile.text(report, List.of()))
        .isEqualTo("# PASS\n\n1 pass. Run `night`, compared with no other run.\n");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamed() throws Exception {
    Path blocked = Files.writeString(folder.resolve("file"), "x").resolve("gate.xml");
    assertThatThrownBy(() -> JUnitFile.write(blocked, report()))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("cannot write " + blocked);
    assertThatThrownBy(() -> GateFile.write(blocked, report()))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("cannot write " + blocked);
  }
}
