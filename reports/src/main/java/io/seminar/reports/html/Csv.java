package io.seminar.reports.html;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Tables as CSV (RFC 4180, UTF-8): numbers in full precision, and an empty field where there is
 * none.
 */
final class Csv {
  private final StringBuilder out = new StringBuilder();

  Csv(List<String> header) {
    row(header.toArray());
  }

  /** Appends a row of strings and numbers; null and NaN are empty. */
  Csv row(Object... fields) {
    for (int i = 0; i < fields.length; i++) {
      if (i > 0) {
        out.append(',');
      }
      Object field = fields[i];
      boolean none = field == null || field instanceof Double d && d.isNaN();
      out.append(none ? "" : quoted(field.toString()));
    }
    out.append("\r\n");
    return this;
  }

  private static String quoted(String text) {
    boolean plain =
        text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
            && text.equals(text.strip());
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  void write(Path file) throws IOException {
    Files.writeString(file, out);
  }
}
