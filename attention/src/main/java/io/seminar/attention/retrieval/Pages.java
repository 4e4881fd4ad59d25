package io.seminar.attention.retrieval;

import io.seminar.attention.FastScan;

/**
 * How many targets of a page are scanned in one pass over the codes: as many as have room for their
 * scores in a second-level cache, but four in any case, for which a scan reads a code once.
 */
final class Pages {
  private static final int ROOM = 1 << 17;
  private static final int LEAST = 4;

  private Pages() {}

  /** Targets of a pass over so many behaviours. */
  static int group(int length) {
    return Math.max(LEAST, Math.min(Targets.MAXIMUM, ROOM / Math.max(1, FastScan.padded(length))));
  }

  /** Behaviours whose scores, of the fewest targets of a pass, have that room. */
  static int part() {
    return ROOM / LEAST;
  }

  /** An array with room for the scores of a pass, for histories of up to so many behaviours. */
  static float[] room(float[] scores, int length) {
    long most = Math.max(ROOM, (long) LEAST * FastScan.padded(length));
    if (most > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          length + " behaviours: expected at most " + (Integer.MAX_VALUE - 8) / LEAST);
    }
    return scores.length < most ? new float[(int) most] : scores;
  }
}
