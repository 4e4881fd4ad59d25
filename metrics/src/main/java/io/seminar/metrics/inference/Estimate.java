package io.seminar.metrics.inference;

/**
 * A value together with its bootstrap replicates.
 *
 * @param value what was measured
 * @param replicates (R) the same metric under the weights of each replicate; NaN where the draw
 *     leaves it undefined
 */
public record Estimate(Value value, double[] replicates) {

  /** The percentile interval at {@code level}, for instance 0.95. */
  public Interval interval(double level) {
    return value.isDefined()
        ? Interval.percentile(replicates, value.users(), level)
        : Interval.undefined(value.reason());
  }

  /**
   * This minus {@code baseline}, paired: both were computed under the same weights, so replicate
   * {@code r} of the difference is the difference of the two replicates {@code r}, and what the two
   * have in common cancels.
   *
   * <p>The difference is undefined where either side is. Its n and users are those of the smaller
   * side, its left-out counts those of the larger one: it is never said to rest on more than both
   * rest on.
   *
   * @throws IllegalArgumentException if the numbers of replicates differ: they cannot stem from the
   *     same weights then
   */
  public Estimate minus(Estimate baseline) {
    if (replicates.length != baseline.replicates.length) {
      throw new IllegalArgumentException(
          "cannot pair " + replicates.length + " replicates with " + baseline.replicates.length);
    }
    double[] differences = new double[replicates.length];
    for (int r = 0; r < differences.length; r++) {
      differences[r] = replicates[r] - baseline.replicates[r];
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
        differences);
  }
}
