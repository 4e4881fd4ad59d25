package io.seminar.network.training;

/**
 * What pretraining alone has.
 *
 * @param objectives and their weights
 * @param positions behaviours of a user that are predicted in an epoch, drawn anew each time, at
 *     least 1
 * @param window behaviours of a prefix, the most recent ones, at least 1
 * @param negatives items sampled by popularity for every prefix, beside the other prefixes' own
 *     next pairs, at least 0
 */
public record PretrainingOptions(Objectives objectives, int positions, int window, int negatives) {
  public PretrainingOptions {
    atLeast("positions", positions, 1);
    atLeast("window", window, 1);
    atLeast("negatives", negatives, 0);
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + value + ": expected at least " + least);
    }
  }
}
