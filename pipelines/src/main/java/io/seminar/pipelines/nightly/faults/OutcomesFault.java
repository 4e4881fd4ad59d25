package io.seminar.pipelines.nightly.faults;

import io.seminar.reports.store.OutcomeRow;
import io.seminar.reports.store.RunManifest;

/**
 * A fault that shows in the outcomes of a replay, and is planted by writing them anew. A change is
 * a function of the row alone, so it does not depend on the order of rows or on which users there
 * are.
 */
public non-sealed interface OutcomesFault extends Fault {
  /** Changes a row, or leaves it as it is. */
  void change(OutcomeRow row);

  /** How often a user's rows are written, at least 1. */
  default int copies() {
    return 1;
  }

  /** What is counted of a log with the fault. */
  default RunManifest.Counts counts(RunManifest.Counts counts) {
    return counts;
  }
}
