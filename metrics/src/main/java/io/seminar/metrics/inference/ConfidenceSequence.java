package io.seminar.metrics.inference;

/**
 * An interval for a mean that is watched night after night, valid on all nights together: with
 * probability {@code level} it holds on every night, however long one watches and whenever one
 * stops. A plain 95 % interval does not: looked at every night, one mean in three leaves it within
 * 100 nights.
 *
 * <p>After t nights with estimates x_i and standard errors s_i, each night's error independent of
 * the others' (other users, or another log: the same log replayed again has the same error again),
 *
 * <pre>
 * x̄_t ± 1/t sqrt( (V_t + 1/ρ²) (ln(1 + ρ² V_t) + 2 ln(1/α)) )       V_t = Σ s_i²,  α = 1 - level
 * </pre>
 *
 * contains the mean of the first t nights' true values; they need not be the same every night.
 * Robbins' mixture of normal alternatives, {@code λ ~ N(0, ρ²)}, makes a martingale of the errors'
 * sum, and Ville's inequality bounds it for ever.
 *
 * <p>ρ decides on which night the interval is tightest, not whether it is valid. It is taken so
 * that the width is least after {@code tightestAt} nights like the first one: {@code ρ² V = c} with
 * {@code c = ln(1 + c) + 2 ln(1/α)}. There the interval is about 1.5 times as wide as one for that
 * night alone.
 *
 * <p>The nights are not weighted by their precision: a night's standard error goes with its
 * estimate (a click rate that happens to be low has the smaller one), and such weights would shift
 * the mean by an amount that no number of nights makes smaller.
 *
 * <p>Source: Robbins, "Statistical methods related to the law of the iterated logarithm", 1970;
 * Howard et al., "Time-uniform, nonparametric, nonasymptotic confidence sequences", 2021;
 * Waudby-Smith et al., "Time-uniform central limit theory and asymptotic confidence sequences",
 * 2024, for estimated standard errors and means that change.
 */
public final class ConfidenceSequence {
  private final double logOfError; // 2 ln(1/α)
  private final double tightest; // ρ² times the variance of one night

  private int nights;
  private double sum;
  private double variance; // V
  private double mixture; // ρ²; 0 before there is a night with a positive standard error

  /**
   * @param level strictly between 0 and 1, for instance 0.95
   * @param tightestAt after how many nights the interval should be tightest, {@code >= 1}
   */
  public ConfidenceSequence(double level, int tightestAt) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("level must be between 0 and 1, was " + level);
    }
    if (tightestAt < 1) {
      throw new IllegalArgumentException("tightestAt must be at least 1, was " + tightestAt);
    }
    logOfError = -2 * StrictMath.log(1 - level);
    double c = logOfError;
    for (int step = 0; step < 100; step++) { // a contraction: its slope is 1 / (1 + c)
      c = logOfError + StrictMath.log1p(c);
    }
    tightest = c / tightestAt;
  }

  /**
   * Adds a night. A night without a value is not added.
   *
   * @param estimate of that night
   * @param standardError of the estimate, {@code >= 0}
   */
  public void add(double estimate, double standardError) {
    if (Double.isNaN(estimate) || Double.isInfinite(estimate)) {
      throw new IllegalArgumentException("estimate is " + estimate + ", expected a number");
    }
    if (!(standardError >= 0 && standardError < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "standard error is " + standardError + ", expected 0 or more");
    }
    nights++;
    sum += estimate;
    variance += standardError * standardError;
    if (mixture == 0 && variance > 0) {
      mixture = tightest / variance; // fixed from here on: it must not follow the estimates
    }
  }

  /** How many nights have been added. */
  public int nights() {
    return nights;
  }

  /** Mean of the estimates; NaN before the first night. */
  public double mean() {
    return sum / nights;
  }

  /** The interval after the nights that have been added. */
  public Interval interval() {
    if (nights == 0) {
      return Interval.undefined("no night");
    }
    if (mixture == 0) {
      return Interval.undefined("the standard error of every night is 0");
    }
    double half =
        Math.sqrt((variance + 1 / mixture) * (StrictMath.log1p(mixture * variance) + logOfError))
            / nights;
    return new Interval(mean() - half, mean() + half, null);
  }
}
