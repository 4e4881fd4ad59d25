package io.seminar.pipelines.replay;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An arm of a replay: what it is called in every table, how it retrieves, and from which codebook.
 *
 * @param name as selected and as reported, for example {@code pq@16}
 * @param kind how it retrieves
 * @param codebook folder of its codebook; null where the kind needs none
 */
public record ArmSpec(String name, Kind kind, String codebook) implements Serializable {

  /** The ways to retrieve. */
  public enum Kind {
    /** Exact scores of all behaviours. */
    EXACT("exact", false, "Exact scores of all behaviours, the K best kept."),
    /** The most recent behaviours. */
    RECENT("recent", false, "The K most recent behaviours."),
    /** Product quantisation, asymmetric distance computation. */
    PQ("pq", true, "Product quantisation, the target exact (ADC), the K best kept."),
    /** Product quantisation, symmetric distance computation. */
    PQ_SDC(
        "pq-sdc", true, "Product quantisation, the target quantised too (SDC), the K best kept."),
    /** No attention: the click probability that the simulator knows. */
    ORACLE(
        "oracle",
        false,
        "The simulator's own click probability, which knows the position: what no model can beat."),
    /** No attention: the probability of a click, given that the position is looked at. */
    ORACLE_RELEVANCE(
        "oracle-relevance",
        false,
        "The simulator's own probability of a click on an impression that is looked at: what no"
            + " model that ignores the position can beat.");

    private final String key;
    private final boolean needsCodebook;
    private final String description;

    Kind(String key, boolean needsCodebook, String description) {
      this.key = key;
      this.needsCodebook = needsCodebook;
      this.description = description;
    }

    /** One sentence for a reader of a report. */
    public String description() {
      return description;
    }

    /** Whether the arm reads the truth of a simulated data set, and attends to nothing. */
    boolean consultsTruth() {
      return this == ORACLE || this == ORACLE_RELEVANCE;
    }

    /** The name that selects this kind. */
    public String key() {
      return key;
    }
  }

  /**
   * Reads a list of arms. An arm that needs a codebook is written {@code pq@16} to name the
   * codebook of 16 bytes a behaviour, or just {@code pq} where one codebook is given.
   *
   * @param names the arms, each at most once
   * @param codebooks folder of every codebook given, by its bytes a behaviour
   * @throws IllegalArgumentException naming the arm that is unknown, repeated, or without its
   *     codebook
   */
  public static List<ArmSpec> parse(List<String> names, Map<Integer, String> codebooks) {
    if (names.isEmpty()) {
      throw new IllegalArgumentException("no arm is named, expected at least one of " + keys());
    }
    List<ArmSpec> arms = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException("arm '" + name + "' is named twice, expected once");
      }
      int at = name.indexOf('@');
      Kind kind = kind(name, at < 0 ? name : name.substring(0, at));
      arms.add(new ArmSpec(name, kind, codebook(name, kind, at, codebooks)));
    }
    return List.copyOf(arms);
  }

  private static Kind kind(String name, String key) {
    for (Kind kind : Kind.values()) {
      if (kind.key.equals(key)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("arm '" + name + "' is unknown, expected one of " + keys());
  }

  private static String codebook(String name, Kind kind, int at, Map<Integer, String> codebooks) {
    if (!kind.needsCodebook) {
      if (at >= 0) {
        throw new IllegalArgumentException(
            "arm '" + name + "' names a codebook, expected plain '" + kind.key + "'");
      }
      return null;
    }
    if (at < 0) {
      if (codebooks.size() != 1) {
        throw new IllegalArgumentException(
            "arm '"
                + name
                + "' does not say which codebook, expected "
                + (codebooks.isEmpty()
                    ? "one to be given"
                    : "one of " + codebooks.keySet().stream().map(b -> name + "@" + b).toList()));
      }
      return codebooks.values().iterator().next();
    }
    String bytes = name.substring(at + 1);
    for (Map.Entry<Integer, String> entry : codebooks.entrySet()) {
      if (entry.getKey().toString().equals(bytes)) {
        return entry.getValue();
      }
    }
    throw new IllegalArgumentException(
        "arm '"
            + name
            + "' needs a codebook of "
            + bytes
            + " bytes a behaviour, given are "
            + codebooks.keySet());
  }

  private static List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      keys.add(kind.needsCodebook ? kind.key + "@BYTES" : kind.key);
    }
    return keys;
  }
}
