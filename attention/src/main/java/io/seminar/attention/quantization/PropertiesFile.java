package io.seminar.attention.quantization;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The keys and values of a codebook's properties file, read with the file's name in every
 * complaint.
 */
final class PropertiesFile {
  private final Path file;
  private final Properties values;

  private PropertiesFile(Path file, Properties values) {
    this.file = file;
    this.values = values;
  }

  static PropertiesFile parse(Path file, byte[] content) {
    Properties values = new Properties();
    try (Reader reader = new StringReader(new String(content, StandardCharsets.UTF_8))) {
      values.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException e) {
      throw new CodebookException(file, "is not a properties file", e);
    }
    return new PropertiesFile(file, values);
  }

  String text(String key) {
    String value = values.getProperty(key);
    if (value == null) {
      throw new CodebookException(file, key, "missing", "a value");
    }
    return value;
  }

  int expectInteger(String key, int least, int most) {
    String value = text(key);
    String expected = least == most ? "" + least : "an integer from " + least + " to " + most;
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new CodebookException(file, key, value, expected);
    }
    throw new CodebookException(file, key, value, expected);
  }

  float number(String key) {
    try {
      return Float.parseFloat(text(key));
    } catch (NumberFormatException e) {
      throw new CodebookException(file, key, text(key), "a number");
    }
  }

  boolean flag(String key) {
    String value = text(key);
    if (!value.equals("true") && !value.equals("false")) {
      throw new CodebookException(file, key, value, "true or false");
    }
    return value.equals("true");
  }

  MultiModalCodebook.Source source(String key) {
    try {
      return MultiModalCodebook.Source.valueOf(text(key));
    } catch (IllegalArgumentException e) {
      throw new CodebookException(file, key, text(key), "QUERY or ITEM");
    }
  }

  Quantizer.Method method(String key) {
    String value = text(key);
    for (Quantizer.Method method : Quantizer.Method.values()) {
      if (method.key().equals(value)) {
        return method;
      }
    }
    List<String> keys = Stream.of(Quantizer.Method.values()).map(Quantizer.Method::key).toList();
    throw new CodebookException(file, key, value, "one of " + keys);
  }

  Path file() {
    return file;
  }

  Map<String, String> below(String prefix) {
    TreeMap<String, String> found = new TreeMap<>();
    for (String key : values.stringPropertyNames()) {
      if (key.startsWith(prefix)) {
        found.put(key.substring(prefix.length()), values.getProperty(key));
      }
    }
    return Collections.unmodifiableMap(found);
  }

  /** The properties format by hand: the library's writer puts the date on top. */
  static String render(TreeMap<String, String> lines) {
    StringBuilder text = new StringBuilder();
    lines.forEach(
        (key, value) -> {
          StringBuilder escaped = new StringBuilder();
          for (char c : value.toCharArray()) {
            switch (c) {
              case '\\':
                escaped.append("\\\\");
                break;
              case '\n':
                escaped.append("\\n");
                break;
              case '\r':
                escaped.append("\\r");
                break;
              case ' ':
                escaped.append(escaped.length() == 0 ? "\\ " : " ");
                break;
              case '\t':
                escaped.append("\\t");
                break;
              case '\f':
                escaped.append("\\f");
                break;
              default:
                escaped.append(c);
            }
          }
          text.append(key).append('=').append(escaped).append('\n');
        });
    return text.toString();
  }
}
