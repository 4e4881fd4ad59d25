package io.seminar.pipelines.nightly.faults;

import io.seminar.reports.gate.Verdict;
import java.util.List;

/**
 * What the gate made of a fault.
 *
 * @param key of the fault
 * @param description of the fault
 * @param notTried why it was not tried, as a clause; null where it was, and what follows is there
 * @param whole verdict over the whole log
 * @param failed how many halves of the users came to FAIL
 * @param notPassed how many came to something else than PASS
 * @param caughtBy rules that said worse than of the untouched run, those of most halves first
 * @param moved the number that moved most for the worse, in words; null where none did
 * @param missingRule a rule that would have seen it, as the configuration has it; null where a rule
 *     saw it, or where none is known
 */
public record FaultResult(
    String key,
    String description,
    String notTried,
    Verdict whole,
    Rate failed,
    Rate notPassed,
    List<String> caughtBy,
    String moved,
    String missingRule) {
  public FaultResult {
    caughtBy = List.copyOf(caughtBy);
  }

  static FaultResult notTried(Fault fault, String reason, String missingRule) {
    return new FaultResult(
        fault.key(), fault.description(), reason, null, null, null, List.of(), null, missingRule);
  }
}
