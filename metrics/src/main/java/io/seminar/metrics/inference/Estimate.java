package io.seminar.metrics.inference;

/**
 * A value together with what it would be under other draws of users.
 *
 * @param value what was measured
 * @param replicates (R) the same metric under the weights of each bootstrap replicate; NaN where
 *     the draw leaves it undefined
 * @param deleted (G) the same metric without each group of the jackknife; NaN where it is undefined
 *     then
 */
public record Estimate(Value value, double[] replicates, double[] deleted) {

  /**
   * The interval at {@code level}, for instance 0.95; none, with the reason, where the value is
   * undefined or the method lacks what it needs.
   */
  public Interval interval(IntervalMethod method, double level) {
    if (!value.isDefined()) {
      return Interval.undefined(value.reason());
    }
    return switch (method) {
      case PERCENTILE -> Interval.percentile(replicates, value.users(), level);
      case BCA -> Interval.bca(value.value(), replicates, deleted, value.users(), level);
      case JACKKNIFE -> Interval.jackknife(value.value(), deleted, value.users(), level);
    };
  }

  /**
   * Standard error of the value over draws of users: the standard deviation of the replicates, or,
   * if there are more groups than replicates, the jackknife's. Of R numbers it is known to {@code
   * 1/sqrt(2R)} of itself, which is why the more numerous ones are asked.
   *
   * @return NaN where the value is undefined, rests on fewer than {@value Interval#FEWEST_USERS}
   *     users, or more than {@value Interval#LARGEST_UNDEFINED_SHARE} of the replicates, or any
   *     value without a group, are undefined: the reason is the interval's
   */
  public double standardError() {
    if (!value.isDefined() || value.users() < Interval.FEWEST_USERS) {
      return Double.NaN;
    }
    return replicates.length >= deleted.length
        ? deviation()
        : Jackknife.standardError(value.value(), deleted);
  }

  private double deviation() {
    double mean = 0;
    double squares = 0; // of deviations from the mean, by Welford's recurrence
    int defined = 0;
    for (double replicate : replicates) {
      if (!Double.isNaN(replicate)) {
        double deviation = replicate - mean;
        defined++;
        mean += deviation / defined;
        squares += deviation * (replicate - mean);
      }
    }
    int undefined = replicates.length - defined;
    return defined < 2 || undefined > Interval.LARGEST_UNDEFINED_SHARE * replicates.length
        ? Double.NaN
        : Math.sqrt(squares / (defined - 1));
  }

  /**
   * This minus {@code baseline}, paired: both were computed under the same weights, so replicate
   * {@code r} of the difference is the difference of the two replicates {@code r}, likewise without
   * group {@code g}, and what the two have in common cancels.
   *
   * <p>The difference is undefined where either side is. Its n and users are those of the smaller
   * side, its left-out counts those of the larger one: it is never said to rest on more than both
   * rest on.
   *
   * @throws IllegalArgumentException if the numbers of replicates or groups differ: they cannot
   *     stem from the same weights then
   */
  public Estimate minus(Estimate baseline) {
    if (replicates.length != baseline.replicates.length) {
      throw new IllegalArgumentException(
          "cannot pair " + replicates.length + " replicates with " + baseline.replicates.length);
    }
    if (deleted.length != baseline.deleted.length) {
      throw new IllegalArgumentException(
          "cannot pair " + deleted.length + " groups with " + baseline.deleted.length);
    }
    Value other = baseline.value;
    String reason = value.reason();
    if (reason == null && other.reason() != null) {
      reason = "undefined for the baseline: " + other.reason();
    }
    return new Estimate(
        new Value(
            reason == null ? value.value() - other.value() : Double.NaN,
            reason,
            Math.min(value.n(), other.n()),
            Math.min(value.users(), other.users()),
            Math.max(value.leftOutUsers(), other.leftOutUsers()),
            Math.max(value.leftOut(), other.leftOut())),
        differences(replicates, baseline.replicates),
        differences(deleted, baseline.deleted));
  }

  private static double[] differences(double[] ours, double[] theirs) {
    double[] differences = new double[ours.length];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = ours[i] - theirs[i];
    }
    return differences;
  }
}
