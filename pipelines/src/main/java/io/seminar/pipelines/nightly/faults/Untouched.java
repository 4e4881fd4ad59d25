package io.seminar.pipelines.nightly.faults;

import io.seminar.reports.store.OutcomeRow;

/** No fault at all. */
record Untouched() implements OutcomesFault {
  static final String KEY = "untouched";

  @Override
  public String key() {
    return KEY;
  }

  @Override
  public String description() {
    return "the candidate as its own baseline";
  }

  @Override
  public Reach reach() {
    return Reach.CANDIDATE;
  }

  @Override
  public void change(OutcomeRow row) {}
}
