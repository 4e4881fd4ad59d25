package io.seminar.testdata.importers;

import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Counts rejected rows and passes them on; under strict the first one ends the import. */
final class Rejects {
  /** Enough of a bad value to recognise it. */
  private static final int SHOWN = 80;

  private final Consumer<Problem> consumer;
  private final boolean strict;
  private final Map<String, Long> byFile = new TreeMap<>();
  private final List<Problem> first = new ArrayList<>();
  private long count;

  Rejects(Consumer<Problem> consumer, boolean strict) {
    this.consumer = consumer;
    this.strict = strict;
  }

  void reject(Problem problem) {
    if (strict) {
      throw new DatasetException(problem);
    }
    count++;
    byFile.merge(problem.file(), 1L, Long::sum);
    if (first.size() < ImportReport.KEPT) {
      first.add(problem);
    }
    consumer.accept(problem);
  }

  void reject(String file, long row, String field, String found, String expected) {
    reject(new Problem(file, row, field, shown(found), expected));
  }

  /** A value as an error shows it: quoted, shortened, control characters made visible. */
  static String shown(String value) {
    if (value == null) {
      return "nothing";
    }
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < Math.min(value.length(), SHOWN); i++) {
      char c = value.charAt(i);
      text.append(c < ' ' ? (char) (0x2400 + c) : c);
    }
    return text.append(value.length() > SHOWN ? "…\"" : "\"").toString();
  }

  long count() {
    return count;
  }

  Map<String, Long> byFile() {
    return byFile;
  }

  List<Problem> first() {
    return first;
  }
}
