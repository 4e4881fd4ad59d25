package io.seminar.attention.hashing;

import java.util.Arrays;

/**
 * Finds the signatures of the smallest Hamming distance by counting: distances are at most 64, so
 * two passes suffice and nothing is compared. Reusable, not safe for several threads; work space
 * grows to the longest history.
 */
public final class HammingSearch {
  private final int[] starts = new int[Long.SIZE + 2];
  private byte[] distances = new byte[0];

  /**
   * Writes the indices of the {@code min(k, length)} signatures nearest to the target, the nearest
   * first, of equally near ones the more recent (the larger index) first.
   *
   * @return how many they are
   * @throws IllegalArgumentException if an array is too short or {@code k} negative
   */
  public int nearest(long target, long[] signatures, int length, int k, int[] kept) {
    int wanted = Math.min(k, length);
    if (length < 0 || length > signatures.length || k < 0 || wanted > kept.length) {
      throw new IllegalArgumentException(
          k
              + " of "
              + length
              + " signatures, but there are "
              + signatures.length
              + " and room for "
              + kept.length);
    }
    if (distances.length < length) {
      distances = new byte[length];
    }
    Arrays.fill(starts, 0);
    for (int l = 0; l < length; l++) {
      int distance = Long.bitCount(signatures[l] ^ target);
      distances[l] = (byte) distance;
      starts[distance + 1]++;
    }
    for (int d = 1; d < starts.length; d++) {
      starts[d] += starts[d - 1];
    }
    for (int l = length - 1, left = wanted; left > 0; l--) {
      int at = starts[distances[l]]++;
      if (at < wanted) {
        kept[at] = l;
        left--;
      }
    }
    return wanted;
  }
}
