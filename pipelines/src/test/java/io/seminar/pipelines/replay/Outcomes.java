package io.seminar.pipelines.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.reports.store.OutcomeRow;
import io.seminar.reports.store.OutcomesFile;
import io.seminar.reports.store.RunFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Copies of outcome rows, cut to their page, and all rows of a run. */
public final class Outcomes {
  private Outcomes() {}

  /** All rows of a run, in the order of its files. */
  public static List<OutcomeRow> of(RunFolder run) {
    List<OutcomeRow> rows = new ArrayList<>();
    for (Path file : run.outcomesFiles()) {
      try (OutcomesFile.Reader reader = OutcomesFile.read(file)) {
        OutcomeRow row = reader.newRow();
        while (reader.next(row)) {
          rows.add(copy(row));
        }
      }
    }
    return rows;
  }

  static OutcomeRow copy(OutcomeRow row) {
    int n = row.impressions;
    OutcomeRow copy = new OutcomeRow(row.retrievalKs());
    copy.arm = row.arm;
    copy.user = row.user;
    copy.request = row.request;
    copy.time = row.time;
    copy.query = row.query;
    copy.historyLength = row.historyLength;
    copy.searchedShare = row.searchedShare;
    copy.evaluated = row.evaluated;
    copy.impressions = n;
    copy.items = Arrays.copyOf(row.items, n);
    copy.positions = Arrays.copyOf(row.positions, n);
    copy.labels = Arrays.copyOf(row.labels, n);
    copy.cold = Arrays.copyOf(row.cold, n);
    copy.scores = Arrays.copyOf(row.scores, n);
    copy.recall = Arrays.copyOf(row.recall, n * row.retrievalKs());
    copy.massKept = Arrays.copyOf(row.massKept, n);
    copy.outputCosine = Arrays.copyOf(row.outputCosine, n);
    copy.outputRelL2 = Arrays.copyOf(row.outputRelL2, n);
    copy.retrieveNanos = row.retrieveNanos;
    copy.attendNanos = row.attendNanos;
    return copy;
  }

  /** The same numbers to the last bit; times and history length aside. */
  static void assertSame(OutcomeRow found, OutcomeRow expected) {
    String where = expected.toString();
    assertThat(found.arm).isEqualTo(expected.arm);
    assertThat(found.request).isEqualTo(expected.request);
    assertThat(found.historyLength).as(where).isEqualTo(expected.historyLength);
    assertThat(found.searchedShare).as(where).isEqualTo((Float) expected.searchedShare);
    assertThat(found.scores).as(where).isEqualTo(expected.scores);
    assertThat(found.recall).as(where).isEqualTo(expected.recall);
    assertThat(found.massKept).as(where).isEqualTo(expected.massKept);
    assertThat(found.outputCosine).as(where).isEqualTo(expected.outputCosine);
    assertThat(found.outputRelL2).as(where).isEqualTo(expected.outputRelL2);
  }
}
