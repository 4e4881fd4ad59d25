package io.seminar.metrics.inference;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The weights of a user in every column of a {@link Resampling}: how often the bootstrap draws the
 * user, whether the jackknife leaves the user out, whether a sign flip exchanges the user's arms.
 *
 * <p>A weight is a pure function of (seed, column, user hash). So it depends neither on how users
 * are spread over workers nor on the order in which they come, every arm sees the same draw of
 * users (which is what makes differences paired), and a user's weights can be made again wherever
 * they are needed instead of being carried along. More columns of a kind leave the first ones as
 * they are, and no kind depends on another.
 *
 * <p><b>Bootstrap</b>: in replicate r a user counts {@code w_r ~ Poisson(1)} times. For n users the
 * total weight of a replicate is Poisson(n), not n as in the multinomial bootstrap; metrics are
 * ratios of sums, so the difference is of order 1/n. Source: Hanley and MacGibbon, "Creating
 * non-parametric bootstrap samples using Poisson frequencies", 2006; Chamandy et al., "Estimating
 * uncertainty for massive data streams", 2012.
 *
 * <p><b>Jackknife groups</b>: a hash puts each user into one of G groups, all equally likely, so
 * their sizes are multinomial. Source: Kott, "Using the delete-a-group jackknife variance estimator
 * in practice", 1998.
 *
 * <p><b>Flips</b>: 64 fair coins are the bits of one hash.
 *
 * <p>Bits are mixed by the finaliser of SplitMix64 (Steele, Lea, Flood 2014; constants: Stafford's
 * variant 13).
 */
public final class UserWeights implements UserDraws, Serializable {
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

  /** How many coins one hash gives. */
  private static final int COINS = Long.SIZE;

  private final Resampling resampling;
  private final long[] replicateKeys;
  private final long groupKey;
  private final long[] flipKeys; // one for every 64 flips

  public UserWeights(Resampling resampling) {
    this.resampling = resampling;
    // One counter numbers all draws: replicates upwards from 1, what came later downwards from -1.
    long seed = mix(resampling.seed());
    replicateKeys = new long[resampling.bootstraps()];
    for (int r = 0; r < replicateKeys.length; r++) {
      replicateKeys[r] = mix(seed + (r + 1) * GOLDEN);
    }
    groupKey = mix(seed - GOLDEN);
    flipKeys = new long[(resampling.flips() + COINS - 1) / COINS];
    for (int k = 0; k < flipKeys.length; k++) {
      flipKeys[k] = mix(seed - (k + 2) * GOLDEN);
    }
  }

  @Override
  public Resampling resampling() {
    return resampling;
  }

  @Override
  public void fill(long userHash, long[] weights) {
    if (weights.length != resampling.columns()) {
      throw new IllegalArgumentException(
          "weights has length " + weights.length + ", expected " + resampling.columns());
    }
    long user = mix(userHash + GOLDEN);
    fillBootstraps(user, weights);
    fillGroups(user, weights);
    fillFlips(user, weights);
  }

  private void fillBootstraps(long user, long[] weights) {
    int replicates = replicateKeys.length;
    for (int r = 0; r < replicates; r++) {
      weights[r] = mix(user ^ replicateKeys[r]) >>> 11;
    }
    // The quantile of each uniform number is how many entries of the table it reaches. Counting the
    // first few without a branch is several times as fast as a search, whose branches nothing can
    // predict.
    long rare = 0;
    for (int r = 0; r < replicates; r++) {
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
      for (int r = 0; r < replicates; r++) {
        if (weights[r] == COMMON) {
          weights[r] = poisson(mix(user ^ replicateKeys[r]) >>> 11);
        }
      }
    }
  }

  private void fillGroups(long user, long[] weights) {
    int groups = resampling.groups();
    if (groups == 0) {
      return;
    }
    int first = resampling.bootstraps();
    Arrays.fill(weights, first, first + groups, 1);
    // A multiple of 2^-31 between 0 and 1, times G: groups differ in likelihood by G / 2^31 at
    // most.
    int group = (int) ((mix(user ^ groupKey) >>> 33) * groups >>> 31);
    weights[first + group] = 0;
  }

  private void fillFlips(long user, long[] weights) {
    int first = resampling.weighed();
    for (int k = 0; k < flipKeys.length; k++) {
      long coins = mix(user ^ flipKeys[k]);
      int from = first + k * COINS;
      int to = Math.min(from + COINS, weights.length);
      for (int p = from; p < to; p++) {
        weights[p] = coins & 1;
        coins >>>= 1;
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
