package io.seminar.reports.gate;

import java.util.Objects;

/**
 * What a rule came to, for one arm in one slice.
 *
 * @param rule name of the rule
 * @param kind what the number says something about
 * @param metric key of the metric; of a count, its key
 * @param arm name of the arm, or the pattern where nothing matched it; empty for a count
 * @param slice name of the slice, likewise
 * @param against what it was compared with: an arm, or {@link NonInferiority#BASELINE_RUN}; null
 *     where the number itself was judged
 * @param verdict what it came to
 * @param formula what had to hold
 * @param bound which side of the limit is the good one; null where the metric is not known
 * @param measured the metric itself; of a count, the count; NaN where it is not defined
 * @param tested what the formula tests: the metric, the difference, its share of the baseline's
 *     value, or how much further from 1 it is; NaN where it is not defined
 * @param low lower end of its interval; NaN where there is none
 * @param high upper end
 * @param limit the limit of it; NaN where the metric is not known
 * @param smallestMargin the smallest margin that an interval this wide decides where there is no
 *     difference: how far it reaches from the value towards the limit; NaN where there is none
 * @param tightestLimit the tightest limit that this interval keeps as a whole; NaN where there is
 *     none
 * @param n units that the value rests on
 * @param users users among them
 * @param p two-sided p-value of no difference; NaN where there was no test
 * @param pHolm the same, adjusted for the tests beside it
 * @param reason why it was not judged; of a rule that passed unseen, why it did; null otherwise
 */
public record Finding(
    String rule,
    Measure.Kind kind,
    String metric,
    String arm,
    String slice,
    String against,
    Verdict verdict,
    String formula,
    Bound bound,
    double measured,
    double tested,
    double low,
    double high,
    double limit,
    double smallestMargin,
    double tightestLimit,
    long n,
    long users,
    double p,
    double pHolm,
    String reason) {
  public Finding {
    Objects.requireNonNull(rule, "findings.rule");
    Objects.requireNonNull(kind, "findings.kind");
    Objects.requireNonNull(metric, "findings.metric");
    Objects.requireNonNull(arm, "findings.arm");
    Objects.requireNonNull(slice, "findings.slice");
    Objects.requireNonNull(verdict, "findings.verdict");
    Objects.requireNonNull(formula, "findings.formula");
    if (verdict == Verdict.DID_NOT_RUN && reason == null) {
      throw new IllegalArgumentException(rule + ": found no reason why it did not run");
    }
    if (verdict != Verdict.DID_NOT_RUN && Double.isNaN(tested) && reason == null) {
      throw new IllegalArgumentException(
          rule + ": found " + verdict + " of a number that is not defined, expected DID_NOT_RUN");
    }
  }

  /** Whether it passed without anything to judge by: on a first run that may pass. */
  public boolean unseen() {
    return verdict == Verdict.PASS && Double.isNaN(tested);
  }

  /** Where it was found: {@code auc of pq@16 in item=cold}, or what was counted. */
  public String where() {
    if (kind == Measure.Kind.COUNT) {
      return metric;
    }
    return metric + " of " + arm + (slice.equals(Terms.ALL) ? "" : " in " + slice);
  }
}
