package io.seminar.network.training;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Draws items in proportion to how often they occurred before the end of training. */
final class PopularitySampler {
  private final double[] cumulative; // (items)

  /**
   * A sampler.
   *
   * @param counts (items), not negative; not all 0
   */
  PopularitySampler(float[] counts) {
    cumulative = new double[counts.length];
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      sum += counts[i];
      cumulative[i] = sum;
    }
    if (!(sum > 0)) {
      throw new TrainingException(
          "no item occurs before the end of training: expected one at least to draw negatives from");
    }
  }

  /** An item that occurred at least once. */
  int draw(RandomGenerator random) {
    double u = random.nextDouble() * cumulative[cumulative.length - 1];
    int at = Arrays.binarySearch(cumulative, u);
    // A hit is the end of an item's share: the draw belongs to the next one that has a share.
    int item = at < 0 ? -at - 1 : at + 1;
    while (at >= 0 && item < cumulative.length - 1 && cumulative[item] <= u) {
      item++;
    }
    return Math.min(item, cumulative.length - 1);
  }
}
