package io.seminar.pipelines.nightly.faults;

import io.seminar.metrics.inference.UserHash;
import io.seminar.pipelines.evaluation.SliceSet;
import io.seminar.reports.store.OutcomeRow;

/**
 * The labels of a slice are mixed up: on every page those of the impressions that the slice selects
 * are shuffled among them, alike for all arms. There are as many clicks as before.
 *
 * @param slice one of {@link SliceSet#names}
 * @param reach whether the log is spoilt or what the candidate made of it
 * @param seed of the shuffles
 */
public record MixedLabels(String slice, Reach reach, long seed) implements OutcomesFault {
  public MixedLabels {
    if (!SliceSet.names().contains(slice)) {
      throw new IllegalArgumentException(
          "no slice '" + slice + "', expected one of " + SliceSet.names());
    }
  }

  @Override
  public String key() {
    return reach == Reach.LOG ? "mixed-labels-of-the-log" : "mixed-labels";
  }

  @Override
  public String description() {
    return "labels of "
        + slice
        + " mixed up"
        + (reach == Reach.LOG ? " in the log, for candidate and baseline" : "");
  }

  @Override
  public void change(OutcomeRow row) {
    long bit = 1L << SliceSet.names().indexOf(slice);
    long user = UserHash.of(row.user);
    // Fisher and Yates, over the impressions of the slice only.
    int seen = 0;
    int[] members = new int[row.impressions];
    for (int i = 0; i < row.impressions; i++) {
      long mask = SliceSet.mask(row.historyLength, row.query, row.searchedShare, row.cold[i]);
      if ((mask & bit) == 0) {
        continue;
      }
      members[seen++] = i;
      long bits = FaultHash.of(seed ^ user, FaultHash.Purpose.LABELS, row.request, i);
      int other = members[(int) (FaultHash.uniform(bits) * seen)];
      byte label = row.labels[i];
      row.labels[i] = row.labels[other];
      row.labels[other] = label;
    }
  }
}
