package io.seminar.reports.gate;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the gate came to.
 *
 * @param schemaVersion {@link #SCHEMA_VERSION} for what this class writes
 * @param verdict over all findings
 * @param run id of the run that was judged; null where there was none to judge
 * @param baseline id of the run that it was compared with; null where there was none
 * @param firstRun whether there was no run before it to compare with
 * @param level confidence level of the intervals, e.g. 0.95; NaN where nothing was judged
 * @param findings one a count, then one a rule, arm and slice, in the order of the gate
 * @param notes what a reader of the verdict must know, one sentence each
 */
public record GateReport(
    int schemaVersion,
    Verdict verdict,
    String run,
    String baseline,
    boolean firstRun,
    double level,
    List<Finding> findings,
    List<String> notes) {

  /** Version of {@code gate.json}. A reader refuses any other. */
  public static final int SCHEMA_VERSION = 1;

  public GateReport {
    Objects.requireNonNull(verdict, "verdict");
    findings = List.copyOf(Objects.requireNonNull(findings, "findings"));
    notes = List.copyOf(Objects.requireNonNull(notes, "notes"));
  }

  /** The findings with a verdict, in their order. */
  public List<Finding> findings(Verdict which) {
    return findings.stream().filter(finding -> finding.verdict() == which).toList();
  }

  /** What a command ends with. */
  public int exitCode() {
    return verdict.exitCode();
  }

  /** How many findings have each verdict; those that none has are absent. */
  public Map<Verdict, Long> counts() {
    Map<Verdict, Long> counts = new EnumMap<>(Verdict.class);
    findings.forEach(finding -> counts.merge(finding.verdict(), 1L, Long::sum));
    return counts;
  }
}
