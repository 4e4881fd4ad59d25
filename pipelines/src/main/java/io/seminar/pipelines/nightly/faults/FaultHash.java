package io.seminar.pipelines.nightly.faults;

/**
 * Everything random of the faults: a function of seed, purpose and what is drawn for, so that it
 * depends on no order. Bits are mixed by the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast
 * splittable pseudorandom number generators", 2014; constants: Stafford's variant 13).
 */
final class FaultHash {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** What is drawn; distinct purposes are independent. */
  enum Purpose {
    HALF,
    SIDE,
    NOISE,
    LABELS,
    LOST
  }

  private FaultHash() {}

  /** 64 fair bits. */
  static long of(long seed, Purpose purpose, long a, long b) {
    return mix(mix(mix(mix(seed + GOLDEN) + (purpose.ordinal() + 1) * GOLDEN) ^ a) + GOLDEN ^ b);
  }

  /** A number in (0, 1) out of 64 bits. */
  static double uniform(long bits) {
    return ((bits >>> 11) + 0.5) * 0x1p-53;
  }

  /** A standard normal number (Box and Muller, 1958) out of 64 bits. */
  static double normal(long bits) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(uniform(bits)));
    return radius * StrictMath.cos(2 * Math.PI * uniform(mix(bits + GOLDEN)));
  }

  private static long mix(long z) {
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
