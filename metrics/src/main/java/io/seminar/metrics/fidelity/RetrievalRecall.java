package io.seminar.metrics.fidelity;

import java.util.Arrays;

/**
 * Recall@K of retrieved behaviours against the exact top-K, aware of ties.
 *
 * <pre>
 * τ_K      = the K-th largest exact score (the smallest one if K > L)
 * recall@K = min(K, L, #{ l among the first K kept : exact_l >= τ_K }) / min(K, L)
 * </pre>
 *
 * A kept behaviour counts if its exact score equals the K-th: then it is as good as the one that an
 * arbitrary tie-break would have named. A kept set shorter than K loses recall; one that is longer
 * is cut, best first. Range 0..1. Undefined (NaN) if L = 0. A behaviour that is kept twice is
 * refused: it would count twice.
 *
 * <p>First {@link #truth}, once a target; then {@link #measure}, once an arm. Reusable; no
 * allocation once it has seen the longest history. Not for use by two threads at a time.
 *
 * <p>Source: tie-aware recall as in Aumüller, Bernhardsson and Faithfull, "ANN-Benchmarks", 2020
 * (there by distance).
 */
public final class RetrievalRecall {
  private final int[] ks;
  private final float[] thresholds;

  /** The largest exact scores seen so far, as a heap with the smallest on top. */
  private final float[] heap;

  private float[] exact = new float[0];
  private int offset;
  private int length = -1;

  /** {@code lastSeen[l] == visit}: behaviour l is already in the kept set being measured. */
  private int[] lastSeen = new int[0];

  private int visit;

  /**
   * @param ks the cut-offs, rising, each {@code >= 1}
   */
  public RetrievalRecall(int... ks) {
    if (ks.length == 0) {
      throw new IllegalArgumentException("no K given");
    }
    for (int i = 0; i < ks.length; i++) {
      if (ks[i] < (i == 0 ? 1 : ks[i - 1] + 1)) {
        throw new IllegalArgumentException(
            "K must be at least 1 and rising, was " + Arrays.toString(ks));
      }
    }
    this.ks = ks.clone();
    thresholds = new float[ks.length];
    heap = new float[ks[ks.length - 1]];
  }

  /** How many cut-offs. */
  public int cutoffs() {
    return ks.length;
  }

  /**
   * Takes the exact scores of one target, {@code exact[offset ..+length]}, and finds τ_K for every
   * K in {@code O(L log K)}. The array is read again by {@link #measure} and must not change until
   * then.
   *
   * @throws IllegalArgumentException if a score is NaN
   */
  public void truth(float[] exact, int offset, int length) {
    hold(exact, offset, length);
    int size = 0;
    for (int l = 0; l < length; l++) {
      float score = exact[offset + l];
      if (Float.isNaN(score)) {
        throw new IllegalArgumentException("exact score " + l + " is NaN");
      }
      if (size < heap.length) {
        siftUp(size++, score);
      } else if (score > heap[0]) {
        siftDown(score);
      }
    }
    Arrays.sort(heap, 0, size);
    for (int i = 0; i < ks.length; i++) {
      thresholds[i] = size == 0 ? Float.NaN : heap[size - Math.min(ks[i], size)];
    }
  }

  /**
   * Takes the exact scores of one target together with its exact top-K, which the caller has
   * already: saves the search.
   *
   * @param top behaviours with the largest exact scores, best first
   * @param topCount at least {@code min(largest K, length)}
   * @throws IllegalArgumentException if the list is too short, its scores rise or one is NaN, or an
   *     entry is out of range
   */
  public void truth(float[] exact, int offset, int length, int[] top, int topOffset, int topCount) {
    hold(exact, offset, length);
    int needed = Math.min(heap.length, length);
    if (topCount < needed) {
      throw new IllegalArgumentException(
          "the exact top holds " + topCount + " behaviours, expected at least " + needed);
    }
    float last = Float.POSITIVE_INFINITY;
    for (int i = 0; i < needed; i++) {
      float score = exact[offset + checked(top[topOffset + i])];
      if (!(score <= last)) {
        throw new IllegalArgumentException(
            "the exact top must not rise: score " + score + " at " + i + " after " + last);
      }
      last = score;
    }
    for (int i = 0; i < ks.length; i++) {
      thresholds[i] =
          length == 0 ? Float.NaN : exact[offset + top[topOffset + Math.min(ks[i], length) - 1]];
    }
  }

  /**
   * Recall of one kept set at every K.
   *
   * @param kept behaviours, best first, {@code kept[keptOffset ..+keptCount]}
   * @param recall receives recall@K for every K from {@code recallOffset}; NaN where undefined
   * @throws IllegalArgumentException if a behaviour is out of range or kept twice
   * @throws IllegalStateException if no truth was given
   */
  public void measure(int[] kept, int keptOffset, int keptCount, float[] recall, int recallOffset) {
    if (length < 0) {
      throw new IllegalStateException("no truth was given");
    }
    refuseDuplicates(kept, keptOffset, keptCount);
    for (int i = 0; i < ks.length; i++) {
      int found = 0;
      for (int j = 0; j < Math.min(ks[i], keptCount); j++) {
        found += exact[offset + kept[keptOffset + j]] >= thresholds[i] ? 1 : 0;
      }
      int whole = Math.min(ks[i], length);
      recall[recallOffset + i] = whole == 0 ? Float.NaN : (float) found / whole;
    }
  }

  private void hold(float[] exact, int offset, int length) {
    if (offset < 0 || length < 0 || exact.length - offset < length) {
      throw new IllegalArgumentException(
          length + " scores from " + offset + " of an array of " + exact.length);
    }
    this.exact = exact;
    this.offset = offset;
    this.length = length;
    if (lastSeen.length < length) {
      lastSeen = new int[Math.max(length, 2 * lastSeen.length)];
      visit = 0;
    }
  }

  private void refuseDuplicates(int[] kept, int keptOffset, int keptCount) {
    if (++visit == 0) { // after 2^32 sets: start afresh, lest an old mark look new
      Arrays.fill(lastSeen, 0);
      visit = 1;
    }
    for (int j = 0; j < keptCount; j++) {
      int behaviour = checked(kept[keptOffset + j]);
      if (lastSeen[behaviour] == visit) {
        throw new IllegalArgumentException("behaviour " + behaviour + " is kept twice");
      }
      lastSeen[behaviour] = visit;
    }
  }

  private int checked(int behaviour) {
    if (behaviour < 0 || behaviour >= length) {
      throw new IllegalArgumentException(
          "behaviour " + behaviour + " is outside 0.." + (length - 1));
    }
    return behaviour;
  }

  private void siftUp(int at, float score) {
    while (at > 0) {
      int parent = at - 1 >>> 1;
      if (heap[parent] <= score) {
        break;
      }
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = score;
  }

  /** Replaces the smallest. */
  private void siftDown(float score) {
    int at = 0;
    while (true) {
      int child = 2 * at + 1;
      if (child >= heap.length) {
        break;
      }
      if (child + 1 < heap.length && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= score) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = score;
  }
}
