package io.seminar.network.training;

import java.util.SplittableRandom;

/** Random streams that depend on a seed, a purpose and a number, and on nothing drawn before. */
final class Streams {
  private Streams() {}

  static SplittableRandom of(long seed, String purpose, int number) {
    // Scrambled step by step: neighbouring seeds or numbers must not give shifted streams.
    long mixed = new SplittableRandom(seed).nextLong() ^ purpose.hashCode();
    mixed = new SplittableRandom(mixed).nextLong() ^ number;
    return new SplittableRandom(new SplittableRandom(mixed).nextLong());
  }
}
