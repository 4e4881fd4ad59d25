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

  private final FastScan scan;
  private final TopK[] best;
  private final short[] sums;

  /**
   * @param subcodes C, 1 to {@link FastScan#MOST_SUBCODES}
   * @param targets B, 1 to {@link FastScan#MOST_TARGETS}
   * @param maxK largest K that will be asked for, at least 1
   */
  public FastTopK(int subcodes, int targets, int maxK) {
    scan = new FastScan(subcodes, targets);
    best = new TopK[targets];
    for (int i = 0; i < targets; i++) {
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
   * Looks for the best {@code k} of the first {@code length} behaviours for each of the first
   * {@code count} targets; {@link #take} or {@link #candidates} hands them out.
   *
   * @param blocks codes, see {@link FastScan#put}
   */
  // (L, C) x (B, C, 16) -> (B, K)
  public void search(byte[] blocks, int length, int count, int k) {
    scan.check(blocks, length, count);
    for (int i = 0; i < count; i++) {
      best[i].begin(k);
    }
    byte[] order = AttentionKernels.KERNELS.sumOrder();
    for (int from = 0; from < length; from += RUN) {
      int n = FastScan.padded(Math.min(RUN, length - from));
      for (int i = 0; i < count; i += FastScan.GROUP) {
        int group = Math.min(FastScan.GROUP, count - i);
        scan.sums(blocks, from, n / FastScan.BLOCK, i, group, sums, STRIDE);
        for (int j = 0; j < group; j++) {
          leaveOut(length - from, n, j * STRIDE, order);
          best[i + j].offerSums(sums, j * STRIDE, n + n % (2 * FastScan.BLOCK), from);
        }
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

  /** Writes the behaviours that a target keeps, best first, and returns how many they are. */
  public int take(int target, int[] out, int offset) {
    return best[target].finish(out, offset);
  }

  /**
   * Writes at least the best {@code min(k, L)} and at most {@link #mostCandidates}, rising: cheaper
   * than {@link #take} where all of them are scored again. What is better than one of them is among
   * them.
   */
  public int candidates(int target, int[] out) {
    return best[target].candidates(out);
  }
}
