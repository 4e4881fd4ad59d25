package io.seminar.reports.gate;

import io.seminar.metrics.inference.Interval;
import io.seminar.metrics.inference.Power;
import io.seminar.metrics.inference.Proportion;
import io.seminar.reports.gate.Tolerances.Alarms;
import io.seminar.reports.gate.Tolerances.Basis;
import io.seminar.reports.gate.Tolerances.CellTolerance;
import io.seminar.reports.gate.Tolerances.RuleTolerance;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Learns how wide a gate's rules have to be from what the same gate says of systems that have not
 * changed. Every report that is added is one draw of such a night.
 *
 * <p><b>Proposals from other users.</b> In every draw a rule needs some limit to pass: the tightest
 * that all of its intervals keep. With S draws the {@code ceil((1 − rate)(S + 1))}-th smallest need
 * is met by another such draw with probability {@code 1 − rate} at least (the order statistic of
 * exchangeable draws). That is about a whole rule, however many arms and slices it matches; over
 * several rules the rates add up at most.
 *
 * <p><b>Proposals from a paired interval.</b> Where candidate and baseline are replayed on the same
 * users, what decides is the error of their paired difference. An interval that reaches {@code r =
 * z_{(1+level)/2} se} towards the limit passes an unchanged system with probability 1 − rate where
 * the margin is {@code (z_{(1+level)/2} + z_{1−rate}) se}; with a margin of r itself every other
 * unchanged night ends in not enough evidence.
 *
 * <p>Source: order statistics as in Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random
 * World", 2005; margins and power as in {@link Power}.
 */
public final class ToleranceStudy {
  /** Of a margin, which is as large as the noise; a limit is as large as the metric. */
  private static final int DIGITS_OF_MARGIN = 2;

  private static final int DIGITS_OF_LIMIT = 4;

  private final Gate gate;
  private final double rate;
  private final double level;
  private final List<GateReport> draws = new ArrayList<>();
  private GateReport tonight;

  /**
   * Begins a study.
   *
   * @param gate whose rules are studied; its counts are not
   * @param rate of not passing that is asked for, strictly between 0 and 1
   * @param level of the gate's intervals
   * @throws IllegalArgumentException if the gate has no rule about a metric, or the rate is none
   */
  public ToleranceStudy(Gate gate, double rate, double level) {
    if (gate.rules().isEmpty()) {
      throw new IllegalArgumentException(
          "gate.rules: found none, expected rules whose tolerances are to be learnt");
    }
    if (!(rate > 0 && rate < 1)) {
      throw new IllegalArgumentException("rate is " + rate + ", expected between 0 and 1");
    }
    this.gate = new Gate(List.of(), gate.rules(), gate.firstRun());
    this.rate = rate;
    this.level = level;
  }

  /** Adds what the gate makes of an unchanged night. */
  public void add(Evidence unchanged) {
    draws.add(gate.judge(unchanged));
  }

  /** Says what tonight's candidate and baseline look like, for the error of their difference. */
  public void tonight(Evidence evidence) {
    tonight = gate.judge(evidence);
  }

  /** How often the whole gate would have alarmed. */
  public Alarms gate() {
    return alarms(draws.stream().map(GateReport::verdict).toList());
  }

  /** What every rule needs, in the order of the gate. */
  public List<RuleTolerance> rules() {
    List<RuleTolerance> tolerances = new ArrayList<>();
    for (Rule rule : gate.rules()) {
      tolerances.add(tolerance(rule));
    }
    return tolerances;
  }

  private RuleTolerance tolerance(Rule rule) {
    List<List<Finding>> found = new ArrayList<>();
    draws.forEach(draw -> found.add(of(rule, draw)));
    Bound bound =
        found.stream()
            .flatMap(List::stream)
            .map(Finding::bound)
            .filter(b -> b != null)
            .findFirst()
            .orElse(null);
    double[] needs = found.stream().mapToDouble(findings -> need(findings, bound)).toArray();
    double other = quantile(needs);
    double decidable = Double.NaN;
    if (tonight != null && rule instanceof NonInferiority) {
      decidable = widest(of(rule, tonight));
    }
    double paired = decidable * factor();
    double proposed = other;
    Basis basis = Double.isNaN(other) ? Basis.NOTHING : Basis.OTHER_USERS;
    // A paired error of 0 is that of an arm that both systems have: it says nothing of a change.
    if (rule instanceof NonInferiority n && paired > 0) {
      // The same arm on the same users differs by the paired error alone; another arm is also off
      // by whatever the two arms differ by.
      if (n.against() == null || !(other > paired)) {
        proposed = paired;
        basis = Basis.PAIRED;
      }
    }
    boolean lowest = bound == Bound.AT_LEAST;
    boolean limit = rule instanceof ValueLimit;
    if (!limit && !(proposed > 0)) {
      proposed = Double.NaN; // no margin is 0 or below
      basis = Basis.NOTHING;
    }
    return new RuleTolerance(
        rule.name(),
        rule.name().equals(named(rule)) ? null : rule.name(),
        rule.scope().metric(),
        rule.scope().arms(),
        rule.scope().slices(),
        limit
            ? null
            : ((NonInferiority) rule).against() == null
                ? NonInferiority.BASELINE_RUN
                : ((NonInferiority) rule).against(),
        bound,
        rule instanceof NonInferiority n && n.margin().relative(),
        limit ? ((ValueLimit) rule).limit() : ((NonInferiority) rule).margin().size(),
        alarms(found.stream().map(findings -> verdict(findings)).toList()),
        limit && lowest ? -other : other,
        decidable,
        paired,
        limit ? (lowest ? -1 : 1) * looser(proposed, DIGITS_OF_LIMIT) : roundedMargin(proposed),
        basis,
        cells(found));
  }

  /** What the rule would be called without a name of its own. */
  private static String named(Rule rule) {
    return rule instanceof ValueLimit limit
        ? new ValueLimit(null, limit.scope(), limit.bound(), limit.limit()).name()
        : new NonInferiority(
                null,
                rule.scope(),
                ((NonInferiority) rule).against(),
                ((NonInferiority) rule).margin())
            .name();
  }

  private static List<Finding> of(Rule rule, GateReport report) {
    return report.findings().stream().filter(f -> f.rule().equals(rule.name())).toList();
  }

  private static Verdict verdict(List<Finding> findings) {
    return Verdict.of(findings.stream().map(Finding::verdict).toList());
  }

  /**
   * The tightest limit that all numbers of a draw keep, as a number of which more is looser; NaN if
   * one of them could not be judged.
   */
  private static double need(List<Finding> findings, Bound bound) {
    double need = Double.NEGATIVE_INFINITY;
    for (Finding finding : findings) {
      if (finding.reason() != null) {
        return Double.NaN;
      }
      double tightest = finding.tightestLimit();
      need = Math.max(need, bound == Bound.AT_LEAST ? -tightest : tightest);
    }
    return need;
  }

  /** A draw that could not be judged needs more than any limit. */
  private double quantile(double[] needs) {
    double[] sorted = needs.clone();
    Arrays.sort(sorted); // NaN last
    int rank = (int) Math.ceil((1 - rate) * (sorted.length + 1));
    return rank > sorted.length ? Double.NaN : sorted[rank - 1];
  }

  private static double widest(List<Finding> findings) {
    double widest = Double.NaN;
    for (Finding finding : findings) {
      if (finding.reason() != null) {
        return Double.NaN;
      }
      widest =
          Double.isNaN(widest)
              ? finding.smallestMargin()
              : Math.max(widest, finding.smallestMargin());
    }
    return widest;
  }

  /** (z_{(1+level)/2} + z_{1−rate}) / z_{(1+level)/2}. */
  private double factor() {
    return new Power(level, 1 - rate).detectable(1) / new Power(level, 0.5).detectable(1);
  }

  /** A margin that a rule may have: rounded up to two digits. */
  public static double roundedMargin(double margin) {
    return looser(margin, DIGITS_OF_MARGIN);
  }

  private static double looser(double number, int digits) {
    return Double.isFinite(number)
        ? BigDecimal.valueOf(number)
            .round(new MathContext(digits, RoundingMode.CEILING))
            .doubleValue()
        : number;
  }

  private Alarms alarms(List<Verdict> verdicts) {
    int failed = (int) verdicts.stream().filter(v -> v == Verdict.FAIL).count();
    int notPassed = (int) verdicts.stream().filter(v -> v != Verdict.PASS).count();
    Interval fail = Proportion.wilson(failed, verdicts.size(), level);
    Interval open = Proportion.wilson(notPassed, verdicts.size(), level);
    return new Alarms(
        verdicts.size(), failed, fail.low(), fail.high(), notPassed, open.low(), open.high());
  }

  private List<CellTolerance> cells(List<List<Finding>> draws) {
    record Place(String arm, String slice) {}
    Map<Place, List<Finding>> places = new LinkedHashMap<>();
    for (List<Finding> findings : draws) {
      for (Finding finding : findings) {
        places
            .computeIfAbsent(new Place(finding.arm(), finding.slice()), place -> new ArrayList<>())
            .add(finding);
      }
    }
    List<CellTolerance> cells = new ArrayList<>();
    places.forEach(
        (place, findings) -> {
          double[] tested =
              findings.stream()
                  .filter(f -> f.reason() == null)
                  .mapToDouble(Finding::tested)
                  .sorted()
                  .toArray();
          Finding first = findings.get(0);
          cells.add(
              new CellTolerance(
                  place.arm(),
                  place.slice(),
                  tested.length,
                  at(tested, 0.5),
                  at(tested, (1 - level) / 2),
                  at(tested, (1 + level) / 2),
                  first.limit(),
                  tested.length > 0 ? null : first.reason()));
        });
    return cells;
  }

  /** A quantile of sorted numbers, between neighbours by their distance; NaN of none. */
  private static double at(double[] sorted, double share) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
