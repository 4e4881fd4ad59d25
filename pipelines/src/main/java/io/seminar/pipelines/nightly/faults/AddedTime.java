package io.seminar.pipelines.nightly.faults;

import io.seminar.reports.store.OutcomeRow;
import io.seminar.reports.text.Numbers;

/**
 * An arm takes longer to retrieve for a page.
 *
 * @param arm name of the arm
 * @param nanos above 0
 */
public record AddedTime(String arm, long nanos) implements OutcomesFault {
  public AddedTime {
    if (nanos <= 0) {
      throw new IllegalArgumentException("nanos is " + nanos + ", expected above 0");
    }
  }

  @Override
  public String key() {
    return "added-time";
  }

  @Override
  public String description() {
    return arm + " slower by " + Numbers.nanos(nanos) + " a page";
  }

  @Override
  public Reach reach() {
    return Reach.CANDIDATE;
  }

  @Override
  public void change(OutcomeRow row) {
    if (row.arm.equals(arm)) {
      row.retrieveNanos += nanos;
    }
  }
}
