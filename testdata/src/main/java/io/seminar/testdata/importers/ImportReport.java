package io.seminar.testdata.importers;

import io.seminar.sessions.DatasetDescriptor;
import io.seminar.sessions.Problem;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an import did.
 *
 * @param dataset what was written, with its counts and notes
 * @param rejectedRows rows left out, in total
 * @param rejectedByFile the same by file, sorted by name
 * @param firstRejected the first {@value #KEPT} of them, in order
 */
public record ImportReport(
    DatasetDescriptor dataset,
    long rejectedRows,
    Map<String, Long> rejectedByFile,
    List<Problem> firstRejected) {
  /** How many rejected rows a report holds at most; the caller's consumer has seen all. */
  public static final int KEPT = 100;

  public ImportReport {
    rejectedByFile = Collections.unmodifiableMap(new TreeMap<>(rejectedByFile));
    firstRejected = List.copyOf(firstRejected);
  }
}
