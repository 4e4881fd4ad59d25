package io.seminar.pipelines.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.DoublePredicate;

/**
 * A map of a configuration file, read key by key. What is wrong is said with the file, the key's
 * whole path, what was found and what was expected; a key that nobody has asked for by {@link #end}
 * is unknown.
 */
public final class ConfigSection {
  private final String file;
  private final String path;
  private final JsonNode map;
  private final TreeSet<String> known = new TreeSet<>();

  /**
   * A section.
   *
   * @param file for messages
   * @param path keys down to this section, each followed by a dot; empty at the top
   * @throws IllegalArgumentException if it is no map
   */
  ConfigSection(String file, String path, JsonNode map) {
    this.file = file;
    this.path = path;
    if (!map.isObject()) {
      throw new IllegalArgumentException(
          file
              + (path.isEmpty() ? "" : ": key '" + path.substring(0, path.length() - 1) + "'")
              + ": holds "
              + found(map)
              + ", expected a map of keys");
    }
    this.map = map;
  }

  /** The section under a key; an empty one where there is none. */
  public ConfigSection section(String key) {
    JsonNode node = get(key);
    return new ConfigSection(
        file, path + key + ".", node == null ? JsonNodeFactory.instance.objectNode() : node);
  }

  /** The sections of a list of maps; none where the key is absent. */
  public List<ConfigSection> sections(String key) {
    JsonNode node = get(key);
    List<ConfigSection> sections = new ArrayList<>();
    if (node != null && !node.isArray()) {
      throw bad(key, found(node), "a list of maps");
    }
    for (int i = 0; node != null && i < node.size(); i++) {
      sections.add(new ConfigSection(file, path + key + "[" + i + "].", node.get(i)));
    }
    return sections;
  }

  /** Whether the key is there. */
  public boolean has(String key) {
    return get(key) != null;
  }

  /** Whether the key holds a map. */
  public boolean isMap(String key) {
    JsonNode node = get(key);
    return node != null && node.isObject();
  }

  /** True or false. */
  public boolean flag(String key, boolean otherwise) {
    JsonNode node = get(key);
    if (node != null && !node.isBoolean()) {
      throw bad(key, found(node), "true or false");
    }
    return node == null ? otherwise : node.booleanValue();
  }

  /** A text; null where the key is absent. */
  public String text(String key) {
    JsonNode node = get(key);
    return node == null ? null : text(key, node);
  }

  /** A text that must be there. */
  public String requiredText(String key, String expected) {
    String text = text(key);
    if (text == null) {
      throw bad(key, "no such key", expected);
    }
    return text;
  }

  /** One word of a choice. */
  public String choice(String key, String otherwise, List<String> choices) {
    String text = text(key);
    if (text == null) {
      return otherwise;
    }
    if (!choices.contains(text)) {
      throw bad(key, text, "one of " + choices);
    }
    return text;
  }

  /** Texts: a list, or one alone; empty where the key is absent. */
  public List<String> texts(String key) {
    JsonNode node = get(key);
    List<String> texts = new ArrayList<>();
    if (node != null && node.isArray()) {
      node.forEach(element -> texts.add(text(key, element)));
    } else if (node != null) {
      texts.add(text(key, node));
    }
    return texts;
  }

  /** An integer of at least {@code least}. */
  public long integer(String key, long otherwise, long least) {
    JsonNode node = get(key);
    return node == null ? otherwise : integer(key, node, least, Long.MAX_VALUE);
  }

  /** An integer from {@code least} to {@code most}. */
  public int integer(String key, int otherwise, int least, int most) {
    JsonNode node = get(key);
    return node == null ? otherwise : (int) integer(key, node, (long) least, (long) most);
  }

  /** A count, from 1 to {@code most}. */
  public int count(String key, int otherwise, int most) {
    JsonNode node = get(key);
    return node == null ? otherwise : (int) integer(key, node, 1, most);
  }

  /** Distinct integers in a range, ascending: a list, or one alone. */
  public int[] integers(String key, int[] otherwise, int least, int most) {
    JsonNode node = get(key);
    if (node == null) {
      return otherwise.clone();
    }
    TreeSet<Integer> values = new TreeSet<>();
    if (node.isArray()) {
      node.forEach(element -> values.add((int) integer(key, element, least, most)));
    } else {
      values.add((int) integer(key, node, least, most));
    }
    if (values.isEmpty()) {
      throw bad(key, "an empty list", "at least one integer");
    }
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  /** A number of which a predicate holds. */
  public double number(String key, double otherwise, DoublePredicate fits, String expected) {
    JsonNode node = get(key);
    return node == null ? otherwise : number(key, node, fits, expected);
  }

  /** Distinct numbers, ascending: a list, perhaps an empty one, or one alone. */
  public double[] numbers(String key, double[] otherwise, DoublePredicate fits, String expected) {
    JsonNode node = get(key);
    if (node == null) {
      return otherwise.clone();
    }
    TreeSet<Double> values = new TreeSet<>();
    if (node.isArray()) {
      node.forEach(element -> values.add(number(key, element, fits, expected)));
    } else {
      values.add(number(key, node, fits, expected));
    }
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * Checks the key {@code schema-version}.
   *
   * @throws IllegalArgumentException if it is absent or another
   */
  public void requireVersion(int version) {
    long found = integer("schema-version", -1, Long.MIN_VALUE);
    if (found != version) {
      throw bad(
          "schema-version",
          found == -1 ? "no such key" : Long.toString(found),
          Integer.toString(version));
    }
  }

  /** Refuses keys that nobody has asked for. */
  public void end() {
    map.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                throw new IllegalArgumentException(
                    file + ": unknown key '" + path + key + "', expected one of " + known);
              }
            });
  }

  /** What is thrown for the value of a key. */
  public IllegalArgumentException bad(String key, String found, String expected) {
    return new IllegalArgumentException(
        file + ": key '" + path + key + "': found " + found + ", expected " + expected);
  }

  /** What is thrown where the section as a whole makes no sense. */
  public IllegalArgumentException bad(IllegalArgumentException why) {
    String where = path.isEmpty() ? "" : "key '" + path.substring(0, path.length() - 1) + "': ";
    return new IllegalArgumentException(file + ": " + where + why.getMessage(), why);
  }

  private JsonNode get(String key) {
    known.add(key);
    JsonNode node = map.get(key);
    return node == null || node.isNull() ? null : node;
  }

  private String text(String key, JsonNode node) {
    if (!node.isValueNode() || node.isNull()) {
      throw bad(key, found(node), "a word");
    }
    return node.asText();
  }

  private long integer(String key, JsonNode node, long least, long most) {
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw bad(key, found(node), "an integer");
    }
    if (node.longValue() < least || node.longValue() > most) {
      throw bad(
          key,
          node.asText(),
          most == Long.MAX_VALUE
              ? "an integer of at least " + least
              : "an integer from " + least + " to " + most);
    }
    return node.longValue();
  }

  private double number(String key, JsonNode node, DoublePredicate fits, String expected) {
    if (!node.isNumber() || !fits.test(node.doubleValue())) {
      throw bad(key, found(node), expected);
    }
    return node.doubleValue();
  }

  private static String found(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> "a map";
      case ARRAY -> "a list";
      case NULL -> "nothing";
      case MISSING -> "nothing";
      default -> "'" + node.asText() + "'";
    };
  }
}
