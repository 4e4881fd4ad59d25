package io.seminar.pipelines.replay;

import java.io.Serializable;
import org.apache.beam.sdk.transforms.SerializableFunction;

/**
 * What is left of a shard besides its outcomes.
 *
 * @param counts what went through
 * @param times how long it took, by arm and stage
 */
record ShardSummary(ReplayCounts counts, StageTimes times) implements Serializable {
  /** Sums summaries, in any order, for {@code Combine.globally}. */
  public static final SerializableFunction<Iterable<ShardSummary>, ShardSummary> SUM =
      summaries -> {
        ReplayCounts counts = ReplayCounts.NONE;
        StageTimes times = StageTimes.none();
        for (ShardSummary summary : summaries) {
          counts = counts.plus(summary.counts());
          times = times.plus(summary.times());
        }
        return new ShardSummary(counts, times);
      };
}
