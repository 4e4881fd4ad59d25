package io.seminar.metrics.inference;

/**
 * Interval of a probability that something happened {@code k} of {@code n} times.
 *
 * <p>Source: Wilson, "Probable inference, the law of succession, and statistical inference",
 * Journal of the American Statistical Association 22, 1927.
 */
public final class Proportion {
  private Proportion() {}

  /**
   * Wilson's score interval.
   *
   * @param k times that it happened, 0..n
   * @param n times that it could have
   * @param level strictly between 0 and 1, for instance 0.95
   */
  public static Interval wilson(long k, long n, double level) {
    if (k < 0 || k > n) {
      throw new IllegalArgumentException("k is " + k + ", expected 0.." + n);
    }
    if (n == 0) {
      return Interval.undefined("nothing could have happened");
    }
    double z = Normal.quantile((1 + level) / 2);
    double share = (double) k / n;
    double centre = share + z * z / (2 * n);
    double half = z * Math.sqrt(share * (1 - share) / n + z * z / (4.0 * n * n));
    double scale = 1 + z * z / n;
    return new Interval(
        k == 0 ? 0 : (centre - half) / scale, k == n ? 1 : (centre + half) / scale, null);
  }
}
