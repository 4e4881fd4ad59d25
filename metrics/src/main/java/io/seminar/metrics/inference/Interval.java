package io.seminar.metrics.inference;

import java.util.Arrays;

/**
 * A two-sided bootstrap interval by the percentile method.
 *
 * <p>Between the order statistics it interpolates linearly (Hyndman and Fan's type 7). The
 * percentile interval is first-order correct: its coverage is the stated level up to an error of
 * order 1/sqrt(n), and it falls short for few users and skewed statistics. That is why fewer than
 * {@value #FEWEST_USERS} users give no interval at all.
 *
 * <p>Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
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
   * @param replicates (R) NaN: undefined in that replicate; left unchanged
   * @param users how many users the value rests on
   * @param level strictly between 0 and 1, for instance 0.95
   */
  public static Interval percentile(double[] replicates, long users, double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("level must be between 0 and 1, was " + level);
    }
    if (users < FEWEST_USERS) {
      return undefined(users + " users, an interval needs at least " + FEWEST_USERS);
    }
    double tail = (1 - level) / 2;
    // Both ends must lie inside the sample: at least one replicate beyond each.
    int fewest = (int) Math.ceil(1 / tail - 1e-9);
    if (replicates.length < fewest) {
      return undefined(
          replicates.length + " replicates, level " + level + " needs at least " + fewest);
    }
    double[] sorted = replicates.clone();
    Arrays.sort(sorted); // NaN last
    int defined = sorted.length;
    while (defined > 0 && Double.isNaN(sorted[defined - 1])) {
      defined--;
    }
    int undefined = sorted.length - defined;
    if (undefined > LARGEST_UNDEFINED_SHARE * sorted.length) {
      return undefined("undefined in " + undefined + " of " + sorted.length + " replicates");
    }
    return new Interval(quantile(sorted, defined, tail), quantile(sorted, defined, 1 - tail), null);
  }

  private static double quantile(double[] sorted, int n, double probability) {
    double at = (n - 1) * probability;
    int below = (int) Math.floor(at);
    if (below + 1 >= n || sorted[below] == sorted[below + 1]) {
      return sorted[below];
    }
    double share = at - below;
    return sorted[below] * (1 - share) + sorted[below + 1] * share;
  }
}
