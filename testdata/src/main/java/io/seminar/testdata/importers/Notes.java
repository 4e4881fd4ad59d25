package io.seminar.testdata.importers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What goes into {@code dataset.json} about the origin of each part; one sentence an entry. */
final class Notes {
  private final List<String> facts = new ArrayList<>();
  private final List<String> constructed = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private final List<String> options = new ArrayList<>();

  /** Something that the log itself says. */
  Notes fact(String sentence) {
    facts.add(sentence);
    return this;
  }

  /** Something that the importer made, and how. */
  Notes constructed(String sentence) {
    constructed.add(sentence);
    return this;
  }

  /** Something that the log says and the data set does not hold. */
  Notes leftOut(String sentence) {
    leftOut.add(sentence);
    return this;
  }

  /** An option that the data depend on. */
  Notes option(String name, Object value) {
    options.add(name + "=" + value);
    return this;
  }

  Map<String, String> toMap(String importer, long rejectedRows) {
    Map<String, String> map = new TreeMap<>();
    map.put("importer", importer);
    map.put("facts", String.join(" ", facts));
    map.put("constructed", String.join(" ", constructed));
    map.put("left_out", String.join(" ", leftOut));
    map.put("options", String.join(" ", options));
    map.put("rejected_rows", Long.toString(rejectedRows));
    map.values().removeIf(String::isEmpty);
    return map;
  }
}
