package io.seminar.pipelines.sweep;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Names written as a shell would: {@code pq4@{8,16}+refine{2,4}} stands for the four names that
 * taking one word from each pair of braces gives, the last pair varying fastest.
 */
final class BraceList {
  private BraceList() {}

  /**
   * The names that a pattern stands for, in order, each once.
   *
   * @throws IllegalArgumentException if braces do not match, are nested, or hold nothing
   */
  static List<String> expand(String pattern) {
    int open = pattern.indexOf('{');
    int close = pattern.indexOf('}');
    if (open < 0 && close < 0) {
      return List.of(pattern);
    }
    int nested = open < 0 ? -1 : pattern.indexOf('{', open + 1);
    if (open < 0 || close < open || (nested >= 0 && nested < close)) {
      throw new IllegalArgumentException(
          "'" + pattern + "': expected braces in pairs, not nested, as in pq@{8,16}");
    }
    List<String> tails = expand(pattern.substring(close + 1));
    LinkedHashSet<String> names = new LinkedHashSet<>();
    for (String word : pattern.substring(open + 1, close).split(",", -1)) {
      if (word.isBlank()) {
        throw new IllegalArgumentException(
            "'" + pattern + "': expected a word between each two commas, as in pq@{8,16}");
      }
      for (String tail : tails) {
        names.add(pattern.substring(0, open) + word.strip() + tail);
      }
    }
    return new ArrayList<>(names);
  }
}
