package io.seminar.reports.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.Metric.Direction;
import io.seminar.metrics.MetricSuite;
import io.seminar.reports.gate.ExpectedCount.Count;
import io.seminar.reports.gate.Gate.FirstRun;
import io.seminar.reports.store.Cells;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.ManifestEdit;
import io.seminar.reports.store.Manifests;
import io.seminar.reports.store.RunManifest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GateTest {
  private static final List<Measure> MEASURES =
      Measure.of(MetricSuite.of(new int[] {10, 50}, new int[] {5, 10}).metrics());

  // Arms exact, recent, pq8; slices all, item=cold; users 2000, requests 12000, dead letters 3.
  private static final RunManifest NIGHT = Manifests.small("night");
  private static final RunManifest BEFORE = Manifests.small("before");

  private static Scope scope(String metric, String arms, String slices) {
    return new Scope(metric, arms, slices);
  }

  private static Gate gate(Rule... rules) {
    return new Gate(List.of(), List.of(rules), FirstRun.DID_NOT_RUN);
  }

  private static Rule margin(String metric, String arms, String slices, double size) {
    return new NonInferiority(null, scope(metric, arms, slices), null, Margin.absolute(size));
  }

  /** Values of every arm in "all", and the comparison with the night before. */
  private static List<Cell> own(String metric, double value, double half) {
    List<Cell> cells = new ArrayList<>();
    for (String arm : List.of("exact", "recent", "pq8")) {
      Cell cell = Cells.value(arm, "all", metric, value, half);
      cells.add(
          arm.equals("exact") ? cell : Cells.compared(cell, "exact", -0.001, -0.0015, -0.0005));
    }
    return cells;
  }

  private static List<Cell> compared(String metric, double value, double low, double high) {
    List<Cell> cells = new ArrayList<>();
    for (String arm : List.of("exact", "recent", "pq8")) {
      cells.add(
          Cells.compared(
              Cells.value(arm, "all", metric, value, 0.01), arm, (low + high) / 2, low, high));
    }
    return cells;
  }

  private static GateReport judge(Gate gate, List<Cell> own, List<Cell> compared) {
    return gate.judge(
        Evidence.compared(NIGHT, own, new Evidence.Baseline(BEFORE, compared), MEASURES));
  }

  private static Finding only(GateReport report) {
    assertThat(report.findings()).hasSize(1);
    return report.findings().get(0);
  }

  @Test
  void verdictsHaveExitCodesAndCombine() {
    assertThat(Verdict.PASS.exitCode()).isEqualTo(0);
    assertThat(Verdict.FAIL.exitCode()).isEqualTo(1);
    assertThat(Verdict.DID_NOT_RUN.exitCode()).isEqualTo(2);
    assertThat(Verdict.NOT_ENOUGH_EVIDENCE.exitCode()).isEqualTo(3);
    assertThat(Verdict.of(List.of(Verdict.PASS, Verdict.NOT_ENOUGH_EVIDENCE)))
        .isEqualTo(Verdict.NOT_ENOUGH_EVIDENCE);
    assertThat(Verdict.of(List.of(Verdict.DID_NOT_RUN, Verdict.NOT_ENOUGH_EVIDENCE)))
        .isEqualTo(Verdict.DID_NOT_RUN);
    assertThat(Verdict.of(List.of(Verdict.DID_NOT_RUN, Verdict.FAIL, Verdict.PASS)))
        .isEqualTo(Verdict.FAIL);
    assertThat(Verdict.of(List.of(Verdict.PASS, Verdict.PASS))).isEqualTo(Verdict.PASS);
    assertThat(Verdict.of(List.of())).isEqualTo(Verdict.DID_NOT_RUN);
  }

  @Test
  void aValueIsJudgedByItsInterval() {
    for (Object[] expected :
        new Object[][] {
          {0.85, Verdict.PASS}, {0.9, Verdict.NOT_ENOUGH_EVIDENCE}, {0.95, Verdict.FAIL}
        }) {
      Rule rule =
          new ValueLimit(
              null, scope("recall@50", "pq8", "all"), Bound.AT_LEAST, (double) expected[0]);
      Finding finding = only(judge(gate(rule), own("recall@50", 0.9, 0.02), List.of()));
      assertThat(finding.verdict()).isEqualTo(expected[1]);
      assertThat(finding.formula()).isEqualTo("recall@50(pq8) ≥ " + expected[0]);
      assertThat(finding.tightestLimit()).isCloseTo(0.88, within(1e-12));
      assertThat(finding.smallestMargin()).isCloseTo(0.02, within(1e-12));
      assertThat(finding.against()).isNull();
      assertThat(finding.p()).isNaN();
    }
    Rule atMost = new ValueLimit("wide", scope("logloss", "pq8", "all"), Bound.AT_MOST, 0.53);
    Finding finding = only(judge(gate(atMost), own("logloss", 0.5, 0.02), List.of()));
    assertThat(finding.verdict()).isEqualTo(Verdict.PASS);
    assertThat(finding.rule()).isEqualTo("wide");
    assertThat(finding.tightestLimit()).isCloseTo(0.52, within(1e-12));
  }

  @Test
  void marginsTakeTheirDirectionFromTheMetric() {
    // Higher is better.
    Object[][] auc = {
      {-0.001, 0.001, Verdict.PASS},
      {-0.003, 0.001, Verdict.NOT_ENOUGH_EVIDENCE},
      {-0.005, -0.003, Verdict.FAIL},
      {0.003, 0.005, Verdict.PASS}
    };
    for (Object[] c : auc) {
      List<Cell> cells = compared("auc", 0.7, (double) c[0], (double) c[1]);
      Finding finding =
          only(judge(gate(margin("auc", "pq8", "all", 0.002)), own("auc", 0.7, 0.01), cells));
      assertThat(finding.verdict()).as("[%s, %s]", c[0], c[1]).isEqualTo(c[2]);
      assertThat(finding.formula()).isEqualTo("auc(pq8) − auc(pq8 of the baseline run) > −0.002");
      assertThat(finding.limit()).isEqualTo(-0.002);
      assertThat(finding.tightestLimit()).isEqualTo(c[0]);
      assertThat(finding.smallestMargin())
          .isCloseTo(((double) c[1] - (double) c[0]) / 2, within(1e-12));
      assertThat(finding.measured()).isEqualTo(0.7);
      assertThat(finding.p()).isEqualTo(0.04);
      assertThat(finding.pHolm()).isEqualTo(0.4);
    }
    // Lower is better.
    Object[][] loss = {
      {-0.005, -0.003, Verdict.PASS},
      {0.001, 0.003, Verdict.NOT_ENOUGH_EVIDENCE},
      {0.003, 0.005, Verdict.FAIL}
    };
    for (Object[] c : loss) {
      List<Cell> cells = compared("logloss", 0.5, (double) c[0], (double) c[1]);
      Finding finding =
          only(
              judge(
                  gate(margin("logloss", "pq8", "all", 0.002)), own("logloss", 0.5, 0.01), cells));
      assertThat(finding.verdict()).as("[%s, %s]", c[0], c[1]).isEqualTo(c[2]);
      assertThat(finding.formula())
          .isEqualTo("logloss(pq8) − logloss(pq8 of the baseline run) < 0.002");
    }
    // Best at 1: from 1.00 to 1.10 is worse, from 1.20 to 1.10 better, though both moved by 0.1.
    Object[][] pcoc = {{0.09, 0.11, Verdict.FAIL}, {-0.11, -0.09, Verdict.PASS}};
    for (Object[] c : pcoc) {
      List<Cell> cells = compared("pcoc", 1.1, (double) c[0], (double) c[1]);
      Finding finding =
          only(judge(gate(margin("pcoc", "pq8", "all", 0.02)), own("pcoc", 1.1, 0.01), cells));
      assertThat(finding.verdict()).as("[%s, %s]", c[0], c[1]).isEqualTo(c[2]);
      assertThat(finding.formula())
          .isEqualTo("|pcoc(pq8) − 1| − |pcoc(pq8 of the baseline run) − 1| < 0.02");
    }
  }

  @Test
  void relativeMarginsAreSharesOfTheBaseline() {
    Rule rule =
        new NonInferiority(null, scope("auc", "pq8", "all"), "exact", Margin.relative(0.01));
    // Baseline 0.701, difference -0.001: a share of -0.0014.
    Finding finding = only(judge(gate(rule), own("auc", 0.7, 0.001), List.of()));
    assertThat(finding.verdict()).isEqualTo(Verdict.PASS);
    assertThat(finding.tested()).isCloseTo(-0.001 / 0.701, within(1e-12));
    assertThat(finding.formula()).isEqualTo("(auc(pq8) − auc(exact)) / |auc(exact)| > −0.01");
    assertThat(finding.against()).isEqualTo("exact");
    Rule pcoc =
        new NonInferiority(null, scope("pcoc", "pq8", "all"), "exact", Margin.relative(0.01));
    assertThat(only(judge(gate(pcoc), own("pcoc", 1, 0.01), List.of())).reason())
        .contains("best at 1");
  }

  @Test
  void patternsMatchArmsAndSlicesThatWereAskedFor() {
    List<Cell> cells = new ArrayList<>(own("auc", 0.7, 0.01));
    cells.add(Cells.value("pq8", "item=cold", "auc", 0.6, 0.01));
    Rule rule = new ValueLimit("limit", scope("auc", "*", "*"), Bound.AT_LEAST, 0.5);
    GateReport report = judge(gate(rule), cells, List.of());
    assertThat(report.findings())
        .extracting(f -> f.arm() + "|" + f.slice() + "|" + f.verdict())
        .containsExactly(
            "exact|all|PASS",
            "exact|item=cold|DID_NOT_RUN",
            "recent|all|PASS",
            "recent|item=cold|DID_NOT_RUN",
            "pq8|all|PASS",
            "pq8|item=cold|PASS");
    assertThat(report.verdict()).isEqualTo(Verdict.DID_NOT_RUN);
    assertThat(report.findings().get(1).reason()).isEqualTo("the run has no such number");
    assertThat(report.findings().get(5).formula()).isEqualTo("auc(pq8, item=cold) ≥ 0.5");
    assertThat(new NamePattern("pq*").matches("pq@16+refine")).isTrue();
    assertThat(new NamePattern("*cold").matches("item=cold")).isTrue();
    assertThat(new NamePattern("p.8").matches("pq8")).isFalse();
    assertThat(new NamePattern("pq").matches("pq8")).isFalse();
    assertThat(new NamePattern("a*b*c").matches("a1b2c")).isTrue();
    // Not compared with itself.
    Rule others = new NonInferiority("m", scope("auc", "*", "all"), "exact", Margin.absolute(0.01));
    assertThat(judge(gate(others), cells, List.of()).findings())
        .extracting(Finding::arm)
        .containsExactly("recent", "pq8");
  }

  @Test
  void whatMatchesNothingDidNotRun() {
    List<Cell> cells = own("auc", 0.7, 0.01);
    for (Object[] c :
        new Object[][] {
          {scope("auc", "pq9*", "all"), "no arm matches pq9*; there are [exact, recent, pq8]"},
          {
            scope("auc", "pq8", "item=new"), "no slice matches item=new; there are [all, item=cold]"
          },
          {scope("aux", "pq8", "all"), "no metric aux; there are recall@10"},
          {scope("auc", "pq8", "item=cold"), "nothing fell into the slice item=cold"},
          {scope("gauc", "pq8", "all"), "the run has no such number"}
        }) {
      Scope scope = (Scope) c[0];
      for (Rule rule :
          List.of(
              new ValueLimit(null, scope, Bound.AT_LEAST, 0),
              new NonInferiority(null, scope, "exact", Margin.absolute(1)),
              new NonInferiority(null, scope, null, Margin.absolute(1)))) {
        GateReport report = judge(gate(rule), cells, compared("auc", 0.7, -0.001, 0.001));
        assertThat(only(report).verdict()).as(rule.name()).isEqualTo(Verdict.DID_NOT_RUN);
        assertThat(only(report).reason()).as(rule.name()).startsWith((String) c[1]);
        assertThat(report.exitCode()).isEqualTo(2);
      }
    }
  }

  @Test
  void whatIsNotDefinedDidNotRunWithTheCellsReason() {
    for (String reason :
        List.of(
            "none of 2000 users has both a click and an impression without one",
            "no click among 12 impressions",
            "all of 12 impressions are clicks",
            "every score is NaN")) {
      List<Cell> cells = List.of(Cells.undefined("pq8", "all", "auc", reason));
      Rule value = new ValueLimit("v", scope("auc", "pq8", "all"), Bound.AT_LEAST, 0);
      Rule own = new NonInferiority("o", scope("auc", "pq8", "all"), "exact", Margin.absolute(9));
      GateReport report = judge(gate(value, own, margin("auc", "pq8", "all", 9)), cells, cells);
      assertThat(report.findings()).hasSize(3);
      assertThat(report.findings())
          .allSatisfy(
              f -> {
                assertThat(f.verdict()).isEqualTo(Verdict.DID_NOT_RUN);
                assertThat(f.reason()).isEqualTo(reason);
                assertThat(f.tested()).isNaN();
              });
    }
  }

  @Test
  void aSliceOfOneUserHasNoIntervalAndNeverPasses() {
    String reason = "1 users, an interval needs at least 10";
    List<Cell> cells = List.of(Cells.withoutInterval("pq8", "all", "auc", 0.99, reason));
    Rule value = new ValueLimit("v", scope("auc", "pq8", "all"), Bound.AT_LEAST, 0.1);
    GateReport report = judge(gate(value, margin("auc", "pq8", "all", 0.5)), cells, cells);
    assertThat(report.findings()).hasSize(2);
    assertThat(report.findings())
        .allSatisfy(
            f -> {
              assertThat(f.verdict()).isEqualTo(Verdict.DID_NOT_RUN);
              assertThat(f.reason()).isEqualTo(reason);
              assertThat(f.measured()).isEqualTo(0.99);
              assertThat(f.smallestMargin()).isNaN();
            });
  }

  @Test
  void anArmThatWentMissingIsNoticed() {
    RunManifest less =
        new ManifestEdit(NIGHT)
            .evaluation(
                NIGHT.evaluation().arms().subList(0, 2), List.of("all", "item=cold"), 200, 1)
            .done();
    Evidence gone =
        Evidence.compared(
            less,
            own("auc", 0.7, 0.01),
            new Evidence.Baseline(BEFORE, compared("auc", 0.7, -0.001, 0.001)),
            MEASURES);
    GateReport report = gate(margin("auc", "*", "all", 0.01)).judge(gone);
    assertThat(report.findings(Verdict.PASS))
        .extracting(Finding::arm)
        .containsExactly("exact", "recent");
    assertThat(report.findings(Verdict.DID_NOT_RUN))
        .extracting(Finding::reason)
        .containsExactly("the run has no arm pq8, its baseline has");
    // And the other way round: a new arm has nothing to be compared with.
    Evidence added =
        Evidence.compared(
            NIGHT,
            own("auc", 0.7, 0.01),
            new Evidence.Baseline(less, compared("auc", 0.7, -0.001, 0.001).subList(0, 2)),
            MEASURES);
    assertThat(gate(margin("auc", "*", "all", 0.01)).judge(added).findings(Verdict.DID_NOT_RUN))
        .extracting(Finding::reason)
        .containsExactly("the baseline run has no arm pq8");
  }

  @Test
  void anArmThatTheRunComparesOtherwiseIsNotCompared() {
    Rule rule = new NonInferiority(null, scope("auc", "pq8", "all"), "recent", Margin.absolute(1));
    assertThat(only(judge(gate(rule), own("auc", 0.7, 0.01), List.of())).reason())
        .isEqualTo("this run compares pq8 with exact, not with recent");
    Rule baseline =
        new NonInferiority(null, scope("auc", "exact", "all"), "pq8", Margin.absolute(1));
    assertThat(only(judge(gate(baseline), own("auc", 0.7, 0.01), List.of())).reason())
        .isEqualTo("exact is the arm that this run compares the others with");
  }

  @Test
  void countsAreLookedAtBeforeAnyMetric() {
    Gate gate =
        new Gate(
            List.of(
                new ExpectedCount(Count.USERS, Bound.AT_LEAST, 2000),
                new ExpectedCount(Count.REQUESTS, Bound.EQUAL, 12_000),
                new ExpectedCount(Count.DEAD_LETTERS, Bound.AT_MOST, 2)),
            List.of(new ValueLimit("v", scope("auc", "pq8", "all"), Bound.AT_LEAST, 0.5)),
            FirstRun.PASSES);
    GateReport report = judge(gate, own("auc", 0.7, 0.01), List.of());
    assertThat(report.findings())
        .extracting(f -> f.metric() + " " + f.verdict())
        .containsExactly(
            "users PASS", "requests PASS", "dead_letters DID_NOT_RUN", "auc DID_NOT_RUN");
    assertThat(report.findings().get(2).reason()).isEqualTo("dead_letters: found 3, expected ≤ 2");
    assertThat(report.findings().get(3).reason())
        .isEqualTo("no metric was judged: dead_letters: found 3, expected ≤ 2");
    assertThat(report.verdict()).isEqualTo(Verdict.DID_NOT_RUN);
    assertThat(report.findings().get(0).formula()).isEqualTo("users ≥ 2,000");
    RunManifest clean =
        countsOf(NIGHT, new RunManifest.Counts(2000, 12_000, 240_000, 2_000_000, 0));
    assertThat(gate.judge(Evidence.firstRun(clean, own("auc", 0.7, 0.01), MEASURES)).verdict())
        .isEqualTo(Verdict.PASS);
    // A day's log twice.
    RunManifest twice =
        countsOf(NIGHT, new RunManifest.Counts(2000, 24_000, 480_000, 2_000_000, 0));
    GateReport doubled = gate.judge(Evidence.firstRun(twice, own("auc", 0.7, 0.01), MEASURES));
    assertThat(doubled.findings(Verdict.DID_NOT_RUN))
        .extracting(Finding::metric)
        .contains("requests");
  }

  private static RunManifest countsOf(RunManifest manifest, RunManifest.Counts counts) {
    ManifestEdit edit = new ManifestEdit(manifest);
    edit.counts = counts;
    return edit.done();
  }

  @Test
  void aFirstRunIsMarkedAndPassesOnlyIfItMay() {
    Rule value = new ValueLimit("v", scope("auc", "pq8", "all"), Bound.AT_LEAST, 0.5);
    Rule against = margin("auc", "pq8", "all", 0.01);
    Evidence first = Evidence.firstRun(NIGHT, own("auc", 0.7, 0.01), MEASURES);
    GateReport may = new Gate(List.of(), List.of(value, against), FirstRun.PASSES).judge(first);
    assertThat(may.firstRun()).isTrue();
    assertThat(may.verdict()).isEqualTo(Verdict.PASS);
    assertThat(may.findings().get(0).unseen()).isFalse();
    assertThat(may.findings().get(1).unseen()).isTrue();
    assertThat(may.findings().get(1).reason())
        .startsWith("first run: there is no baseline run yet");
    assertThat(may.findings().get(1).measured()).isEqualTo(0.7);
    assertThat(may.notes()).anyMatch(note -> note.startsWith("This is a first run"));
    GateReport must =
        new Gate(List.of(), List.of(value, against), FirstRun.DID_NOT_RUN).judge(first);
    assertThat(must.firstRun()).isTrue();
    assertThat(must.verdict()).isEqualTo(Verdict.DID_NOT_RUN);
    assertThat(must.findings().get(0).verdict()).isEqualTo(Verdict.PASS);
    // What is not there does not pass, first or not.
    Rule cold = margin("auc", "pq8", "item=cold", 0.01);
    GateReport missing = new Gate(List.of(), List.of(cold), FirstRun.PASSES).judge(first);
    assertThat(only(missing).verdict()).isEqualTo(Verdict.DID_NOT_RUN);
    assertThat(only(missing).reason()).isEqualTo("nothing fell into the slice item=cold");
    List<Cell> oneUser = List.of(Cells.withoutInterval("pq8", "all", "auc", 0.9, "1 users"));
    GateReport thin =
        new Gate(List.of(), List.of(against), FirstRun.PASSES)
            .judge(Evidence.firstRun(NIGHT, oneUser, MEASURES));
    assertThat(only(thin).reason()).isEqualTo("1 users");
    assertThat(thin.verdict()).isEqualTo(Verdict.DID_NOT_RUN);
    // That it is the first does not excuse a value.
    GateReport bad =
        new Gate(
                List.of(),
                List.of(new ValueLimit("v", scope("auc", "pq8", "all"), Bound.AT_LEAST, 0.9)),
                FirstRun.PASSES)
            .judge(first);
    assertThat(bad.verdict()).isEqualTo(Verdict.FAIL);
  }

  @Test
  void aBaselineThatCannotBeReadIsNoFirstRun() {
    Evidence evidence =
        Evidence.withoutBaseline(
            NIGHT, own("auc", 0.7, 0.01), "the run before is damaged", MEASURES);
    GateReport report =
        new Gate(List.of(), List.of(margin("auc", "pq8", "all", 0.01)), FirstRun.PASSES)
            .judge(evidence);
    assertThat(report.firstRun()).isFalse();
    assertThat(report.verdict()).isEqualTo(Verdict.DID_NOT_RUN);
    assertThat(only(report).reason()).isEqualTo("the run before is damaged");
  }

  @Test
  void aBaselineOfSomethingElseIsNotCompared() {
    RunManifest.Evaluation e = BEFORE.evaluation();
    for (Object[] c :
        new Object[][] {
          {
            new ManifestEdit(BEFORE).dataDigest("e".repeat(64)).done(),
            "data set: found " + "e".repeat(64) + ", expected " + "d".repeat(64)
          },
          {
            new ManifestEdit(BEFORE).evaluation(e.arms(), e.slices(), 200, 2).done(),
            "version of the metrics: found 2, expected 1"
          },
          {new ManifestEdit(BEFORE).seed(18).done(), "seed: found 18, expected 17"},
          {
            new ManifestEdit(BEFORE).evaluation(e.arms(), e.slices(), 500, 1).done(),
            "number of bootstrap replicates: found 500, expected 200"
          }
        }) {
      Evidence evidence =
          Evidence.compared(
              NIGHT,
              own("auc", 0.7, 0.01),
              new Evidence.Baseline((RunManifest) c[0], compared("auc", 0.7, -1e-4, 1e-4)),
              MEASURES);
      Rule own = new ValueLimit("v", scope("auc", "pq8", "all"), Bound.AT_LEAST, 0.5);
      GateReport report =
          new Gate(List.of(), List.of(margin("auc", "pq8", "all", 0.01), own), FirstRun.PASSES)
              .judge(evidence);
      assertThat(report.verdict()).isEqualTo(Verdict.DID_NOT_RUN);
      assertThat(report.findings().get(0).reason())
          .isEqualTo("the baseline before has another " + c[1]);
      // What needs no baseline is judged all the same.
      assertThat(report.findings().get(1).verdict()).isEqualTo(Verdict.PASS);
      assertThat(report.notes()).anyMatch(note -> note.contains((String) c[1]));
    }
  }

  @Test
  void timesCanBeGatedToo() {
    List<Measure> measures = new ArrayList<>(MEASURES);
    measures.add(Measure.latency("p99_ms"));
    List<Cell> slower = compared("p99_ms", 12, 1.8, 2.2);
    Evidence evidence =
        Evidence.compared(
            NIGHT, own("p99_ms", 12, 0.2), new Evidence.Baseline(BEFORE, slower), measures);
    Finding finding = only(gate(margin("p99_ms", "pq8", "all", 1)).judge(evidence));
    assertThat(finding.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(finding.kind()).isEqualTo(Measure.Kind.LATENCY);
    assertThat(measures.get(measures.size() - 1).direction()).isEqualTo(Direction.LOWER);
  }

  @Test
  void aRunThatDidNotFinishHasAReportOfEveryRule() {
    Gate gate =
        new Gate(
            List.of(new ExpectedCount(Count.USERS, Bound.AT_LEAST, 1)),
            List.of(margin("auc", "pq*", "all", 0.01)),
            FirstRun.PASSES);
    GateReport report = gate.didNotRun("the data set is damaged");
    assertThat(report.verdict()).isEqualTo(Verdict.DID_NOT_RUN);
    assertThat(report.run()).isNull();
    assertThat(report.findings()).hasSize(2);
    assertThat(report.findings()).allMatch(f -> f.reason().equals("the data set is damaged"));
  }

  @Test
  void rulesThatMakeNoSenseAreRefused() {
    Scope scope = scope("auc", "pq8", "all");
    for (Object[] c :
        new Object[][] {
          {(Runnable) () -> Margin.absolute(0), "found 0.0, expected a finite number above 0"},
          {(Runnable) () -> Margin.absolute(-0.1), "found -0.1"},
          {(Runnable) () -> Margin.relative(Double.NaN), "found NaN"},
          {(Runnable) () -> Margin.absolute(Double.POSITIVE_INFINITY), "found Infinity"},
          {(Runnable) () -> new ValueLimit(null, scope, Bound.EQUAL, 1), "found EQUAL"},
          {(Runnable) () -> new ValueLimit(null, scope, Bound.AT_LEAST, Double.NaN), "found NaN"},
          {(Runnable) () -> scope("", "a", "all"), "metric: found ''"},
          {(Runnable) () -> scope("recall@*", "a", "all"), "expected the key of one metric"},
          {(Runnable) () -> scope("auc", null, "all"), "arm: found nothing"},
          {(Runnable) () -> scope("auc", "a", " "), "slice: found ' '"},
          {
            (Runnable) () -> new NonInferiority(null, scope, "pq8", Margin.absolute(1)),
            "another arm than the rule is about"
          },
          {
            (Runnable) () -> new NonInferiority(null, scope, "e*", Margin.absolute(1)),
            "expected the name of one arm"
          },
          {(Runnable) () -> new NonInferiority(" ", scope, null, Margin.absolute(1)), "found ' '"},
          {(Runnable) () -> new ExpectedCount(Count.USERS, Bound.EQUAL, -1), "found -1"},
          {(Runnable) () -> gate(), "found no rule"},
          {
            (Runnable) () -> gate(margin("auc", "a", "all", 1), margin("auc", "a", "all", 1)),
            "two rules called 'auc of a in all, not worse than the baseline run by 1'"
          },
        }) {
      assertThatThrownBy(((Runnable) c[0])::run)
          .as((String) c[1])
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining((String) c[1]);
    }
  }
}
