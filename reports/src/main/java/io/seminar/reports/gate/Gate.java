package io.seminar.reports.gate;

import io.seminar.reports.store.RunManifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rules of a release.
 *
 * <p><b>How it judges.</b> The counts first; where one is not as expected, no metric is judged.
 * Then every rule for every arm and slice that it matches: PASS when the whole interval of the
 * tested number is within the limit, FAIL when the whole interval is beyond it, NOT ENOUGH EVIDENCE
 * otherwise, DID NOT RUN where there is no number, no interval or no right to compare.
 *
 * <p><b>How often it errs.</b> With intervals of level 1 − α each side of one is missed with
 * probability α/2 at most. So a number beyond its limit passes with probability α/2 at most, and as
 * a run passes only when all rules do, that holds for the whole gate whatever the number of rules
 * (an intersection-union test: Berger, "Multiparameter hypothesis testing and acceptance sampling",
 * Technometrics 24, 1982). A number within its limit fails with probability α/2 at most; over k
 * rules one of them may do so with k α/2 at most, and much more rarely when the margins are wider
 * than the intervals.
 *
 * <p><b>What patterns match.</b> The arms and slices that the run's manifest says were asked for,
 * so that a slice into which nothing fell is noticed; against the baseline run also those that the
 * baseline has, so that an arm that went missing is.
 *
 * @param counts looked at before any metric
 * @param rules with unique names
 * @param firstRun what becomes of rules against the baseline run where there is none yet
 */
public record Gate(List<ExpectedCount> counts, List<Rule> rules, FirstRun firstRun) {

  /** What a first run, which has nothing to be compared with, comes to. */
  public enum FirstRun {
    PASSES,
    DID_NOT_RUN
  }

  public Gate {
    counts = List.copyOf(counts);
    rules = List.copyOf(rules);
    Objects.requireNonNull(firstRun, "firstRun");
    if (counts.isEmpty() && rules.isEmpty()) {
      throw new IllegalArgumentException("gate: found no rule, expected at least one");
    }
    Set<String> names = new HashSet<>();
    counts.forEach(count -> unique(names, count.formula()));
    rules.forEach(rule -> unique(names, rule.name()));
  }

  private static void unique(Set<String> names, String name) {
    if (!names.add(name)) {
      throw new IllegalArgumentException(
          "gate: found two rules called '" + name + "', expected one of a name");
    }
  }

  /** Judges a run. */
  public GateReport judge(Evidence evidence) {
    RunManifest candidate = evidence.candidate();
    List<Finding> findings = new ArrayList<>();
    for (ExpectedCount count : counts) {
      findings.add(counted(count, candidate.counts()));
    }
    String unmet =
        findings.stream()
            .filter(finding -> finding.verdict() != Verdict.PASS)
            .map(Finding::reason)
            .collect(Collectors.joining("; "));
    Map<String, Measure> measures = new HashMap<>();
    evidence.measures().forEach(measure -> measures.put(measure.key(), measure));
    CellIndex own = new CellIndex(evidence.cells());
    CellIndex compared =
        new CellIndex(evidence.baseline() == null ? List.of() : evidence.baseline().cells());
    for (Rule rule : rules) {
      Measure measure = measures.get(rule.scope().metric());
      RuleJudge judge = new RuleJudge(rule, measure, firstRun);
      if (!unmet.isEmpty()) {
        findings.add(judge.whole("no metric was judged: " + unmet));
      } else if (measure == null) {
        findings.add(
            judge.whole(
                "no metric "
                    + rule.scope().metric()
                    + "; there are "
                    + evidence.measures().stream()
                        .map(Measure::key)
                        .collect(Collectors.joining(", "))));
      } else {
        findings.addAll(judge.all(evidence, own, compared));
      }
    }
    return report(
        candidate.runId(),
        evidence.baseline() == null ? null : evidence.baseline().manifest().runId(),
        evidence.isFirstRun(),
        candidate.evaluation().level(),
        findings,
        notes(evidence));
  }

  /**
   * The report where there is no run to judge: nothing ran.
   *
   * @param reason why, as a clause
   */
  public GateReport didNotRun(String reason) {
    List<Finding> findings = new ArrayList<>();
    counts.forEach(count -> findings.add(finding(count, Double.NaN, Verdict.DID_NOT_RUN, reason)));
    rules.forEach(rule -> findings.add(new RuleJudge(rule, null, firstRun).whole(reason)));
    return report(
        null, null, false, Double.NaN, findings, List.of("Nothing was judged: " + reason));
  }

  /**
   * The report where not even the gate could be read: a single finding, for CI systems show none of
   * what has none.
   *
   * @param reason why, as a clause
   */
  public static GateReport unreadable(String reason) {
    return report(
        null,
        null,
        false,
        Double.NaN,
        List.of(
            new Finding(
                "configuration",
                Measure.Kind.COUNT,
                "configuration",
                "",
                "",
                null,
                Verdict.DID_NOT_RUN,
                "the configuration can be read",
                null,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                0,
                0,
                Double.NaN,
                Double.NaN,
                reason)),
        List.of("Nothing was judged: " + reason));
  }

  private static GateReport report(
      String run,
      String baseline,
      boolean firstRun,
      double level,
      List<Finding> findings,
      List<String> notes) {
    return new GateReport(
        GateReport.SCHEMA_VERSION,
        Verdict.of(findings.stream().map(Finding::verdict).toList()),
        run,
        baseline,
        firstRun,
        level,
        findings,
        notes);
  }

  private List<String> notes(Evidence evidence) {
    List<String> notes = new ArrayList<>();
    if (evidence.isFirstRun()) {
      notes.add(
          "This is a first run: there is none before it to compare with. Rules against the baseline"
              + " run "
              + (firstRun == FirstRun.PASSES
                  ? "passed unseen, as the configuration says."
                  : "did not run: the configuration does not let a first run pass."));
    } else if (evidence.incomparable() != null) {
      notes.add("Nothing was compared with a baseline run: " + evidence.incomparable() + ".");
    }
    return notes;
  }

  private static Finding counted(ExpectedCount expected, RunManifest.Counts counts) {
    long found = expected.count().in(counts);
    boolean holds = expected.bound().holds(found, expected.number());
    return finding(
        expected,
        found,
        holds ? Verdict.PASS : Verdict.DID_NOT_RUN,
        holds
            ? null
            : expected.count().key()
                + ": found "
                + found
                + ", expected "
                + expected.bound().sign()
                + " "
                + expected.number());
  }

  private static Finding finding(
      ExpectedCount expected, double found, Verdict verdict, String reason) {
    return new Finding(
        expected.formula(),
        Measure.Kind.COUNT,
        expected.count().key(),
        "",
        "",
        null,
        verdict,
        expected.formula(),
        expected.bound(),
        found,
        found,
        Double.NaN,
        Double.NaN,
        expected.number(),
        Double.NaN,
        Double.NaN,
        0,
        0,
        Double.NaN,
        Double.NaN,
        reason);
  }
}
