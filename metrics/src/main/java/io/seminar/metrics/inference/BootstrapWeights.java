package io.seminar.metrics.inference;

import java.io.Serializable;

/**
 * Weights of the Poisson bootstrap over users: in replicate {@code r} a user counts {@code w_r ~
 * Poisson(1)} times.
 *
 * <p>A weight is a pure function of (seed, replicate, user hash). So it depends neither on how
 * users are spread over workers nor on the order in which they come, every arm sees the same draw
 * of users (which is what makes differences paired), and a user's weights can be made again
 * wherever they are needed instead of being carried along.
 *
 * <p>For n users the total weight of a replicate is Poisson(n), not n as in the multinomial
 * bootstrap; metrics are ratios of sums, so the difference is of order 1/n.
 *
 * <p>Source: Hanley and MacGibbon, "Creating non-parametric bootstrap samples using Poisson
 * frequencies", 2006; Chamandy et al., "Estimating uncertainty for massive data streams", 2012.
 * Bits are mixed by the finaliser of SplitMix64 (Steele, Lea, Flood 2014; constants: Stafford's
 * variant 13).
 */
public final class BootstrapWeights implements Serializable {
  private static final long serialVersionUID = 1;

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /**
   * {@code CUMULATIVE[j] = P(X <= j) * 2^53} for {@code X ~ Poisson(1)}: a uniform 53-bit number
   * gives the weight j of the first entry that it is below. The last entry is 2^53 itself, so the
   * search always ends; what it cuts off is below 2^-53.
   */
  private static final long[] CUMULATIVE = cumulative();

  /**
   * How many entries of the table are counted without a branch: weights below this are settled by
   * it.
   */
  private static final int COMMON = 6;

  /** The largest uniform number whose weight is below COMMON. */
  private static final long LAST_COMMON = CUMULATIVE[COMMON - 1] - 1;

  private final long seed;
  private final long[] replicateKeys;

  /**
   * @param seed any value; the same seed gives the same weights on every machine
   * @param replicates how many replicates, {@code >= 1}
   */
  public BootstrapWeights(long seed, int replicates) {
    if (replicates < 1) {
      throw new IllegalArgumentException("replicates must be at least 1, was " + replicates);
    }
    this.seed = seed;
    replicateKeys = new long[replicates];
    for (int r = 0; r < replicates; r++) {
      replicateKeys[r] = mix(mix(seed) + (r + 1) * GOLDEN);
    }
  }

  public long seed() {
    return seed;
  }

  public int replicates() {
    return replicateKeys.length;
  }

  /**
   * Writes the weights of one user.
   *
   * @param userHash {@link UserHash#of(String)}
   * @param weights (R) receives the weight in each replicate; its length must be R. Longs, because
   *     that is what {@link FixedPointSums} multiplies by
   */
  public void fill(long userHash, long[] weights) {
    if (weights.length != replicateKeys.length) {
      throw new IllegalArgumentException(
          "weights has length " + weights.length + ", expected " + replicateKeys.length);
    }
    long user = mix(userHash + GOLDEN);
    for (int r = 0; r < weights.length; r++) {
      weights[r] = mix(user ^ replicateKeys[r]) >>> 11;
    }
    // The quantile of each uniform number is how many entries of the table it reaches. Counting the
    // first few without a
    // branch is several times as fast as a search, whose branches nothing can predict.
    long rare = 0;
    for (int r = 0; r < weights.length; r++) {
      long uniform = weights[r];
      rare |= LAST_COMMON - uniform;
      weights[r] =
          reached(uniform, 0)
              + reached(uniform, 1)
              + reached(uniform, 2)
              + reached(uniform, 3)
              + reached(uniform, 4)
              + reached(uniform, 5);
    }
    if (rare < 0) { // some weight is 6 or more: one user in five at 400 replicates
      for (int r = 0; r < weights.length; r++) {
        if (weights[r] == COMMON) {
          weights[r] = poisson(mix(user ^ replicateKeys[r]) >>> 11);
        }
      }
    }
  }

  /**
   * 1 if {@code uniform >= CUMULATIVE[j]}, otherwise 0: the sign of a difference of numbers below
   * 2^54.
   */
  private static long reached(long uniform, int j) {
    return CUMULATIVE[j] - 1 - uniform >>> 63;
  }

  /** The Poisson(1) quantile of {@code uniform / 2^53}. */
  private static long poisson(long uniform) {
    int weight = 0;
    while (uniform >= CUMULATIVE[weight]) {
      weight++;
    }
    return weight;
  }

  private static long mix(long z) {
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  private static long[] cumulative() {
    long[] table = new long[19]; // P(X > 18) < 2^-55
    double term = StrictMath.exp(-1);
    double sum = 0;
    for (int j = 0; j < table.length; j++) {
      sum += term;
      table[j] = (long) (sum * 0x1p53);
      term /= j + 1;
    }
    table[table.length - 1] = 1L << 53;
    return table;
  }
}
