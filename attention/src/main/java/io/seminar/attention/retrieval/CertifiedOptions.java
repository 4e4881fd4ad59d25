package io.seminar.attention.retrieval;

import io.seminar.attention.quantization.RaBitQCodes;

/**
 * What makes a {@link CertifiedRetrieval} certain.
 *
 * @param confidence probability, over draws of the rotation, that the result of a head and target
 *     is the exact top-K, in (0, 1]; 1: it always is, proven by Cauchy-Schwarz alone
 * @param bits a dimension of the first level's codes, 1 to {@link RaBitQCodes#MOST_BITS}
 * @param seed of the rotation
 */
public record CertifiedOptions(double confidence, int bits, long seed) {

  /** Bits at which a deterministic bound leaves few of 10,000 isotropic rows open at D = 64. */
  private static final int PROVEN_BITS = 4;

  /** Checks ranges. */
  public CertifiedOptions {
    if (!(confidence > 0 && confidence <= 1)) {
      throw new IllegalArgumentException(
          "confidence is " + confidence + ": expected above 0 and at most 1");
    }
    if (bits < 1 || bits > RaBitQCodes.MOST_BITS) {
      throw new IllegalArgumentException(
          bits + " bits a dimension: expected 1 to " + RaBitQCodes.MOST_BITS);
    }
  }

  /** Proven results. */
  public static CertifiedOptions proven(long seed) {
    return new CertifiedOptions(1, PROVEN_BITS, seed);
  }
}
