package io.seminar.attention.retrieval;

/**
 * One way to choose the behaviours that a target attends to: the first stage (GSU) of an arm.
 *
 * <p>Every implementation keeps these promises, and one conformance test holds all of them to it:
 *
 * <ul>
 *   <li>It keeps {@code min(K, L)} behaviours a head and target, or fewer only where its method
 *       says so (a category, a collision), each once, all below {@code targets.length()}, best
 *       first. Of equally good ones the more recent comes first.
 *   <li>What it keeps for a target is a function of history and target alone: not of the other
 *       targets of the call, of what was asked before, or of other users. Behaviours from {@code
 *       targets.length()} on are never kept; that they shape an index which is built once a user (a
 *       graph's links, a mean that codes are taken from) is as near as an arm may come to them, and
 *       the conformance test lists those that do.
 *   <li>{@link #retrieve} allocates nothing once it has seen its largest sizes.
 * </ul>
 *
 * <p>Not thread-safe: one instance a thread; what instances share is immutable.
 */
public interface Retrieval {
  /**
   * Turns to a user, before any of the user's pages, and builds what it searches in. The history
   * must not change until the next call.
   */
  void open(Behaviours history);

  /**
   * Chooses up to K behaviours for each head and target: row indices into the history.
   *
   * @param targets of the user that was opened last
   * @param kept overwritten for all heads and the first {@code targets.count()} targets
   * @param cost what the call cost is added here
   */
  void retrieve(Targets targets, Kept kept, Cost cost);

  /** Bytes that the user's index takes beside the keys, as opened. */
  long indexBytes();
}
