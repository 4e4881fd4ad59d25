package io.seminar.pipelines.nightly.faults;

import io.seminar.reports.store.OutcomeRow;

/**
 * An arm keeps fewer of the behaviours that matter: every recall@K of it, whatever K, is lower by a
 * share of itself.
 *
 * @param arm name of the arm
 * @param share between 0 and 1
 */
public record DroppedRecall(String arm, double share) implements OutcomesFault {
  public DroppedRecall {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share is " + share + ", expected above 0, at most 1");
    }
  }

  @Override
  public String key() {
    return "dropped-recall";
  }

  @Override
  public String description() {
    return "recall of " + arm + " lower by " + 100 * share + " %";
  }

  @Override
  public Reach reach() {
    return Reach.CANDIDATE;
  }

  @Override
  public void change(OutcomeRow row) {
    if (row.arm.equals(arm)) {
      int n = row.impressions * row.retrievalKs();
      for (int i = 0; i < n; i++) {
        row.recall[i] *= (float) (1 - share);
      }
    }
  }
}
