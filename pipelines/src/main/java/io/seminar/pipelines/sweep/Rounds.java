package io.seminar.pipelines.sweep;

import io.seminar.attention.retrieval.Cost;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * Rounds in which every arm answers every request once, all of them in one random order: whatever
 * the machine does meanwhile, a neighbour, a clock, a full cache, it does to all arms alike, and no
 * arm always finds the rows that another has just read.
 *
 * <p>A round allocates nothing. What is allocated by answers is counted for each arm, outside of
 * what is timed.
 */
final class Rounds {
  private final Contender[][] contenders; // (arms, requests)
  private final int requests;
  private final SplittableRandom random;
  private final LongSupplier clock;
  private final LongSupplier allocated;
  private final int[] order;
  private final long[][] nanos; // (arms, requests)
  private final int[] answered;
  private final long[] allocatedBytes;
  private final Cost cost = new Cost(false);
  private float consumed;

  /**
   * Sets up.
   *
   * @param contenders (arms, requests)
   * @param seed of the order
   * @param clock nanoseconds
   * @param allocated bytes that this thread has allocated so far
   */
  Rounds(Contender[][] contenders, long seed, LongSupplier clock, LongSupplier allocated) {
    this.contenders = contenders;
    this.requests = contenders[0].length;
    this.random = new SplittableRandom(seed);
    this.clock = clock;
    this.allocated = allocated;
    this.order = new int[contenders.length * requests];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    this.nanos = new long[contenders.length][requests];
    this.answered = new int[contenders.length];
    this.allocatedBytes = new long[contenders.length];
  }

  /** Runs one round. */
  void run() {
    shuffle();
    Arrays.fill(answered, 0);
    for (int at : order) {
      int arm = at / requests;
      Contender contender = contenders[arm][at % requests];
      long bytes = allocated.getAsLong();
      long start = clock.getAsLong();
      contender.answer(cost);
      long end = clock.getAsLong();
      allocatedBytes[arm] += allocated.getAsLong() - bytes;
      nanos[arm][answered[arm]++] = end - start;
      consumed += contender.consume();
    }
  }

  private void shuffle() {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }

  int arms() {
    return contenders.length;
  }

  /** Requests of a round. */
  int requests() {
    return requests;
  }

  /** Latencies of an arm in the last round, one a request, in the order of its answers. */
  long[] nanos(int arm) {
    return nanos[arm];
  }

  /**
   * Whether an arm has allocated since {@link #resetAllocated}, although it does not by its method.
   * Code that is not compiled yet does, where it computes on vectors.
   */
  boolean allocated(int arm) {
    return allocatedBytes[arm] > 0 && !contenders[arm][0].allocates();
  }

  void resetAllocated() {
    Arrays.fill(allocatedBytes, 0);
  }

  /** What the answers were used for: to be looked at, by anybody, after the last round. */
  float consumed() {
    return consumed;
  }
}
