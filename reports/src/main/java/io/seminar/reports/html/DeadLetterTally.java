package io.seminar.reports.html;

import io.seminar.reports.store.DeadLettersFile;
import io.seminar.reports.store.DeadLettersFile.DeadLetter;
import io.seminar.reports.store.RunFolder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The dead letters of a run: how many there are by reason, and the first of them. */
final class DeadLetterTally {
  private static final int SHOWN = 50;
  private static final int REASONS = 50;

  private final List<DeadLetter> first = new ArrayList<>();
  private final Map<String, Long> byReason = new TreeMap<>();
  private long count;

  DeadLetterTally(RunFolder run) {
    run.deadLettersFiles().forEach(file -> DeadLettersFile.forEach(file, this::add));
  }

  private void add(DeadLetter letter) {
    count++;
    // Indices, times and ordinals differ from record to record; the reason is the same.
    String field = letter.field().isEmpty() ? "record" : letter.field().replaceAll("\\d+", "");
    String reason = field + ": expected " + letter.expected().replaceAll("\\d{4,}", "…");
    boolean room = byReason.size() < REASONS || byReason.containsKey(reason);
    byReason.merge(room ? reason : "other reasons", 1L, Long::sum);
    if (first.size() < SHOWN) {
      first.add(letter);
    }
  }

  long count() {
    return count;
  }

  List<DeadLetter> first() {
    return first;
  }

  /** Reasons with their counts, most frequent first. */
  List<Map.Entry<String, Long>> byReason() {
    return byReason.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .toList();
  }
}
