package io.seminar.metrics.inference;

/**
 * The delete-a-group jackknife: G groups of users, and the metric G times, each time without one of
 * them. It costs G weighted sums where a bootstrap costs hundreds.
 *
 * <pre>
 * standard error   se² = (G - 1)/G Σ_g (θ_(g) - θ)²
 * degrees          1 / (1/G + 1/n) - 1                             n users
 * acceleration     a = Σ_g d_g³ / (6 (Σ_g d_g²)^(3/2))             d_g = mean of the θ_(g) - θ_(g)
 * </pre>
 *
 * θ is the metric of all users, θ_(g) without group g. It is for smooth functions of sums, which
 * all metrics here are; for a median it would be wrong.
 *
 * <p>The degrees of freedom are those by which the noise of se² itself widens an interval. Groups
 * of equal size have G - 1 of them. Groups by hash have multinomial sizes; then the variance of se²
 * over normal users is that of {@code G n / (G + n)} squares (Satterthwaite's rule), which is G - 1
 * after the mean's one for many users a group, and n - 1 for far fewer users than groups, where a
 * group is a user or empty.
 *
 * <p>Source: Kott, "Using the delete-a-group jackknife variance estimator in practice", 1998; Efron
 * and Tibshirani, "An introduction to the bootstrap", 1993, chapters 11 and 14.3 (equation 14.15);
 * Satterthwaite, "An approximate distribution of estimates of variance components", 1946.
 */
public final class Jackknife {
  private Jackknife() {}

  /**
   * Standard error of {@code value}; NaN with fewer than two groups or where a value is NaN.
   *
   * @param value of all users
   * @param deleted (G) without each group
   */
  public static double standardError(double value, double[] deleted) {
    int groups = deleted.length;
    if (groups < 2) {
      return Double.NaN;
    }
    double squares = 0;
    for (double without : deleted) {
      squares += (without - value) * (without - value);
    }
    return Math.sqrt(squares * (groups - 1) / groups);
  }

  /** Degrees of freedom of that standard error. */
  public static double degreesOfFreedom(int groups, long users) {
    return 1 / (1.0 / groups + 1.0 / users) - 1;
  }

  /** Acceleration for {@link Interval#bca}; NaN where the values do not vary or are NaN. */
  static double acceleration(double[] deleted) {
    double mean = 0;
    for (double without : deleted) {
      mean += without / deleted.length;
    }
    double squares = 0;
    double cubes = 0;
    for (double without : deleted) {
      double d = mean - without;
      squares += d * d;
      cubes += d * d * d;
    }
    return cubes / (6 * squares * Math.sqrt(squares));
  }

  /**
   * Why no interval or test can be made of these values: too few users, too few groups, or the
   * metric undefined without one of them; null if it can.
   */
  public static String whyNot(double[] deleted, long users) {
    if (users < Interval.FEWEST_USERS) {
      return Interval.tooFew(users);
    }
    if (deleted.length < 2) {
      return deleted.length + " jackknife groups, at least 2 are needed";
    }
    int undefined = 0;
    for (double without : deleted) {
      undefined += Double.isNaN(without) ? 1 : 0;
    }
    return undefined == 0
        ? null
        : "undefined without " + undefined + " of " + deleted.length + " jackknife groups";
  }
}
