package io.seminar.metrics.inference;

import java.io.Serializable;

/**
 * Splits of the users into two disjoint halves, many times and each time anew: column s is 1 for
 * the users of the first half of split s, column S + s for those of the second. A user's half is
 * one fair coin, that of the sign flip s under the same seed, so halves are of about equal size.
 *
 * <p><b>What a split says of other logs.</b> Let ψ be what a user adds to the metric to first
 * order, σ² its variance over users, n the number of users, m the metric of all of them, and m₁, m₂
 * those of the halves. A log of n other users has a metric of variance {@code σ²/n}. Over the
 * splits, with the users held fixed,
 *
 * <pre>
 * m₁ − m  = Σ ±ψ/n    variance σ²/n     half as many users, but half of the variance is held fixed
 * m₁ − m₂ = 2 (m₁ − m)  variance 4σ²/n
 * </pre>
 *
 * so {@code m₁} is spread around {@code m} as the metric of another log of n users is around the
 * truth, and {@code (m₁ − m₂)/√2} as the difference of two such logs is around 0: {@link #twoLogs}.
 *
 * <p>Source: half-samples as in McCarthy, "Pseudo-replication: half samples", Review of the
 * International Statistical Institute 37, 1969.
 */
public final class HalfSplits implements UserDraws, Serializable {
  private static final long serialVersionUID = 1;

  private final int splits;
  private final UserWeights coins;
  private final long[] drawn;

  /**
   * Draws splits.
   *
   * @param splits S, at least 1
   * @throws IllegalArgumentException if there is no split
   */
  public HalfSplits(long seed, int splits) {
    if (splits < 1) {
      throw new IllegalArgumentException("splits is " + splits + ", expected at least 1");
    }
    this.splits = splits;
    this.coins = new UserWeights(new Resampling(seed, 0, 0, splits));
    this.drawn = new long[splits];
  }

  /** The difference of two logs of all the users' number, from that of two halves of them. */
  public static double twoLogs(double halves) {
    return halves / Math.sqrt(2);
  }

  /** S. */
  public int splits() {
    return splits;
  }

  /** 2 S columns under which a metric can be computed by itself. */
  @Override
  public Resampling resampling() {
    return new Resampling(coins.resampling().seed(), 2 * splits, 0, 0);
  }

  @Override
  public void fill(long userHash, long[] weights) {
    if (weights.length != 2 * splits) {
      throw new IllegalArgumentException(
          "weights has length " + weights.length + ", expected " + 2 * splits);
    }
    coins.fill(userHash, drawn);
    for (int s = 0; s < splits; s++) {
      weights[s] = drawn[s];
      weights[splits + s] = 1 - drawn[s];
    }
  }
}
