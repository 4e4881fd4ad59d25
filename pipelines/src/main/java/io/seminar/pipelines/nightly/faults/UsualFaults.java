package io.seminar.pipelines.nightly.faults;

import java.util.List;

/**
 * The faults that a self-test plants, and their sizes.
 *
 * @param arm whose outcomes are spoilt
 * @param slice whose labels are mixed up
 * @param modality whose vectors are lost
 * @param seed of everything random
 */
record UsualFaults(String arm, String slice, String modality, long seed) {
  private static final double RECALL = 0.005;
  private static final double NOISE = 0.25;
  private static final long NANOS = 2_000_000;
  private static final double LOST = 0.05;

  /** In the order of the report. */
  List<Fault> all() {
    return List.of(
        new DroppedRecall(arm, RECALL),
        noise(),
        new AddedTime(arm, NANOS),
        new MixedLabels(slice, Fault.Reach.CANDIDATE, seed),
        new MixedLabels(slice, Fault.Reach.LOG, seed),
        new DuplicatedLog(),
        new SwappedCodebooks(),
        new LostVectors(modality, LOST, seed));
  }

  /** The one that is exchanged between candidate and baseline to see false alarms. */
  NoisyScores noise() {
    return new NoisyScores(arm, NOISE, seed);
  }
}
