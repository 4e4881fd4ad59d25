package io.seminar.pipelines.replay;

import io.seminar.reports.store.OutcomeRow;
import io.seminar.sessions.History;
import io.seminar.sessions.Request;

/** Arms that share work while a user is replayed. Not thread-safe: one instance a thread. */
interface ArmGroup {
  /** Called once a user, before any of the user's pages. */
  void open(History history);

  /**
   * Fills in what its own arms make of a page.
   *
   * @param outcomes of all arms of the run; scores are 0 and fidelity is NaN where nothing is
   *     written
   */
  void page(Request request, OutcomeRow[] outcomes);
}
