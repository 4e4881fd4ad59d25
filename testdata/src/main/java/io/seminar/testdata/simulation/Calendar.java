package io.seminar.testdata.simulation;

/**
 * Moments of the simulated time, in ms since 1970: histories fill {@code start .. end−1}, requests
 * {@code windowStart .. end−1}, cold items are launched at {@code launch}.
 */
record Calendar(long start, long windowStart, long launch, long end) {
  static Calendar of(SimulatorOptions options) {
    long start = options.start().toEpochMilli();
    long span = options.span().toMillis();
    // At least two moments, so that either half of the window holds one.
    long window = Math.max(2, (long) (span * options.requestWindow()));
    long end = start + span;
    return new Calendar(start, end - window, end - window / 2, end);
  }

  int epoch(long time) {
    // A hundred years of milliseconds times 16 stays far below 2⁶³.
    return (int) ((time - start) * UserInterests.EPOCHS / (end - start));
  }

  /**
   * The time of a user's request: the first half of them, rounded up, before the launch, the others
   * from it on.
   */
  long requestTime(boolean launched, RandomStream random) {
    long from = launched ? launch : windowStart;
    long to = launched ? end : launch;
    return from + (long) (random.nextDouble() * (to - from));
  }
}
