package io.seminar.metrics.inference;

import java.io.Serializable;

/**
 * What is drawn for each user, and so which weighted sums stand beside a plain one. One vector of
 * integer weights a user carries everything random:
 *
 * <pre>
 * columns            weight of a user                           what the sums under it are
 * [0, R)             Poisson(1)                                 bootstrap replicates
 * [R, R + G)         0 if the user is in group g, otherwise 1   values without one group: the jackknife
 * [R + G, R + G + P) 0 or 1, a fair coin                        half of the users: sign flips exchange their arms
 * </pre>
 *
 * The first R + G columns are draws of users that a metric is computed under by itself; a flip says
 * something only about two arms together ({@link io.seminar.metrics.PairedTest}).
 *
 * @param seed any value; the same seed gives the same weights on every machine
 * @param bootstraps R, replicates of the bootstrap, {@code >= 0}
 * @param groups G, groups of the jackknife, 0 or {@code >= 2}
 * @param flips P, sign flips, {@code >= 0}
 */
public record Resampling(long seed, int bootstraps, int groups, int flips) implements Serializable {
  /** The most columns; more would be a mistake, not a wish. */
  public static final int MOST_COLUMNS = 1 << 24;

  public Resampling {
    if (bootstraps < 0 || groups < 0 || flips < 0) {
      throw new IllegalArgumentException(
          "bootstraps, groups and flips must not be negative: "
              + bootstraps
              + ", "
              + groups
              + ", "
              + flips);
    }
    if (groups == 1) {
      throw new IllegalArgumentException(
          "groups is 1, expected 0 or at least 2: without the only group nobody is left");
    }
    if ((long) bootstraps + groups + flips > MOST_COLUMNS) {
      throw new IllegalArgumentException(
          "bootstraps, groups and flips are "
              + ((long) bootstraps + groups + flips)
              + " columns, expected at most "
              + MOST_COLUMNS);
    }
  }

  /** Nothing is drawn: values without intervals. */
  public static Resampling none() {
    return new Resampling(0, 0, 0, 0);
  }

  /** R + G + P, the length of a user's weights. */
  public int columns() {
    return bootstraps + groups + flips;
  }

  /** R + G: the columns under which a metric can be computed by itself. */
  public int weighed() {
    return bootstraps + groups;
  }
}
