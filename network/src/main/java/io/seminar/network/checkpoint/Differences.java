package io.seminar.network.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where two descriptions differ in what decides the outcome of a training; history and provenance
 * do not.
 */
final class Differences {
  private final TreeMap<String, String> stored = new TreeMap<>();
  private final TreeMap<String, String> wanted = new TreeMap<>();

  private Differences() {}

  static Differences between(Description stored, Description wanted) {
    SortedMap<String, String> a = flat(stored);
    SortedMap<String, String> b = flat(wanted);
    Differences differences = new Differences();
    TreeSet<String> keys = new TreeSet<>(a.keySet());
    keys.addAll(b.keySet());
    for (String key : keys) {
      if (!Objects.equals(a.get(key), b.get(key))) {
        differences.stored.put(key, a.getOrDefault(key, "absent"));
        differences.wanted.put(key, b.getOrDefault(key, "absent"));
      }
    }
    return differences;
  }

  boolean isEmpty() {
    return stored.isEmpty();
  }

  /** {@code seed 1, spec.keep 20}: the side that is stored. */
  String stored() {
    return text(stored);
  }

  /** The other side. */
  String wanted() {
    return text(wanted);
  }

  private static String text(SortedMap<String, String> values) {
    List<String> parts =
        values.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList();
    return String.join(", ", parts);
  }

  private static SortedMap<String, String> flat(Description description) {
    SortedMap<String, String> flat = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : JsonFile.tree(description).properties()) {
      if (!field.getKey().equals("history") && !field.getKey().equals("provenance")) {
        flatten(field.getKey(), field.getValue(), flat);
      }
    }
    return flat;
  }

  private static void flatten(String path, JsonNode node, SortedMap<String, String> flat) {
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        flatten(path + "." + field.getKey(), field.getValue(), flat);
      }
    } else {
      flat.put(path, node.toString());
    }
  }
}
