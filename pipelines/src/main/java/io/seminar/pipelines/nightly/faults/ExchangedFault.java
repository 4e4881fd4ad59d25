package io.seminar.pipelines.nightly.faults;

import io.seminar.metrics.inference.UserHash;
import io.seminar.reports.store.OutcomeRow;

/**
 * A fault of half of the users, drawn by fair coins. If the candidate has it for those on one side
 * and the baseline for those on the other, neither is worse, and yet they differ: what a gate says
 * of that is a false alarm.
 *
 * @param fault that changes rows and no counts
 * @param side whose users have the fault
 * @param seed of the coins
 */
record ExchangedFault(OutcomesFault fault, boolean side, long seed) implements OutcomesFault {
  static final String KEY = "exchanged";

  @Override
  public String key() {
    return KEY;
  }

  @Override
  public String description() {
    return "exchanged for half of the users: " + fault.description();
  }

  @Override
  public Reach reach() {
    return fault.reach();
  }

  @Override
  public void change(OutcomeRow row) {
    boolean coin = (FaultHash.of(seed, FaultHash.Purpose.SIDE, UserHash.of(row.user), 0) & 1) != 0;
    if (coin == side) {
      fault.change(row);
    }
  }
}
