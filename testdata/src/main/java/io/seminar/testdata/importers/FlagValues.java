package io.seminar.testdata.importers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The values of an importer's flags, typed and checked where they are read. */
final class FlagValues {
  private final List<ImportFlag> flags;
  private final Map<String, String> values;

  FlagValues(List<ImportFlag> flags, Map<String, String> values) {
    this.flags = flags;
    this.values = values;
  }

  String text(String name) {
    for (ImportFlag flag : flags) {
      if (flag.name().equals(name)) {
        return values.getOrDefault(name, flag.defaultValue());
      }
    }
    throw new IllegalStateException("no flag " + name + " was declared");
  }

  boolean isSet(String name) {
    String text = text(name);
    if (text.isEmpty() || text.equals("false")) {
      return false;
    }
    if (text.equals("true")) {
      return true;
    }
    throw refused(name, text, "true or false");
  }

  int integer(String name, int least, int most) {
    String text = text(name);
    try {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw refused(name, text, "an integer from " + least + " to " + most, e);
    }
    throw refused(name, text, "an integer from " + least + " to " + most);
  }

  long wholeNumber(String name) {
    String text = text(name);
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw refused(name, text, "an integer", e);
    }
  }

  /** A share above 0 and up to 1. */
  double share(String name) {
    String text = text(name);
    try {
      double value = Double.parseDouble(text);
      if (value > 0 && value <= 1) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw refused(name, text, "a number above 0 and up to 1", e);
    }
    throw refused(name, text, "a number above 0 and up to 1");
  }

  /** {@code --vectors text=FILE[,image=FILE] --vector-ids FILE}. */
  List<VectorFile> vectorFiles() {
    String vectors = text("vectors");
    String ids = text("vector-ids");
    List<VectorFile> files = new ArrayList<>();
    if (vectors.isEmpty()) {
      if (!ids.isEmpty()) {
        throw refused("vector-ids", ids, "to be given together with --vectors");
      }
      return files;
    }
    if (ids.isEmpty()) {
      throw new IllegalArgumentException(
          "--vectors needs --vector-ids: the file that names the item of each row");
    }
    for (String entry : vectors.split(",", -1)) {
      int equals = entry.indexOf('=');
      if (equals < 1 || equals == entry.length() - 1) {
        throw refused("vectors", entry, "MODALITY=FILE.fvecs, such as text=titles.fvecs");
      }
      files.add(
          new VectorFile(
              entry.substring(0, equals), Path.of(entry.substring(equals + 1)), Path.of(ids)));
    }
    return files;
  }

  static IllegalArgumentException refused(String name, String found, String expected) {
    return refused(name, found, expected, null);
  }

  private static IllegalArgumentException refused(
      String name, String found, String expected, Throwable cause) {
    return new IllegalArgumentException(
        "--" + name + ": found \"" + found + "\", expected " + expected, cause);
  }
}
