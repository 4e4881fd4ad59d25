package io.seminar.pipelines.replay;

import java.io.Serializable;
import java.util.Arrays;

/**
 * How attention is set up for every arm of a replay.
 *
 * @param recallAt the K of recall@K, ascending; the largest is how many behaviours an arm keeps
 * @param temperature τ of the softmax over {@code score / τ}, above 0
 * @param queryWeight the share {@code a} of the query in a query-item pair, in [0, 1]; the
 *     modalities of the item share the rest equally (the fusion of SEMINAR with its gate and its
 *     {@code a} at their start)
 */
public record Scoring(int[] recallAt, float temperature, float queryWeight)
    implements Serializable {
  /** Checks the ranges above. */
  public Scoring {
    if (recallAt.length == 0) {
      throw new IllegalArgumentException("recallAt is empty, expected at least one K");
    }
    for (int i = 0; i < recallAt.length; i++) {
      if (recallAt[i] < 1 || (i > 0 && recallAt[i] <= recallAt[i - 1])) {
        throw new IllegalArgumentException(
            "recallAt is " + Arrays.toString(recallAt) + ", expected ascending K of at least 1");
      }
    }
    if (!(temperature > 0) || Float.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature is " + temperature + ", expected a finite number above 0");
    }
    if (!(queryWeight >= 0 && queryWeight <= 1)) {
      throw new IllegalArgumentException(
          "queryWeight is " + queryWeight + ", expected a number in [0, 1]");
    }
    recallAt = recallAt.clone();
  }

  /** Behaviours that an arm keeps for a target. */
  public int keep() {
    return recallAt[recallAt.length - 1];
  }
}
