package io.seminar.reports.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.MetricSuite;
import io.seminar.reports.gate.Tolerances.Basis;
import io.seminar.reports.gate.Tolerances.LatencyTolerance;
import io.seminar.reports.gate.Tolerances.RuleTolerance;
import io.seminar.reports.store.Cells;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.Manifests;
import io.seminar.reports.store.RunManifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Draws of unchanged nights with a known error, and what the study makes of them. */
class ToleranceStudyTest {
  private static final long SEED = 71;
  private static final int NIGHTS = 4_000;
  private static final double SE = 0.01;
  private static final double Z = 1.959963984540054;
  private static final double Z_05 = 1.6448536269514722;
  private static final RunManifest RUN = Manifests.small("night");
  private static final List<Measure> MEASURES =
      Measure.of(MetricSuite.of(new int[] {10, 50}, new int[] {5, 10}).metrics());

  private static Rule margin(String metric, String slices, Margin margin) {
    return new NonInferiority(null, new Scope(metric, "pq8", slices), null, margin);
  }

  private static final Rule TINY = margin("gauc", "all", Margin.absolute(1e-9));
  private static final Rule LOSS = margin("logloss", "all", Margin.absolute(0.05));
  private static final Rule SHARE = margin("recall@50", "all", Margin.relative(0.5));
  private static final Rule FLOOR =
      new ValueLimit("floor", new Scope("gauc", "pq8", "all"), Bound.AT_LEAST, 0.6);
  private static final Rule COLD = margin("gauc", "item=cold", Margin.absolute(0.01));
  private static final Gate GATE =
      new Gate(
          List.of(new ExpectedCount(ExpectedCount.Count.USERS, Bound.EQUAL, 1)), // not of interest
          List.of(TINY, LOSS, SHARE, FLOOR, COLD),
          Gate.FirstRun.DID_NOT_RUN);

  private static Evidence night(Random random) {
    List<Cell> own = new ArrayList<>();
    List<Cell> compared = new ArrayList<>();
    for (String metric : List.of("gauc", "logloss", "recall@50")) {
      Cell cell = Cells.value("pq8", "all", metric, 0.7 + SE * random.nextGaussian(), Z * SE);
      own.add(cell);
      double d = SE * random.nextGaussian();
      compared.add(Cells.compared(cell, "pq8", d, d - Z * SE, d + Z * SE));
    }
    return Evidence.compared(RUN, own, new Evidence.Baseline(RUN, compared), MEASURES);
  }

  private static ToleranceStudy study() {
    Random random = new Random(SEED);
    ToleranceStudy study = new ToleranceStudy(GATE, 0.05, 0.95);
    for (int night = 0; night < NIGHTS; night++) {
      study.add(night(random));
    }
    return study;
  }

  @Test
  void alarmsComeAtTheNominalLevel() {
    List<RuleTolerance> rules = study().rules();
    // With a margin of next to nothing FAIL is one side of the interval being missed.
    Tolerances.Alarms tiny = rules.get(0).alarms();
    assertThat(tiny.splits()).isEqualTo(NIGHTS);
    assertThat(tiny.failed() / (double) NIGHTS).isCloseTo(0.025, within(0.008));
    assertThat(tiny.failedLow()).isLessThan(0.025).isPositive();
    assertThat(tiny.failedHigh()).isGreaterThan(0.025);
    assertThat(tiny.notPassed() / (double) NIGHTS).isCloseTo(0.975, within(0.008));
    // 5 standard errors: P(Z > 5 - 1.96) = 0.0012.
    assertThat(rules.get(1).alarms().failed()).isZero();
    assertThat(rules.get(1).alarms().notPassed() / (double) NIGHTS)
        .isCloseTo(0.0012, within(0.002));
    // Nothing fell into the slice.
    assertThat(rules.get(4).alarms().notPassed()).isEqualTo(NIGHTS);
    assertThat(rules.get(4).basis()).isEqualTo(Basis.NOTHING);
    assertThat(rules.get(4).proposed()).isNaN();
    assertThat(rules.get(4).cells().get(0).reason()).contains("item=cold");
  }

  @Test
  void proposalsAreTheErrorTimesTwoQuantiles() {
    List<RuleTolerance> rules = study().rules();
    double needed = (Z + Z_05) * SE;
    for (int rule = 0; rule < 2; rule++) {
      assertThat(rules.get(rule).otherUsers()).isCloseTo(needed, within(0.001));
      assertThat(rules.get(rule).proposed())
          .isGreaterThanOrEqualTo(rules.get(rule).otherUsers())
          .isLessThan(needed + 0.002);
      assertThat(rules.get(rule).basis()).isEqualTo(Basis.OTHER_USERS);
      assertThat(rules.get(rule).decidable()).isNaN();
    }
    // A share of 0.7, and a little more: the baseline's value is uncertain too.
    assertThat(rules.get(2).otherUsers()).isBetween(needed / 0.7 - 0.001, needed / 0.7 * 1.1);
    assertThat(rules.get(3).otherUsers()).isCloseTo(0.7 - needed, within(0.001));
    assertThat(rules.get(3).proposed()).isLessThanOrEqualTo(rules.get(3).otherUsers());
    assertThat(rules.get(3).given()).isEqualTo("floor");
    assertThat(rules.get(0).cells().get(0).low()).isCloseTo(-Z * SE, within(0.001));
    assertThat(rules.get(0).cells().get(0).high()).isCloseTo(Z * SE, within(0.001));
  }

  @Test
  void theProposalPassesOnOtherNightsAsOftenAsItSays() {
    RuleTolerance tolerance = study().rules().get(0);
    Gate proposed =
        new Gate(
            List.of(),
            List.of(margin("gauc", "all", Margin.absolute(tolerance.proposed()))),
            Gate.FirstRun.DID_NOT_RUN);
    Random random = new Random(SEED + 1);
    int open = 0;
    for (int night = 0; night < NIGHTS; night++) {
      open += proposed.judge(night(random)).verdict() == Verdict.PASS ? 0 : 1;
    }
    assertThat(open / (double) NIGHTS).isBetween(0.03, 0.06);
  }

  @Test
  void aPairedIntervalProposesItsOwnMargin() {
    ToleranceStudy study = study();
    double reach = 0.002;
    Cell cell = Cells.value("pq8", "all", "gauc", 0.7, Z * SE);
    study.tonight(
        Evidence.compared(
            RUN,
            List.of(cell),
            new Evidence.Baseline(
                RUN, List.of(Cells.compared(cell, "pq8", 0.004, 0.004 - reach, 0.007))),
            MEASURES));
    RuleTolerance tolerance = study.rules().get(0);
    assertThat(tolerance.decidable()).isCloseTo(reach, within(1e-12));
    assertThat(tolerance.paired()).isCloseTo(reach * (Z + Z_05) / Z, within(1e-9));
    assertThat(tolerance.proposed()).isEqualTo(0.0037);
    assertThat(tolerance.basis()).isEqualTo(Basis.PAIRED);
    assertThat(study.rules().get(1).basis()).isEqualTo(Basis.OTHER_USERS); // no such number tonight
  }

  @Test
  void fewDrawsProposeNothing() {
    Random random = new Random(SEED);
    ToleranceStudy study = new ToleranceStudy(GATE, 0.05, 0.95);
    for (int night = 0; night < 18; night++) {
      study.add(night(random));
    }
    assertThat(study.rules().get(0).proposed()).isNaN();
    study.add(night(random));
    assertThat(study.rules().get(0).proposed()).isPositive();
    Gate counts = new Gate(GATE.counts(), List.of(), Gate.FirstRun.PASSES);
    assertThatThrownBy(() -> new ToleranceStudy(counts, 0.05, 0.95))
        .hasMessageContaining("gate.rules: found none");
    assertThatThrownBy(() -> new ToleranceStudy(GATE, 0, 0.95)).hasMessageContaining("rate is 0");
  }

  @Test
  void theFileHoldsEverythingAndTheYamlReadsAsRules(@TempDir Path folder) {
    ToleranceStudy study = study();
    Tolerances tolerances =
        new Tolerances(
            Tolerances.SCHEMA_VERSION,
            "20261125-0123abcd",
            "d",
            "s",
            1,
            0.05,
            0.95,
            1_000,
            study.gate(),
            study.rules(),
            List.of(
                new LatencyTolerance("pq8", "service_ms", 2, 0.1, -0.2, 0.25, 0.25, null),
                new LatencyTolerance(
                    "exact", "service_ms", 2, 0, Double.NaN, Double.NaN, Double.NaN, "3 users")),
            List.of());
    Path file = folder.resolve(TolerancesFile.FILE_NAME);
    TolerancesFile.write(file, tolerances);
    assertThat(TolerancesFile.read(file)).isEqualTo(tolerances);
    List<String> yaml = ProposedRules.yaml(tolerances);
    assertThat(yaml.get(0)).isEqualTo("  rules:");
    assertThat(yaml.get(1))
        .startsWith("    - {metric: gauc, arms: \"pq8\", slices: \"all\", margin: 0.03");
    assertThat(yaml.get(3)).contains("metric: recall@50").contains(" %}");
    assertThat(yaml.get(4))
        .startsWith("    - {name: \"floor\", metric: gauc")
        .contains("at-least: 0.66");
    assertThat(yaml.get(5)).startsWith("    # - {metric: gauc").contains("no proposal");
    assertThat(yaml.get(6)).startsWith("    - {metric: service_ms, arms: \"pq8\", margin: 0.25}");
    assertThat(yaml.get(7)).isEqualTo("    # service_ms of exact: 3 users");
  }
}
