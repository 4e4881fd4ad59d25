package io.seminar.pipelines.sweep;

import java.io.Serializable;
import java.util.function.LongSupplier;

/**
 * Measures service times: rounds without measuring until every arm has settled, or a limit is
 * reached, then rounds with. The next request is put when the last is answered.
 */
final class ClosedLoop {
  /**
   * When it ends.
   *
   * @param warmUp limits of the rounds without measuring
   * @param samples latencies an arm to take
   * @param seconds an arm that measuring may take
   */
  record Limits(Measuring.WarmUp warmUp, long samples, double seconds) implements Serializable {}

  private final Rounds rounds;
  private final Limits limits;
  private final LongSupplier clock;
  private final Settling[] settling;
  private final Latencies[] latencies;
  private long measuredRounds;

  /**
   * Sets up.
   *
   * @param clock nanoseconds
   */
  ClosedLoop(Rounds rounds, Limits limits, LongSupplier clock) {
    this.rounds = rounds;
    this.limits = limits;
    this.clock = clock;
    this.settling = new Settling[rounds.arms()];
    this.latencies = new Latencies[rounds.arms()];
    for (int a = 0; a < rounds.arms(); a++) {
      settling[a] = new Settling(limits.warmUp().cv());
      latencies[a] = new Latencies();
    }
  }

  /** Warms up: until all have settled and a round allocates nothing, or to the limit. */
  void warmUp() {
    long deadline = deadline(limits.warmUp().seconds());
    for (int r = 0; r < limits.warmUp().rounds(); r++) {
      if ((allSettled() && !rounds.allocated()) || clock.getAsLong() - deadline >= 0) {
        break;
      }
      rounds.resetAllocated();
      rounds.run();
      for (int a = 0; a < rounds.arms(); a++) {
        settling[a].round(rounds.nanos(a), rounds.requests());
      }
    }
  }

  private boolean allSettled() {
    for (Settling arm : settling) {
      if (!arm.settled()) {
        return false;
      }
    }
    return true;
  }

  /** Measures; whatever the limits, enough for a median. */
  void measure() {
    rounds.resetAllocated();
    long deadline = deadline(limits.seconds());
    do {
      rounds.run();
      measuredRounds++;
      for (int a = 0; a < rounds.arms(); a++) {
        long[] nanos = rounds.nanos(a);
        for (int r = 0; r < rounds.requests(); r++) {
          latencies[a].record(nanos[r]);
        }
      }
    } while (!Latencies.supports(latencies[0].samples(), 0.5)
        || (latencies[0].samples() < limits.samples() && clock.getAsLong() - deadline < 0));
  }

  private long deadline(double secondsAnArm) {
    return clock.getAsLong() + (long) (secondsAnArm * rounds.arms() * 1e9);
  }

  /** An arm's latencies. */
  Latencies latencies(int arm) {
    return latencies[arm];
  }

  /** How an arm warmed up. */
  Settling settling(int arm) {
    return settling[arm];
  }

  /** Bytes an answer that an arm allocated while it was measured. */
  double allocatedBytes(int arm) {
    return (double) rounds.allocatedBytes(arm) / (measuredRounds * rounds.requests());
  }
}
