package io.seminar.pipelines.evaluation;

import io.seminar.metrics.inference.Resampling;
import io.seminar.metrics.ranking.AucAccumulator;
import java.io.Serializable;

/**
 * The pair counts behind the AUC of one arm, by slice.
 *
 * @param arm index of the arm
 * @param bySlice null where no impression fell into the slice
 */
record PairCounts(int arm, AucAccumulator[] bySlice) implements Serializable {

  /** Merges an arm's sorted scores and counts the pairs of every slice, plainly and weighed. */
  static PairCounts count(int arm, Iterable<String> runs, Resampling resampling) {
    AucAccumulator[] bySlice = new AucAccumulator[SliceSet.size()];
    // Flips say nothing about one arm by itself.
    Resampling weighed =
        new Resampling(resampling.seed(), resampling.bootstraps(), resampling.groups(), 0);
    KeptWeights weights = new KeptWeights(weighed);
    long[] userWeights = new long[weighed.columns()];
    ScoreRun.merge(
        runs,
        (score, clicked, userHash, slices) -> {
          weights.fill(userHash, userWeights);
          for (long left = slices; left != 0; left &= left - 1) {
            int slice = Long.numberOfTrailingZeros(left);
            if (bySlice[slice] == null) {
              bySlice[slice] = new AucAccumulator(weighed.columns());
            }
            bySlice[slice].add(score, clicked, userWeights);
          }
        });
    return new PairCounts(arm, bySlice);
  }
}
