package io.seminar.pipelines.sweep;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The points of a sweep: every entrant in every case.
 *
 * @param arms full names, in order
 * @param always those among them that are never pruned
 * @param historyLengths L, ascending
 * @param keeps K, ascending
 * @param targets B, ascending
 * @param batches candidates handed to an arm together, ascending; what exceeds B is the same as B
 */
record Grid(
    List<String> arms,
    Set<String> always,
    int[] historyLengths,
    int[] keeps,
    int[] targets,
    int[] batches) {
  /** The arm that all are compared with. */
  static final String EXACT = "exact";

  /** The cases, shorter histories first. */
  List<CaseSpec> cases() {
    List<CaseSpec> cases = new ArrayList<>();
    for (int length : historyLengths) {
      for (int keep : keeps) {
        for (int count : targets) {
          cases.add(new CaseSpec(length, keep, count));
        }
      }
    }
    return cases;
  }

  /**
   * Who takes part in a comparison of so many targets a page: exact attention to a whole page in
   * any case, since all are compared with it.
   */
  List<Entrant> entrants(int targets) {
    Set<Entrant> entrants = new LinkedHashSet<>();
    entrants.add(Entrant.of(EXACT, targets, targets));
    for (int batch : batches) {
      for (String arm : arms) {
        entrants.add(Entrant.of(arm, batch, targets));
      }
    }
    return new ArrayList<>(entrants);
  }

  /** The most candidates of a request. */
  int mostTargets() {
    return targets[targets.length - 1];
  }
}
