package io.seminar.pipelines.sweep;

import java.io.Serializable;
import java.util.List;

/**
 * How points are measured.
 *
 * @param requests that fidelity is taken over, in every case
 * @param histories of them that are open together while time is taken, at most; fewer where they do
 *     not fit into {@code memoryBytes}
 * @param memoryBytes heap that a fork may take
 * @param forks fresh JVMs a case
 * @param samples latencies a point that are aimed at, over all forks
 * @param seconds that a point is measured in a fork, at most
 * @param warmUp when measuring may begin
 * @param pruneMargin how many times as slow as a point that recalls as much a point must be in the
 *     probe, so that it is not measured
 * @param loads offered in the open loop, as shares of a capacity; none: no open loop
 * @param loadOf whose capacity
 * @param loadSeconds that an arm is offered a load, at most
 * @param jvmFlags that forks get beside those of the parent
 */
record Measuring(
    int requests,
    int histories,
    long memoryBytes,
    int forks,
    int samples,
    double seconds,
    WarmUp warmUp,
    double pruneMargin,
    double[] loads,
    LoadOf loadOf,
    double loadSeconds,
    List<String> jvmFlags) {

  /** Whose capacity a load is a share of: the reciprocal of whose mean service time. */
  enum LoadOf {
    /** That of exact attention in the same case: all arms get the same traffic. */
    EXACT,
    /** The arm's own: all arms are equally busy. */
    OWN
  }

  /**
   * The end of warming up.
   *
   * @param cv largest coefficient of variation of an arm's last medians, by stretch of 10 ms an arm
   *     or more, that counts as settled
   * @param stretches after which measuring begins even if an arm has not settled
   * @param seconds an arm, the same
   */
  record WarmUp(double cv, int stretches, double seconds) implements Serializable {}
}
