package io.seminar.pipelines.evaluation;

import io.seminar.metrics.inference.BootstrapWeights;
import io.seminar.metrics.ranking.AucAccumulator;
import java.io.Serializable;

/**
 * The pair counts behind the AUC of one arm, by slice.
 *
 * @param arm index of the arm
 * @param bySlice null where no impression fell into the slice
 */
record PairCounts(int arm, AucAccumulator[] bySlice) implements Serializable {

  /** Merges an arm's sorted scores and counts the pairs of every slice, with replicates. */
  static PairCounts count(int arm, Iterable<String> runs, int replicates, long seed) {
    AucAccumulator[] bySlice = new AucAccumulator[SliceSet.size()];
    BootstrapWeights weights = replicates == 0 ? null : new BootstrapWeights(seed, replicates);
    long[] userWeights = new long[replicates];
    ScoreRun.merge(
        runs,
        (score, clicked, userHash, slices) -> {
          if (weights != null) {
            weights.fill(userHash, userWeights);
          }
          for (long left = slices; left != 0; left &= left - 1) {
            int slice = Long.numberOfTrailingZeros(left);
            if (bySlice[slice] == null) {
              bySlice[slice] = new AucAccumulator(replicates);
            }
            bySlice[slice].add(score, clicked, userWeights);
          }
        });
    return new PairCounts(arm, bySlice);
  }
}
