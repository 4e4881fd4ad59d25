package io.seminar.pipelines.nightly.faults;

import io.seminar.reports.store.OutcomeRow;
import io.seminar.reports.store.RunManifest;

/** A day's log came in twice: every user is there two times, for candidate and baseline. */
public record DuplicatedLog() implements OutcomesFault {
  @Override
  public String key() {
    return "duplicated-log";
  }

  @Override
  public String description() {
    return "the day's log twice";
  }

  @Override
  public Reach reach() {
    return Reach.LOG;
  }

  @Override
  public void change(OutcomeRow row) {}

  @Override
  public int copies() {
    return 2;
  }

  @Override
  public RunManifest.Counts counts(RunManifest.Counts once) {
    return new RunManifest.Counts(
        2 * once.users(),
        2 * once.requests(),
        2 * once.impressions(),
        2 * once.behaviours(),
        2 * once.deadLetters());
  }
}
