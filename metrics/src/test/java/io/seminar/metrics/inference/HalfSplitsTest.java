package io.seminar.metrics.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HalfSplitsTest {
  @Test
  void theHalvesOfASplitAreTheCoinsOfItsFlipAndTheRest() {
    HalfSplits splits = new HalfSplits(7, 130);
    assertThat(splits.resampling()).isEqualTo(new Resampling(7, 260, 0, 0));
    UserWeights flips = new UserWeights(new Resampling(7, 0, 0, 130));
    long[] halves = new long[260];
    long[] coins = new long[130];
    long inFirst = 0;
    for (int user = 0; user < 1_000; user++) {
      long hash = UserHash.of("user " + user);
      splits.fill(hash, halves);
      flips.fill(hash, coins);
      assertThat(Arrays.copyOf(halves, 130)).isEqualTo(coins);
      for (int s = 0; s < 130; s++) {
        assertThat(halves[s] + halves[130 + s]).isEqualTo(1);
        inFirst += halves[s];
      }
    }
    assertThat(inFirst / 130_000.0).isCloseTo(0.5, within(0.01));
  }

  /**
   * Logs of users whose pages and clicks are correlated; the metric is the click rate, a ratio of
   * sums. What other logs do is simulated; what the halves of one log say must agree.
   */
  @Test
  void halvesOfOneLogAreSpreadAsOtherLogsAre() {
    long seed = 20261125;
    Random random = new Random(seed);
    int users = 400;
    int logs = 4_000;
    double squares = 0;
    double sum = 0;
    for (int log = 0; log < logs; log++) {
      double rate = rate(log(users, random), null, 0);
      sum += rate;
      squares += rate * rate;
    }
    double variance = squares / logs - sum / logs * (sum / logs);

    int splits = 400;
    double ofFirst = 0;
    double ofTwo = 0;
    int studies = 40;
    for (int study = 0; study < studies; study++) {
      double[][] log = log(users, random);
      double all = rate(log, null, 0);
      HalfSplits halves = new HalfSplits(seed + study, splits);
      long[][] weights = new long[users][2 * splits];
      for (int user = 0; user < users; user++) {
        halves.fill(UserHash.of("user " + user), weights[user]);
      }
      for (int s = 0; s < splits; s++) {
        double first = rate(log, weights, s);
        double second = rate(log, weights, splits + s);
        ofFirst += (first - all) * (first - all);
        ofTwo += Math.pow(HalfSplits.twoLogs(first - second), 2);
      }
    }
    double draws = (double) studies * splits;
    // Each is known to some 3 %.
    assertThat(ofFirst / draws / variance).as("seed " + seed).isCloseTo(1, within(0.12));
    assertThat(ofTwo / draws / (2 * variance)).as("seed " + seed).isCloseTo(1, within(0.12));
  }

  /** (users, 2): pages and clicks. */
  private static double[][] log(int users, Random random) {
    double[][] log = new double[users][2];
    for (double[] user : log) {
      double taste = random.nextDouble() * 0.6;
      user[0] = 1 + random.nextInt(20);
      for (int page = 0; page < user[0]; page++) {
        user[1] += random.nextDouble() < taste ? 1 : 0;
      }
    }
    return log;
  }

  private static double rate(double[][] log, long[][] weights, int column) {
    double pages = 0;
    double clicks = 0;
    for (int user = 0; user < log.length; user++) {
      long weight = weights == null ? 1 : weights[user][column];
      pages += weight * log[user][0];
      clicks += weight * log[user][1];
    }
    return clicks / pages;
  }

  @Test
  void refusesNoSplitAndWeightsOfAnotherLength() {
    assertThatThrownBy(() -> new HalfSplits(1, 0)).hasMessageContaining("splits is 0");
    assertThatThrownBy(() -> new HalfSplits(1, 3).fill(0, new long[3]))
        .hasMessageContaining("expected 6");
  }

  /** scipy.stats.binomtest(k, n).proportion_ci(level, method="wilson"), SciPy of Debian 12. */
  @Test
  void wilsonsIntervalIsScipys() {
    Interval few = Proportion.wilson(5, 100, 0.95);
    assertThat(few.low()).isCloseTo(0.021543679154367973, within(1e-12));
    assertThat(few.high()).isCloseTo(0.11175046923191914, within(1e-12));
    Interval none = Proportion.wilson(0, 20, 0.95);
    assertThat(none.low()).isEqualTo(0);
    assertThat(none.high()).isCloseTo(0.16112515805281935, within(1e-12));
    Interval all = Proportion.wilson(20, 20, 0.9);
    assertThat(all.low()).isCloseTo(0.8808421626390355, within(1e-12));
    assertThat(all.high()).isEqualTo(1);
    assertThat(Proportion.wilson(0, 0, 0.95).isDefined()).isFalse();
    assertThatThrownBy(() -> Proportion.wilson(3, 2, 0.95)).hasMessageContaining("expected 0..2");
  }
}
