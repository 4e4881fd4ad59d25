package io.seminar.pipelines.replay;

/**
 * One way to choose the behaviours that a target attends to: the first stage (GSU) of an arm. Not
 * thread-safe: one instance a thread. Implementations keep no state from one user to the next.
 */
interface Retrieval {
  /** Called once a user, before any of the user's pages. */
  void open(EmbeddedHistory history);

  /**
   * Chooses up to K behaviours for each head and target, best first: row indices into the history,
   * all below {@code targets.length()}.
   *
   * @param targets the targets of (a part of) a page
   * @param kept overwritten
   */
  void retrieve(Targets targets, Kept kept);
}
