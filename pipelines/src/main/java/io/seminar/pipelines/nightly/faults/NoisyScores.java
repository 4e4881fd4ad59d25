package io.seminar.pipelines.nightly.faults;

import io.seminar.metrics.inference.UserHash;
import io.seminar.reports.store.OutcomeRow;

/**
 * An arm's scores are off by normal noise, drawn by user, request and item and so whatever the
 * position. Its size is a share of how much the page's scores vary (their standard deviation): a
 * page of equal scores stays as it is.
 *
 * @param arm name of the arm
 * @param share of the standard deviation, above 0
 * @param seed of the noise
 */
public record NoisyScores(String arm, double share, long seed) implements OutcomesFault {
  public NoisyScores {
    if (!(share > 0 && share < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("share is " + share + ", expected a number above 0");
    }
  }

  @Override
  public String key() {
    return "shifted-scores";
  }

  @Override
  public String description() {
    return "scores of " + arm + " shifted by noise of " + share + " of a page's deviation";
  }

  @Override
  public Reach reach() {
    return Reach.CANDIDATE;
  }

  @Override
  public void change(OutcomeRow row) {
    if (!row.arm.equals(arm)) {
      return;
    }
    double size = share * deviation(row.scores, row.impressions);
    long user = UserHash.of(row.user);
    for (int i = 0; i < row.impressions; i++) {
      long bits = FaultHash.of(seed ^ user, FaultHash.Purpose.NOISE, row.request, row.items[i]);
      row.scores[i] = (float) (row.scores[i] + size * FaultHash.normal(bits));
    }
  }

  private static double deviation(float[] scores, int n) {
    double mean = 0;
    for (int i = 0; i < n; i++) {
      mean += scores[i] / (double) n;
    }
    double squares = 0;
    for (int i = 0; i < n; i++) {
      squares += (scores[i] - mean) * (scores[i] - mean) / n;
    }
    return Math.sqrt(squares);
  }
}
