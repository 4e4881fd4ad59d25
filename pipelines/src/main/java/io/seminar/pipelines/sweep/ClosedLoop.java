package io.seminar.pipelines.sweep;

import java.io.Serializable;
import java.util.function.LongSupplier;

/**
 * Measures service times: rounds without measuring until every arm has settled, or a limit is
 * reached, then rounds with. The next request is put when the last is answered.
 */
final class ClosedLoop {
  private static final int STRETCH_MILLIS = 10;

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
  private long warmUpRounds;

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

  /**
   * Warms up: until all have settled and a stretch allocates nothing, but for arms that do by their
   * method, or to the limit. A stretch is of whole rounds and takes at least {@value
   * #STRETCH_MILLIS} ms an arm: as long as a compiler may be at work on a method, so that what is
   * about to become faster is not taken for settled.
   */
  void warmUp() {
    long deadline = deadline(limits.warmUp().seconds());
    for (int s = 0; s < limits.warmUp().stretches(); s++) {
      if (allSettled() || clock.getAsLong() - deadline >= 0) {
        break;
      }
      stretch(deadline);
    }
    for (Latencies arm : latencies) {
      arm.reset();
    }
  }

  private void stretch(long deadline) {
    long end = deadline(STRETCH_MILLIS / 1e3);
    rounds.resetAllocated();
    for (Latencies arm : latencies) {
      arm.reset();
    }
    do {
      round();
      warmUpRounds++;
    } while (clock.getAsLong() - end < 0 && clock.getAsLong() - deadline < 0);
    for (int a = 0; a < rounds.arms(); a++) {
      settling[a].add(latencies[a].median());
    }
  }

  private void round() {
    rounds.run();
    for (int a = 0; a < rounds.arms(); a++) {
      long[] nanos = rounds.nanos(a);
      for (int r = 0; r < rounds.requests(); r++) {
        latencies[a].record(nanos[r]);
      }
    }
  }

  private boolean allSettled() {
    for (int a = 0; a < settling.length; a++) {
      if (!settling[a].settled() || rounds.allocated(a)) {
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
      round();
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

  /** Requests of an arm before it was measured. */
  long warmUpRequests() {
    return warmUpRounds * rounds.requests();
  }

  /**
   * Whether an arm has allocated while it was measured, although it does not by its method: it had
   * not been compiled.
   */
  boolean allocated(int arm) {
    return rounds.allocated(arm);
  }
}
