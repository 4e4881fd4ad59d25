package io.seminar.testdata.importers;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Vectors made from nothing but names: a signed random projection of a bag of features.
 *
 * <p>Feature f has the fixed direction r(f) ∈ {−1, +1}^d whose component i is the sign given by bit
 * i mod 64 of {@code mix(key(f) + (i/64 + 1)·0x9E3779B97F4A7C15)}. A bag becomes Σ r(f) over its
 * distinct features, scaled to length 1. Two bags have cosine ≈ |A ∩ B| / √(|A|·|B|), with a
 * standard deviation of about 1/√d (Weinberger et al., "Feature Hashing for Large Scale Multitask
 * Learning", ICML 2009; Achlioptas, "Database-friendly random projections", 2003). So such a vector
 * knows which names two things share, and nothing else.
 *
 * <p>{@code mix} is the finaliser of SplitMix64 (Steele, Lea, Flood 2014). The key of an integer
 * feature is {@code mix(feature)}; that of a text is {@code mix} of its 64-bit FNV-1a hash over
 * UTF-8. Sums are of integers, so the order of features does not matter to the last bit. None of
 * this may change: data sets are compared by their digests.
 */
final class FeatureHashing {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final int dimension;
  private final int[] sum;

  /** For vectors of {@code dimension} floats. Not for several threads. */
  FeatureHashing(int dimension) {
    this.dimension = dimension;
    this.sum = new int[dimension];
  }

  /**
   * The vector of a bag.
   *
   * @param keys of the features, by {@link #key}; duplicates count once; reordered by this call
   * @param length how many of {@code keys} count
   * @return a new unit vector; {@code null} for an empty bag or one whose directions cancel to zero
   */
  float[] vector(long[] keys, int length) {
    Arrays.sort(keys, 0, length);
    Arrays.fill(sum, 0);
    for (int k = 0; k < length; k++) {
      if (k > 0 && keys[k] == keys[k - 1]) {
        continue;
      }
      long bits = 0;
      for (int i = 0; i < dimension; i++) {
        if ((i & 63) == 0) {
          bits = mix(keys[k] + (i / 64 + 1) * GOLDEN);
        }
        sum[i] += (bits >>> i & 1) == 0 ? -1 : 1;
      }
    }
    long squares = 0;
    for (int s : sum) {
      squares += (long) s * s;
    }
    if (squares == 0) {
      return null;
    }
    float[] vector = new float[dimension];
    double norm = Math.sqrt(squares);
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) (sum[i] / norm);
    }
    return vector;
  }

  static long key(long feature) {
    return mix(feature);
  }

  static long key(String feature) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : feature.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return mix(hash);
  }

  /** A token ordinal, 0 to 2³¹ − 1, of a word. */
  static int token(String word) {
    return (int) (key(word) >>> 33);
  }

  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
