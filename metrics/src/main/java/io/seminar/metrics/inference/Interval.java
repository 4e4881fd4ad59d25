package io.seminar.metrics.inference;

import java.util.Arrays;

/**
 * A two-sided interval for a metric: by percentiles of the bootstrap, by the same corrected for
 * bias and skewness, or by the jackknife. Whatever method is asked for gives its own interval or
 * none, with the reason; none stands in for another.
 *
 * <p>All of them hold in large samples and fall short in small ones: fewer than {@value
 * #FEWEST_USERS} users give no interval at all.
 *
 * @param low lower end; NaN if there is no interval
 * @param high upper end; NaN if there is no interval
 * @param reason why there is none; null exactly when there is one
 */
public record Interval(double low, double high, String reason) {
  /** With fewer users than this there is no interval. */
  public static final int FEWEST_USERS = 10;

  /**
   * If more than this share of the replicates is undefined there is no interval; below it they are
   * left out.
   */
  public static final double LARGEST_UNDEFINED_SHARE = 0.05;

  /** No interval, because of {@code reason}. */
  public static Interval undefined(String reason) {
    return new Interval(Double.NaN, Double.NaN, reason);
  }

  public boolean isDefined() {
    return reason == null;
  }

  /**
   * The interval that leaves {@code (1 - level) / 2} of the replicates on either side.
   *
   * <p>Between the order statistics it interpolates linearly (Hyndman and Fan's type 7). The
   * percentile interval is first-order correct: its coverage is the stated level up to an error of
   * order 1/sqrt(n), and it falls short for few users and skewed statistics.
   *
   * <p>Source: Efron and Tibshirani, "An introduction to the bootstrap", 1993, chapter 13.
   *
   * @param replicates (R) NaN: undefined in that replicate; left unchanged
   * @param users how many users the value rests on
   * @param level strictly between 0 and 1, for instance 0.95
   */
  public static Interval percentile(double[] replicates, long users, double level) {
    double tail = tail(level);
    Draws draws = Draws.of(replicates, users, tail);
    return draws.reason == null
        ? new Interval(draws.quantile(tail), draws.quantile(1 - tail), null)
        : undefined(draws.reason);
  }

  /**
   * The bias-corrected and accelerated interval: percentiles of the replicates at
   *
   * <pre>
   * Φ( z0 + (z0 + z) / (1 - a (z0 + z)) )       z = Φ⁻¹(tail) and Φ⁻¹(1 - tail)
   * z0 = Φ⁻¹( share of the replicates below the value, ties half )
   * a  = acceleration, from the jackknife groups (see {@link Jackknife})
   * </pre>
   *
   * in place of the plain tails. Its coverage errs by 1/n where the percentile interval's errs by
   * 1/sqrt(n), and it moves along when the metric is transformed. Without bias and skewness it is
   * the percentile interval.
   *
   * <p>There is none if a corrected tail lies beyond the replicates, fewer than one of them outside
   * an end: what is needed then is more replicates.
   *
   * <p>Source: Efron, "Better bootstrap confidence intervals", 1987; Efron and Tibshirani, 1993,
   * equations 14.9 to 14.15. Acceleration from groups instead of single users has the same
   * expectation: the skewness of a group's mean is less by the root of the group's size, and there
   * are as many times fewer groups.
   *
   * @param value of all users
   * @param replicates (R) NaN: undefined in that replicate; left unchanged
   * @param deleted (G) the metric without each jackknife group
   * @param users how many users the value rests on
   * @param level strictly between 0 and 1
   */
  public static Interval bca(
      double value, double[] replicates, double[] deleted, long users, double level) {
    double tail = tail(level);
    Draws draws = Draws.of(replicates, users, tail);
    String reason = draws.reason == null ? Jackknife.whyNot(deleted, users) : draws.reason;
    if (reason != null) {
      return undefined(reason);
    }
    if (draws.areAll(value)) {
      return new Interval(value, value, null); // nothing varies, so nothing needs correcting
    }
    double acceleration = Jackknife.acceleration(deleted);
    if (Double.isNaN(acceleration)) {
      return undefined("the values without each jackknife group do not vary");
    }
    double share = draws.shareBelow(value);
    if (share == 0 || share == 1) {
      return undefined(
          "all replicates lie on one side of the value " + value + ": no bias can be told");
    }
    double bias = Normal.quantile(share);
    double low = corrected(bias, acceleration, Normal.quantile(tail));
    double high = corrected(bias, acceleration, Normal.quantile(1 - tail));
    if (!(low * draws.defined >= 1 && (1 - high) * draws.defined >= 1)) { // NaN too
      return undefined(
          "the tails corrected for bias and acceleration, "
              + low
              + " and "
              + high
              + ", lie beyond "
              + draws.defined
              + " replicates");
    }
    return new Interval(draws.quantile(low), draws.quantile(high), null);
  }

  /**
   * {@code value ± t se} by the delete-a-group jackknife, t from Student's distribution (see {@link
   * Jackknife} for se and its degrees of freedom). It may reach beyond a metric's range.
   *
   * @param value of all users
   * @param deleted (G) the metric without each group
   * @param users how many users the value rests on
   * @param level strictly between 0 and 1
   */
  public static Interval jackknife(double value, double[] deleted, long users, double level) {
    tail(level); // checked
    String reason = Jackknife.whyNot(deleted, users);
    if (reason != null) {
      return undefined(reason);
    }
    double half =
        StudentT.critical(level, Jackknife.degreesOfFreedom(deleted.length, users))
            * Jackknife.standardError(value, deleted);
    return new Interval(value - half, value + half, null);
  }

  /**
   * {@code value ± z se}, z from the normal distribution.
   *
   * @param standardError {@code >= 0}
   * @param users how many users the value rests on
   * @param level strictly between 0 and 1
   */
  static Interval normal(double value, double standardError, long users, double level) {
    double tail = tail(level);
    if (users < FEWEST_USERS) {
      return undefined(tooFew(users));
    }
    double half = Normal.quantile(1 - tail) * standardError;
    return new Interval(value - half, value + half, null);
  }

  static String tooFew(long users) {
    return users + " users, an interval needs at least " + FEWEST_USERS;
  }

  /** NaN where the acceleration is too large for a corrected tail to exist. */
  private static double corrected(double bias, double acceleration, double z) {
    double shifted = bias + z;
    double stretch = 1 - acceleration * shifted;
    return stretch > 0 ? Normal.cdf(bias + shifted / stretch) : Double.NaN;
  }

  private static double tail(double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("level must be between 0 and 1, was " + level);
    }
    return (1 - level) / 2;
  }

  /**
   * Replicates in order.
   *
   * @param sorted those that are defined come first
   * @param reason why there are too few of them; null if there are enough
   */
  private record Draws(double[] sorted, int defined, String reason) {
    static Draws of(double[] replicates, long users, double tail) {
      double[] sorted = replicates.clone();
      Arrays.sort(sorted); // NaN last
      int defined = sorted.length;
      while (defined > 0 && Double.isNaN(sorted[defined - 1])) {
        defined--;
      }
      return new Draws(sorted, defined, whyTooFew(sorted.length, defined, users, tail));
    }

    private static String whyTooFew(int replicates, int defined, long users, double tail) {
      if (users < FEWEST_USERS) {
        return tooFew(users);
      }
      // Both ends must lie inside the sample: at least one replicate beyond each.
      int fewest = (int) Math.ceil(1 / tail - 1e-9);
      if (replicates < fewest) {
        double level = 1 - 2 * tail;
        return replicates + " replicates, level " + level + " needs at least " + fewest;
      }
      int undefined = replicates - defined;
      return undefined > LARGEST_UNDEFINED_SHARE * replicates
          ? "undefined in " + undefined + " of " + replicates + " replicates"
          : null;
    }

    boolean areAll(double value) {
      return sorted[0] == value && sorted[defined - 1] == value;
    }

    double shareBelow(double value) {
      double below = 0;
      for (int r = 0; r < defined; r++) {
        below += sorted[r] < value ? 1 : sorted[r] == value ? .5 : 0;
      }
      return below / defined;
    }

    double quantile(double probability) {
      double at = (defined - 1) * probability;
      int below = (int) Math.floor(at);
      if (below + 1 >= defined || sorted[below] == sorted[below + 1]) {
        return sorted[below];
      }
      double share = at - below;
      return sorted[below] * (1 - share) + sorted[below + 1] * share;
    }
  }
}
