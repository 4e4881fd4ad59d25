package io.seminar.metrics.inference;

/**
 * Student's t distribution with any positive number of degrees of freedom, to about 1e-12 relative,
 * the same bits on every machine.
 *
 * <pre>
 * P(|T| >= t) = I_{ν / (ν + t²)}(ν/2, 1/2)
 * </pre>
 *
 * with I the regularised incomplete beta function.
 *
 * <p>Source: Abramowitz and Stegun, 26.7.1; the continued fraction of I is DLMF 8.17.22, evaluated
 * by Lentz's method.
 */
public final class StudentT {
  private static final double HALF_LOG_PI = StrictMath.log(Math.PI) / 2;

  /** Stirling's series from here on; below, the recurrence leads up to it. */
  private static final double STIRLING_FROM = 15;

  private static final int MOST_TERMS = 100_000;
  private static final int MOST_STEPS = 200;

  private StudentT() {}

  /**
   * P(|T| >= |t|): the two-sided p-value of t; NaN for NaN.
   *
   * @param degrees of freedom, {@code > 0}
   */
  public static double twoSided(double t, double degrees) {
    if (!(degrees > 0 && degrees < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "degrees of freedom are " + degrees + ", expected a positive number");
    }
    if (Double.isNaN(t) || Double.isInfinite(t)) {
      return Double.isNaN(t) ? Double.NaN : 0;
    }
    double square = t * t;
    double sum = degrees + square;
    double a = degrees / 2;
    double x = degrees / sum;
    double y = square / sum;
    if (y == 0) {
      return 1;
    }
    double front =
        StrictMath.exp(
            a * (y < .5 ? StrictMath.log1p(-y) : StrictMath.log(x))
                + StrictMath.log(y) / 2
                + logGammaStep(a)
                - HALF_LOG_PI);
    // Either fraction is right; each converges fast on its own side of the mean.
    return x < (a + 1) / (a + 2.5)
        ? front * fraction(x, a, .5) / a
        : 1 - front * fraction(y, .5, a) / .5;
  }

  /**
   * The t with {@code P(|T| <= t) = level}: half the width of a two-sided interval, in standard
   * errors.
   *
   * @param level strictly between 0 and 1
   * @param degrees of freedom, {@code > 0}
   */
  public static double critical(double level, double degrees) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("level must be between 0 and 1, was " + level);
    }
    double tail = 1 - level;
    double scale = StrictMath.exp(logGammaStep(degrees / 2) - HALF_LOG_PI) / Math.sqrt(degrees);
    // The tail is convex and the normal quantile below the root: Newton's method comes from below
    // and never oversteps.
    double t = Normal.quantile(1 - tail / 2);
    for (int step = 0; step < MOST_STEPS; step++) {
      double density =
          2 * scale * StrictMath.exp(-(degrees + 1) / 2 * StrictMath.log1p(t * t / degrees));
      double next = t + (twoSided(t, degrees) - tail) / density;
      if (!(next > t * (1 + 1e-15))) {
        return t;
      }
      t = next;
    }
    return t;
  }

  /** {@code 1 / (1 + d_1 / (1 + d_2 / (1 + …)))} of the incomplete beta function. */
  private static double fraction(double x, double a, double b) {
    double tiny = 1e-300; // in place of a zero denominator
    double c = 1;
    double d = 0;
    double f = 1;
    for (int j = 1; j < MOST_TERMS; j++) {
      int m = j / 2;
      double term =
          (j & 1) == 0
              ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
              : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 + term * d;
      d = 1 / (d == 0 ? tiny : d);
      c = 1 + term / c;
      c = c == 0 ? tiny : c;
      f *= c * d;
      if (Math.abs(c * d - 1) < 1e-15) {
        break;
      }
    }
    return 1 / f;
  }

  /**
   * {@code ln Γ(a + 1/2) - ln Γ(a)}, {@code a > 0}: Stirling's series of both, subtracted term by
   * term, since the two logarithms are large and nearly equal.
   */
  private static double logGammaStep(double a) {
    double product = 1;
    double z = a;
    while (z < STIRLING_FROM) {
      product *= z / (z + .5);
      z++;
    }
    return z * StrictMath.log1p(.5 / z)
        + StrictMath.log(z) / 2
        - .5
        + stirling(z + .5)
        - stirling(z)
        + StrictMath.log(product);
  }

  /** What Stirling's series adds to {@code (z - 1/2) ln z - z + ln(2π)/2}. */
  private static double stirling(double z) {
    double w = 1 / (z * z);
    return (1. / 12 - w * (1. / 360 - w * (1. / 1260 - w * (1. / 1680 - w / 1188)))) / z;
  }
}
