package io.seminar.pipelines.sweep;

import java.io.Serializable;
import java.util.Locale;

/**
 * What all arms of a comparison have in common.
 *
 * @param historyLength L, behaviours of every history
 * @param keep K, behaviours that a head keeps for a target
 * @param targets B, candidates of a request
 */
record CaseSpec(int historyLength, int keep, int targets) implements Serializable {
  /** As progress and messages name it. */
  String title() {
    return String.format(
        Locale.ROOT,
        "L = %,d, K = %,d, %d target%s",
        historyLength,
        keep,
        targets,
        targets == 1 ? "" : "s");
  }
}
