package io.seminar.pipelines.nightly.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.seminar.reports.gate.Verdict;
import io.seminar.reports.text.Numbers;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a self-test found out about a gate.
 *
 * @param id name of the self-test
 * @param users of the log
 * @param halves of the users that each fault was judged on
 * @param seed of everything random
 * @param nulls the untouched run, and candidate and baseline exchanged: what a gate says of these
 *     is a false alarm
 * @param faults one a fault, tried or not
 */
public record SelfTestReport(
    String id,
    long users,
    int halves,
    long seed,
    List<FaultResult> nulls,
    List<FaultResult> faults) {
  /** The numbers, for machines. */
  public static final String JSON_FILE = "self-test.json";

  /** The table, for people. */
  public static final String MARKDOWN_FILE = "self-test.md";

  private static final int SCHEMA_VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  public SelfTestReport {
    nulls = List.copyOf(nulls);
    faults = List.copyOf(faults);
  }

  /** Rows of a table, the header first: one a null and fault. */
  public List<List<String>> table() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("planted", "whole log", "FAIL on halves", "not PASS on halves", "seen by"));
    nulls.forEach(result -> rows.add(row(result, "nothing, as it should be")));
    faults.forEach(result -> rows.add(row(result, "no rule")));
    return rows;
  }

  private static List<String> row(FaultResult result, String unseen) {
    if (result.notTried() != null) {
      return List.of(
          result.description(), "not tried", Numbers.NONE, Numbers.NONE, result.notTried());
    }
    String seen = unseen;
    if (!result.caughtBy().isEmpty()) {
      int others = result.caughtBy().size() - 1;
      seen = result.caughtBy().get(0) + (others == 0 ? "" : ", and " + others + " more");
    }
    return List.of(
        result.description(),
        result.whole().title(),
        result.failed().toString(),
        result.notPassed().toString(),
        seen);
  }

  /** What is missing, a sentence a fault that the whole log did not show. */
  public List<String> missing() {
    List<String> lines = new ArrayList<>();
    for (FaultResult result : faults) {
      if (result.notTried() != null) {
        lines.add(
            result.description()
                + ": not tried, "
                + result.notTried()
                + "."
                + (result.missingRule() == null ? "" : " " + result.missingRule()));
      } else if (!shown(result)) {
        lines.add(
            result.description()
                + ": "
                + (result.whole() == Verdict.PASS ? "passed" : result.whole().title())
                + "; "
                + (result.moved() == null
                    ? "no number moved beyond its interval for the worse"
                    : "what moved most is " + result.moved())
                + "."
                + (result.missingRule() == null
                    ? ""
                    : " A rule that would see it: " + result.missingRule()));
      }
    }
    return lines;
  }

  private static boolean shown(FaultResult result) {
    return result.whole() == Verdict.FAIL
        || result.whole() == Verdict.DID_NOT_RUN && !result.caughtBy().isEmpty();
  }

  /** The page for people. */
  public String markdown() {
    StringBuilder out = new StringBuilder();
    out.append("# Self-test ").append(id).append("\n\n");
    out.append(Numbers.count(users))
        .append(" users; each fault was judged on the whole log and on ")
        .append(halves)
        .append(" random halves of the users, seed ")
        .append(seed)
        .append(". Shares are with Wilson's interval of 95 %.\n\n");
    boolean header = true;
    for (List<String> row : table()) {
      out.append("| ").append(String.join(" | ", row.stream().map(t -> cell(t)).toList()));
      out.append(" |\n");
      if (header) {
        out.append("|---|---|---|---|---|\n");
        header = false;
      }
    }
    if (!missing().isEmpty()) {
      out.append("\n## What the gate does not show\n\n");
      missing().forEach(line -> out.append("- ").append(cell(line)).append('\n'));
    }
    return out.toString();
  }

  /** Names are data. */
  private static String cell(String text) {
    return text.replaceAll("\\s+", " ").replaceAll("([\\\\`*_\\[\\]<>|#])", "\\\\$1");
  }

  /** Writes both files into a folder, which appears when it is whole and replaces an older one. */
  void write(Path folder) {
    try {
      Files.createDirectories(folder.toAbsolutePath().getParent());
      Path temporary = Publication.temporaryBeside(folder);
      try {
        Files.createDirectory(temporary);
        Files.writeString(
            temporary.resolve(JSON_FILE),
            JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json()) + "\n");
        Files.writeString(temporary.resolve(MARKDOWN_FILE), markdown());
        Publication.force(temporary);
        Publication.publish(temporary, folder, true);
      } finally {
        Publication.deleteTree(temporary);
      }
    } catch (IOException e) {
      throw new DatasetException("cannot write " + folder + ": " + e, e);
    }
  }

  private ObjectNode json() {
    ObjectNode json =
        JSON.createObjectNode()
            .put("schema_version", SCHEMA_VERSION)
            .put("id", id)
            .put("users", users)
            .put("halves", halves)
            .put("seed", seed);
    ArrayNode without = json.putArray("nulls");
    nulls.forEach(result -> without.add(json(result)));
    ArrayNode with = json.putArray("faults");
    faults.forEach(result -> with.add(json(result)));
    return json;
  }

  private static ObjectNode json(FaultResult result) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("key", result.key())
            .put("description", result.description())
            .put("not_tried", result.notTried());
    if (result.notTried() == null) {
      json.put("whole", result.whole().name());
      json.set("failed", json(result.failed()));
      json.set("not_passed", json(result.notPassed()));
      ArrayNode rules = json.putArray("caught_by");
      result.caughtBy().forEach(rules::add);
      json.put("moved", result.moved());
    }
    return json.put("missing_rule", result.missingRule());
  }

  private static ObjectNode json(Rate rate) {
    return JSON.createObjectNode()
        .put("times", rate.times())
        .put("trials", rate.trials())
        .put("low", rate.low())
        .put("high", rate.high());
  }
}
