package io.seminar.sessions;

import java.io.Serializable;
import java.util.Objects;

/**
 * What is wrong with a data set, and where.
 *
 * @param file name of the file within its folder, or a path; while writing, the kind of row
 * @param row row within the file, from 0; −1: the file as a whole
 * @param field such as {@code requests[3].impressions[2].propensity}; empty: the row or file as a
 *     whole
 * @param found what stands there
 * @param expected what should
 */
public record Problem(String file, long row, String field, String found, String expected)
    implements Serializable {
  public Problem {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(field, "field");
    Objects.requireNonNull(found, "found");
    Objects.requireNonNull(expected, "expected");
  }

  /** One sentence: {@code users-00000.arrow, row 17, history[3].time: found …, expected …}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(file);
    if (row >= 0) {
      text.append(", row ").append(row);
    }
    if (!field.isEmpty()) {
      text.append(", ").append(field);
    }
    return text.append(": found ").append(found).append(", expected ").append(expected).toString();
  }
}
