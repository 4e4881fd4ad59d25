package io.seminar.pipelines.nightly.faults;

import io.seminar.reports.text.Numbers;

/**
 * How often something happened.
 *
 * <p>The interval is Wilson's score interval of 95 %: it is there and within [0, 1] for none and
 * for all too. Source: E. B. Wilson, "Probable inference, the law of succession, and statistical
 * inference", JASA 22, 1927; recommended for few trials by Brown, Cai and DasGupta, "Interval
 * estimation for a binomial proportion", Statistical Science 16, 2001.
 *
 * @param times that it did, 0 to {@code trials}
 * @param trials at least 1
 */
public record Rate(int times, int trials) {
  private static final double Z = 1.959963984540054; // 97.5 % of the standard normal are below

  public Rate {
    if (trials < 1 || times < 0 || times > trials) {
      throw new IllegalArgumentException(
          times + " times in " + trials + " trials: expected 0 to as many as there are");
    }
  }

  /** The share. */
  public double share() {
    return (double) times / trials;
  }

  /** Lower end of the interval. */
  public double low() {
    return times == 0 ? 0 : centre() - reach();
  }

  /** Upper end. */
  public double high() {
    return times == trials ? 1 : centre() + reach();
  }

  private double centre() {
    return (times + Z * Z / 2) / (trials + Z * Z);
  }

  private double reach() {
    double p = share();
    return Z / (trials + Z * Z) * Math.sqrt(trials * p * (1 - p) + Z * Z / 4);
  }

  @Override
  public String toString() {
    return times
        + "/"
        + trials
        + " ("
        + Numbers.percent(low())
        + " to "
        + Numbers.percent(high())
        + ")";
  }
}
