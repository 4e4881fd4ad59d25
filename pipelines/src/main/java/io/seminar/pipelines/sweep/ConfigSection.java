package io.seminar.pipelines.sweep;

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
final class ConfigSection {
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
  ConfigSection section(String key) {
    JsonNode node = get(key);
    return new ConfigSection(
        file, path + key + ".", node == null ? JsonNodeFactory.instance.objectNode() : node);
  }

  /** A text; null where the key is absent. */
  String text(String key) {
    JsonNode node = get(key);
    return node == null ? null : text(key, node);
  }

  /** A text that must be there. */
  String requiredText(String key, String expected) {
    String text = text(key);
    if (text == null) {
      throw bad(key, "no such key", expected);
    }
    return text;
  }

  /** One word of a choice. */
  String choice(String key, String otherwise, List<String> choices) {
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
  List<String> texts(String key) {
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
  long integer(String key, long otherwise, long least) {
    JsonNode node = get(key);
    return node == null ? otherwise : integer(key, node, least, Long.MAX_VALUE);
  }

  /** A count, from 1 to {@code most}. */
  int count(String key, int otherwise, int most) {
    JsonNode node = get(key);
    return node == null ? otherwise : (int) integer(key, node, 1, most);
  }

  /** Distinct integers in a range, ascending: a list, or one alone. */
  int[] integers(String key, int[] otherwise, int least, int most) {
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
  double number(String key, double otherwise, DoublePredicate fits, String expected) {
    JsonNode node = get(key);
    return node == null ? otherwise : number(key, node, fits, expected);
  }

  /** Distinct numbers, ascending: a list, perhaps an empty one, or one alone. */
  double[] numbers(String key, double[] otherwise, DoublePredicate fits, String expected) {
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

  /** Refuses keys that nobody has asked for. */
  void end() {
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
  IllegalArgumentException bad(String key, String found, String expected) {
    return new IllegalArgumentException(
        file + ": key '" + path + key + "': found " + found + ", expected " + expected);
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
