package io.seminar.metrics.inference;

/**
 * What a comparison can and cannot see, from the standard error of a paired difference.
 *
 * <pre>
 * smallest detectable difference   δ = (z_{(1+level)/2} + z_power) se
 * users needed for a difference δ  n' = n ((z_{(1+level)/2} + z_power) se / δ)²
 * </pre>
 *
 * A two-sided test at {@code 1 - level} finds a true difference of δ with probability {@code power}
 * (the chance of finding it with the wrong sign, below 1e-4 for any power above a half, is not
 * counted). The standard error is that of n users and falls as {@code 1/sqrt(n)}: more users of the
 * same kind, each with as many impressions.
 *
 * <p>Source: Bloom, "Minimum detectable effects", 1995.
 *
 * @param level of the interval or 1 minus that of the test, strictly between 0 and 1, for instance
 *     0.95
 * @param power strictly between 0 and 1, for instance 0.8
 */
public record Power(double level, double power) {
  public Power {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("level must be between 0 and 1, was " + level);
    }
    if (!(power > 0 && power < 1)) {
      throw new IllegalArgumentException("power must be between 0 and 1, was " + power);
    }
  }

  /**
   * The smallest difference that is found with this power, in units of the metric; NaN where the
   * standard error is.
   *
   * @param standardError of the paired difference, {@code >= 0}
   */
  public double detectable(double standardError) {
    if (standardError < 0) {
      throw new IllegalArgumentException(
          "standard error is " + standardError + ", expected 0 or more");
    }
    return standardErrors() * standardError;
  }

  /**
   * How many users it takes to find {@code difference} with this power, rounded up.
   *
   * @param difference wished, in units of the metric, {@code > 0}
   * @param standardError of the paired difference at hand, {@code >= 0}
   * @param users that it rests on, {@code >= 1}
   */
  public long usersNeeded(double difference, double standardError, long users) {
    if (!(difference > 0)) {
      throw new IllegalArgumentException("difference is " + difference + ", expected more than 0");
    }
    if (!(standardError >= 0)) {
      throw new IllegalArgumentException(
          "standard error is " + standardError + ", expected 0 or more");
    }
    if (users < 1) {
      throw new IllegalArgumentException("users are " + users + ", expected at least 1");
    }
    double ratio = detectable(standardError) / difference;
    return (long) Math.ceil(users * ratio * ratio);
  }

  private double standardErrors() {
    return Normal.quantile((1 + level) / 2) + Normal.quantile(power);
  }
}
