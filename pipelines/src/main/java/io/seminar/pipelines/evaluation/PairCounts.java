package io.seminar.pipelines.evaluation;

import io.seminar.metrics.inference.UserDraws;
import io.seminar.metrics.ranking.AucAccumulator;
import java.io.Serializable;

/**
 * The pair counts behind the AUC of one arm, by slice.
 *
 * @param arm index of the arm
 * @param bySlice null where no impression fell into the slice
 */
record PairCounts(int arm, AucAccumulator[] bySlice) implements Serializable {

  /**
   * Merges an arm's sorted scores and counts the pairs of every slice, plainly and weighed.
   *
   * @param weights of the users, without sign flips
   */
  static PairCounts count(int arm, Iterable<String> runs, UserDraws weights) {
    AucAccumulator[] bySlice = new AucAccumulator[SliceSet.size()];
    KeptWeights kept = new KeptWeights(weights);
    long[] userWeights = new long[weights.resampling().columns()];
    ScoreRun.merge(
        runs,
        (score, clicked, userHash, slices) -> {
          kept.fill(userHash, userWeights);
          for (long left = slices; left != 0; left &= left - 1) {
            int slice = Long.numberOfTrailingZeros(left);
            if (bySlice[slice] == null) {
              bySlice[slice] = new AucAccumulator(userWeights.length);
            }
            bySlice[slice].add(score, clicked, userWeights);
          }
        });
    return new PairCounts(arm, bySlice);
  }
}
