package io.seminar.sessions;

import java.util.Arrays;

/**
 * Quantiles of many times in bounded memory: counts in at most {@value #BUCKETS} buckets whose
 * width is the smallest power of two, in milliseconds, with which the times fit. So the answer
 * depends on the set of times alone, not on their order, and is exact up to one bucket: 1/32,768 of
 * the range of the times, or better. Not thread-safe.
 */
public final class TimeQuantiles {
  private static final int BUCKETS = 1 << 16;

  private long[] counts = new long[BUCKETS];
  private int shift;

  /** Bucket key, {@code time >> shift}, of {@code counts[0]}. */
  private long firstKey;

  private long total;

  /** Counts a time, in milliseconds. */
  public void add(long time) {
    if (total == 0) {
      firstKey = time;
    }
    long key = time >> shift;
    while (key < firstKey || key - firstKey >= BUCKETS) {
      if (key < firstKey && lastUsedKey() - key < BUCKETS) {
        moveFirstKey(key);
      } else {
        halve();
      }
      key = time >> shift;
    }
    counts[(int) (key - firstKey)]++;
    total++;
  }

  /**
   * The latest start of a bucket before which lies at most this share of the times, in
   * milliseconds; {@code null} without times.
   *
   * @param share 0 to 1; 0.5 for the median
   */
  public Long quantile(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("share is " + share + ": expected 0 to 1");
    }
    if (total == 0) {
      return null;
    }
    long most = (long) (share * total);
    long before = 0;
    long quantile = 0;
    for (int i = 0; i < BUCKETS && before <= most; i++) {
      if (counts[i] > 0) {
        quantile = firstKey + i << shift;
        before += counts[i];
      }
    }
    return quantile;
  }

  private long lastUsedKey() {
    for (int i = BUCKETS - 1; i > 0; i--) {
      if (counts[i] > 0) {
        return firstKey + i;
      }
    }
    return firstKey;
  }

  private void moveFirstKey(long key) {
    int by = (int) (firstKey - key);
    System.arraycopy(counts, 0, counts, by, BUCKETS - by);
    Arrays.fill(counts, 0, by, 0);
    firstKey = key;
  }

  private void halve() {
    long[] wider = new long[BUCKETS];
    long widerFirst = firstKey >> 1;
    for (int i = 0; i < BUCKETS; i++) {
      if (counts[i] > 0) {
        wider[(int) ((firstKey + i >> 1) - widerFirst)] += counts[i];
      }
    }
    counts = wider;
    firstKey = widerFirst;
    shift++;
  }
}
