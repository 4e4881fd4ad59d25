package io.seminar.attention;

import java.util.Arrays;

/**
 * The best K of a history for several targets by the sums of {@link FastScan}, without ever writing
 * a score: sums are whole numbers of 16 bits, looked at as such, and only what may be among the
 * best leaves a block. The order is that of {@link FastScan#scores}, since a score never falls with
 * its sum; of equal ones the more recent behaviour is better.
 *
 * <p>An instance is reusable, not safe for several threads, and allocates nothing once made.
 */
public final class FastTopK {

  /** Behaviours whose sums, of a group of targets, stay in the second-level cache. */
  private static final int RUN = 1 << 14; // whole pairs of blocks

  /** Sums between two targets of a group: no power of two, so that caches keep them apart. */
  private static final int STRIDE = RUN + 3 * FastScan.BLOCK;

  /** Targets that are looked at together, at most: codes are read once for them. */
  public static final int GROUP = FastScan.GROUP;

  private final FastScan scan;
  private final TopK[] best = new TopK[GROUP];
  private final short[] sums;

  /**
   * @param subcodes C, 1 to {@link FastScan#MOST_SUBCODES}
   * @param targets B, 1 to {@link FastScan#MOST_TARGETS}
   * @param maxK largest K that will be asked for, at least 1
   */
  public FastTopK(int subcodes, int targets, int maxK) {
    scan = new FastScan(subcodes, targets);
    for (int i = 0; i < GROUP; i++) {
      best[i] = new TopK(maxK);
    }
    sums = new short[FastScan.GROUP * STRIDE];
  }

  /** Where the targets' tables go. */
  public FastScan tables() {
    return scan;
  }

  /** How many {@link #candidates} there may be at most. */
  public static int mostCandidates(int k) {
    return TopK.mostCandidates(k);
  }

  /**
   * Looks for the best {@code k} of the first {@code length} behaviours for a group of targets;
   * {@link #take} or {@link #candidates} hand them out before the next group. A group at a time
   * needs room for a group only; codes are small enough to be read again.
   *
   * @param blocks codes, see {@link FastScan#put}
   * @param first of the group
   * @param count of its targets, at most {@link #GROUP}
   */
  // (L, C) x (B, C, 16) -> (B, K)
  public void search(byte[] blocks, int length, int first, int count, int k) {
    if (count > GROUP) {
      throw new IllegalArgumentException(
          count + " targets together: expected at most " + GROUP + ", a group");
    }
    scan.check(blocks, length, first, count);
    for (int i = 0; i < count; i++) {
      best[i].begin(k);
    }
    byte[] order = AttentionKernels.KERNELS.sumOrder();
    for (int from = 0; from < length && count > 0; from += RUN) {
      int n = FastScan.padded(Math.min(RUN, length - from));
      scan.sums(blocks, from, n / FastScan.BLOCK, first, count, sums, STRIDE);
      for (int i = 0; i < count; i++) {
        leaveOut(length - from, n, i * STRIDE, order);
        best[i].offerSums(sums, i * STRIDE, n + n % (2 * FastScan.BLOCK), from);
      }
    }
  }

  /** What stands beyond the last behaviour, up to a pair of blocks, gets less than any sum. */
  private void leaveOut(int length, int padded, int at, byte[] order) {
    int last = padded - FastScan.BLOCK;
    for (int l = 0; l < FastScan.BLOCK && length < padded; l++) {
      if (last + order[l] >= length) {
        sums[at + last + l] = -1;
      }
    }
    if (padded % (2 * FastScan.BLOCK) != 0) {
      Arrays.fill(sums, at + padded, at + padded + FastScan.BLOCK, (short) -1);
    }
  }

  /**
   * Writes the behaviours that a target keeps, best first, and returns how many they are.
   *
   * @param target counted from the first of the group
   */
  public int take(int target, int[] out, int offset) {
    return best[target].finish(out, offset);
  }

  /**
   * Writes at least the best {@code min(k, L)} and at most {@link #mostCandidates}, rising: cheaper
   * than {@link #take} where all of them are scored again. What is better than one of them is among
   * them.
   *
   * @param target counted from the first of the group
   */
  public int candidates(int target, int[] out) {
    return best[target].candidates(out);
  }
}
