package io.seminar.metrics.ranking;

import java.util.Arrays;

/**
 * Impressions in order of their score, with their labels: what every ranking metric is computed
 * from. Sorted once, read by many. Reusable; no allocation once it has held as many impressions as
 * it is given. Not for use by two threads at a time.
 *
 * <p>An impression is one {@code long}: the score, as 32 bits that sort like the number, above the
 * label. Equal upper halves are a tie. The order inside a tie group (by label, rising) means
 * nothing and no metric may depend on it.
 */
public final class Ranking {
  private long[] keys = new long[64];
  private int size;

  /** How many impressions there are of each grade. */
  private final int[] grades = new int[Byte.MAX_VALUE + 1];

  private int highestGrade;

  /** Forgets all impressions. */
  public void clear() {
    size = 0;
    Arrays.fill(grades, 0, highestGrade + 1, 0);
    highestGrade = 0;
  }

  /**
   * Replaces what it holds by impressions {@code from..to-1}.
   *
   * @param scores higher is better
   * @param labels grade in 0..127; clicked when {@code >= 1}
   * @throws IllegalArgumentException if there is no impression, a score is NaN or a label is
   *     negative
   */
  public Ranking load(float[] scores, byte[] labels, int from, int to) {
    checkRange(scores, labels, from, to);
    if (from == to) {
      throw new IllegalArgumentException("no impression: from and to are both " + from);
    }
    clear();
    append(scores, labels, from, to);
    sort();
    return this;
  }

  /**
   * Adds impressions {@code from..to-1}, perhaps none; {@link #sort} must follow before anything is
   * read. If one of them is refused, what it holds is undefined until it is cleared.
   */
  public void append(float[] scores, byte[] labels, int from, int to) {
    checkRange(scores, labels, from, to);
    if (keys.length - size < to - from) {
      keys = Arrays.copyOf(keys, Math.max(2 * keys.length, Math.addExact(size, to - from)));
    }
    for (int i = from; i < to; i++) {
      if (Float.isNaN(scores[i])) {
        throw new IllegalArgumentException("score " + i + " is NaN");
      }
      byte label = labels[i];
      if (label < 0) {
        throw new IllegalArgumentException("label " + i + " is " + label + ", expected 0 or more");
      }
      keys[size + i - from] = (long) sortable(scores[i]) << 32 | label;
      grades[label]++;
      highestGrade = Math.max(highestGrade, label);
    }
    size += to - from;
  }

  /** Brings appended impressions in order. */
  public void sort() {
    Arrays.sort(keys, 0, size);
  }

  /** How many impressions. */
  public int size() {
    return size;
  }

  /** How many impressions are clicked. */
  public int clicks() {
    return size - grades[0];
  }

  /** The highest label; 0 without a click. */
  int highestGrade() {
    return highestGrade;
  }

  /** How many impressions have this label. */
  int withGrade(int grade) {
    return grades[grade];
  }

  /**
   * The label of the impression at {@code rank}, 0 the best; inside a tie group the ranks are
   * arbitrary.
   */
  int label(int rank) {
    return (int) keys[size - 1 - rank] & 0x7F;
  }

  /** The score of the impression at {@code rank}, as {@link #sortable} makes it. */
  int sortableScore(int rank) {
    return (int) (keys[size - 1 - rank] >> 32);
  }

  /** The first rank after the tie group that begins at {@code rank}. */
  int endOfTies(int rank) {
    int score = sortableScore(rank);
    int end = rank + 1;
    while (end < size && sortableScore(end) == score) {
      end++;
    }
    return end;
  }

  /** How many of the ranks {@code from..to-1} are clicked. */
  int hits(int from, int to) {
    int hits = 0;
    for (int rank = from; rank < to; rank++) {
      hits += label(rank) > 0 ? 1 : 0;
    }
    return hits;
  }

  /** How many of the first {@code k} ranks are clicked, expected over the orders of ties. */
  double expectedHits(int k) {
    int depth = Math.min(k, size);
    double expected = 0;
    for (int rank = 0; rank < depth; ) {
      int end = endOfTies(rank);
      double hits = hits(rank, end);
      expected += end <= depth ? hits : hits * (depth - rank) / (end - rank);
      rank = end;
    }
    return expected;
  }

  /** An integer that is to others as the score is to theirs; -0 and +0 are one. */
  static int sortable(float score) {
    int bits = Float.floatToRawIntBits(score + 0f); // -0 + 0 = +0
    // Negative floats sort backwards as integers: turn all but their sign bit.
    return bits ^ bits >> 31 & 0x7FFFFFFF;
  }

  private static void checkRange(float[] scores, byte[] labels, int from, int to) {
    if (from < 0 || to < from || to > scores.length || to > labels.length) {
      throw new IllegalArgumentException(
          "impressions "
              + from
              + ".."
              + to
              + " of "
              + scores.length
              + " scores and "
              + labels.length
              + " labels");
    }
  }

  static void checkCutoff(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("K must be at least 1, was " + k);
    }
  }
}
