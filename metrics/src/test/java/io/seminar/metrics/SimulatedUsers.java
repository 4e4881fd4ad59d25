package io.seminar.metrics;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Users of a made-up log, one after the other, scored by two arms. What belongs to one user is
 * correlated: a taste for clicking, a mood on each page, and an error that both arms make.
 *
 * <pre>
 * taste ~ N(0, 0.8²) a user; mood ~ N(0, 0.4²) a page; relevance x ~ N(0, 1) an impression
 * click   with probability σ(-1.4 + taste + mood + x)
 * score   x + 0.3 taste + 0.4 e + noise of the arm         e ~ N(0, 1), the same for both arms
 * p       σ(-1.3 + 0.8 score)
 * </pre>
 *
 * One to three pages a user, 6 to 14 impressions a page.
 */
final class SimulatedUsers {
  static final int MOST_PAGES = 3;
  static final int LARGEST_PAGE = 14;
  static final int ARMS = 2;

  private final SplittableRandom random;
  private final double[] noise;
  private final double[][] probabilities = new double[ARMS][MOST_PAGES * LARGEST_PAGE];

  /** (arms, rows): scores of the current user. */
  final float[][] scores = new float[ARMS][MOST_PAGES * LARGEST_PAGE];

  /** (rows): labels of the current user. */
  final byte[] labels = new byte[MOST_PAGES * LARGEST_PAGE];

  private final int[] pageEnds = new int[MOST_PAGES];
  private int pages;

  /**
   * @param noise standard deviation of what each arm adds for itself
   */
  SimulatedUsers(long seed, double... noise) {
    random = new SplittableRandom(seed);
    this.noise = noise;
  }

  /** How many rows the current user has. */
  int rows() {
    return pageEnds[pages - 1];
  }

  void next() {
    double taste = .8 * random.nextGaussian();
    pages = 1 + random.nextInt(MOST_PAGES);
    int row = 0;
    for (int page = 0; page < pages; page++) {
      double mood = .4 * random.nextGaussian();
      for (int n = 6 + random.nextInt(LARGEST_PAGE - 5); n > 0; n--) {
        double relevance = random.nextGaussian();
        labels[row] =
            (byte) (random.nextDouble() < sigmoid(taste + mood + relevance - 1.4) ? 1 : 0);
        double shared = relevance + .3 * taste + .4 * random.nextGaussian();
        for (int arm = 0; arm < ARMS; arm++) {
          scores[arm][row] = (float) (shared + noise[arm] * random.nextGaussian());
          probabilities[arm][row] = sigmoid(.8 * scores[arm][row] - 1.3);
        }
        row++;
      }
      pageEnds[page] = row;
    }
  }

  /** The current user's numbers by one arm. */
  void statistics(int arm, UserStatistics statistics, double[] numbers) {
    statistics.clear();
    int from = 0;
    for (int page = 0; page < pages; page++) {
      statistics.addPage(scores[arm], probabilities[arm], labels, from, pageEnds[page]);
      from = pageEnds[page];
    }
    statistics.copyTo(numbers, 0);
  }

  /** Indices of the first {@code n} scores in rising order. */
  static int[] order(float[] scores, int n) {
    long[] keys = new long[n];
    for (int i = 0; i < n; i++) {
      int bits = Float.floatToIntBits(scores[i]);
      keys[i] = (long) (bits ^ bits >> 31 & 0x7FFFFFFF) << 32 | i;
    }
    Arrays.sort(keys);
    int[] order = new int[n];
    Arrays.setAll(order, i -> (int) keys[i]);
    return order;
  }

  private static double sigmoid(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }
}
