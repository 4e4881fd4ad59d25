package io.seminar.testdata.simulation;

/**
 * Random numbers that depend on (seed, purpose, id) and on nothing else, so that what is drawn for
 * one user, item or query never depends on which thread draws it or on what was drawn before.
 * SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014)
 * started at a hash of the key.
 *
 * <p>Transcendental functions come from {@link StrictMath}: the same numbers on every JVM. One
 * instance serves many keys through {@link #restart}; not thread-safe.
 */
final class RandomStream {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private long state;
  private double spareGaussian;
  private boolean hasSpare;

  /** Starts the stream of this key from its beginning. */
  RandomStream restart(long seed, Purpose purpose, long id) {
    state = mix(mix(mix(seed + GAMMA) + purpose.code * GAMMA) + (id + 1) * 0xD1B54A32D192ED03L);
    hasSpare = false;
    return this;
  }

  long nextLong() {
    state += GAMMA;
    return mix(state);
  }

  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /** Uniform in 0..bound−1 up to a bias of bound / 2³². */
  int nextInt(int bound) {
    return (int) (((nextLong() >>> 32) * bound) >>> 32);
  }

  /** Standard normal, by Marsaglia's polar method. */
  double nextGaussian() {
    if (hasSpare) {
      hasSpare = false;
      return spareGaussian;
    }
    double x;
    double y;
    double square;
    do {
      x = 2 * nextDouble() - 1;
      y = 2 * nextDouble() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square == 0);
    double factor = Math.sqrt(-2 * StrictMath.log(square) / square);
    spareGaussian = y * factor;
    hasSpare = true;
    return x * factor;
  }

  /** Exponential with mean 1. */
  double nextExponential() {
    return -StrictMath.log(1 - nextDouble());
  }

  /** 1, 2, …: geometric with this mean, at least 1. */
  int nextGeometric(double mean) {
    if (mean <= 1) {
      return 1;
    }
    double draw = StrictMath.log(1 - nextDouble()) / StrictMath.log(1 - 1 / mean);
    return 1 + (int) Math.min(draw, 1e6);
  }

  /** Stafford's variant 13 of the 64-bit finaliser. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
