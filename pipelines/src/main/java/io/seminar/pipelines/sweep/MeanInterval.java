package io.seminar.pipelines.sweep;

import io.seminar.metrics.inference.Interval;
import io.seminar.metrics.inference.Resampling;
import io.seminar.metrics.inference.UserHash;
import io.seminar.metrics.inference.UserWeights;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A mean over requests with its 95 % bootstrap interval. Requests of one user are drawn together.
 *
 * @param mean NaN where no request has a value
 * @param low end of the interval; NaN where there is none, because of too few users
 * @param high the other end
 * @param requests that have a value
 */
record MeanInterval(double mean, double low, double high, int requests) {
  /** Of the bootstrap. */
  static final int REPLICATES = 2_000;

  /** Confidence level of the interval. */
  static final double LEVEL = 0.95;

  /**
   * The mean.
   *
   * @param values one a request; NaN: it has none
   * @param users of the same requests
   */
  static MeanInterval of(double[] values, List<String> users, long seed) {
    UserWeights bootstrap = new UserWeights(new Resampling(seed, REPLICATES, 0, 0));
    long[] weights = new long[REPLICATES];
    double[] sums = new double[REPLICATES];
    double[] counts = new double[REPLICATES];
    Set<String> seen = new HashSet<>();
    double sum = 0;
    int n = 0;
    for (int i = 0; i < values.length; i++) {
      if (Double.isNaN(values[i])) {
        continue;
      }
      seen.add(users.get(i));
      bootstrap.fill(UserHash.of(users.get(i)), weights);
      for (int r = 0; r < REPLICATES; r++) {
        sums[r] += weights[r] * values[i];
        counts[r] += weights[r];
      }
      sum += values[i];
      n++;
    }
    for (int r = 0; r < REPLICATES; r++) {
      sums[r] = counts[r] == 0 ? Double.NaN : sums[r] / counts[r];
    }
    Interval interval = Interval.percentile(sums, seen.size(), LEVEL);
    return new MeanInterval(n == 0 ? Double.NaN : sum / n, interval.low(), interval.high(), n);
  }
}
