package io.seminar.pipelines.nightly.faults;

import io.seminar.reports.gate.Finding;
import io.seminar.reports.gate.GateReport;
import io.seminar.reports.gate.Measure;
import io.seminar.reports.gate.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The verdicts on one fault, over halves of the users. */
final class Tally {
  private final Map<String, Integer> caught = new LinkedHashMap<>();
  private Verdict whole;
  private int trials;
  private int failed;
  private int notPassed;

  /**
   * Adds what came of the whole log.
   *
   * @param untouched what came of it without the fault
   */
  void whole(GateReport report, GateReport untouched) {
    whole = report.verdict();
    catches(report, untouched);
  }

  /** Adds what came of a half. */
  void half(GateReport report, GateReport untouched) {
    trials++;
    failed += report.verdict() == Verdict.FAIL ? 1 : 0;
    notPassed += report.verdict() == Verdict.PASS ? 0 : 1;
    catches(report, untouched);
  }

  private void catches(GateReport report, GateReport untouched) {
    Map<String, Verdict> before = worst(untouched);
    Set<String> rules = new LinkedHashSet<>();
    worst(report)
        .forEach(
            (rule, verdict) -> {
              if (verdict.compareTo(before.getOrDefault(rule, Verdict.PASS)) > 0) {
                rules.add(rule);
              }
            });
    // Of counts that are not as expected all rules complain that nothing was judged.
    boolean counts =
        report.findings().stream().anyMatch(f -> rules.contains(f.rule()) && isCount(f));
    for (Finding finding : report.findings()) {
      if (counts && !isCount(finding)) {
        rules.remove(finding.rule());
      }
    }
    rules.forEach(rule -> caught.merge(rule, 1, Integer::sum));
  }

  private static boolean isCount(Finding finding) {
    return finding.kind() == Measure.Kind.COUNT;
  }

  /** The worst verdict of every rule, over its arms and slices. */
  private static Map<String, Verdict> worst(GateReport report) {
    Map<String, Verdict> worst = new LinkedHashMap<>();
    for (Finding finding : report.findings()) {
      worst.merge(finding.rule(), finding.verdict(), (a, b) -> a.compareTo(b) > 0 ? a : b);
    }
    return worst;
  }

  /** Verdict over the whole log. */
  Verdict whole() {
    return whole;
  }

  FaultResult result(Fault fault, String moved, String missingRule) {
    List<String> rules = new ArrayList<>(caught.keySet());
    rules.sort(Comparator.comparing((String rule) -> caught.get(rule)).reversed());
    return new FaultResult(
        fault.key(),
        fault.description(),
        null,
        whole,
        new Rate(failed, trials),
        new Rate(notPassed, trials),
        rules,
        moved,
        missingRule);
  }
}
