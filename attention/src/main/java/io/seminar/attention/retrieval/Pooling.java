package io.seminar.attention.retrieval;

/**
 * An arm that makes its output of the whole history without choosing any of it, so that it has
 * neither recall nor mass kept. It keeps the promises of {@link Retrieval} but for those about what
 * is kept: an output is a function of history and target alone, and {@link #pool} does not allocate
 * once it has seen its largest sizes.
 *
 * <p>Not thread-safe: one instance a thread.
 */
public interface Pooling {
  /** Turns to a user, before any of the user's pages. */
  void open(AttendedBehaviours history);

  /**
   * Pools the behaviours before the request.
   *
   * @param targets of the user that was opened last
   * @param outputs (B, H d_v): the heads' outputs side by side, overwritten; zero where there is
   *     nothing to pool
   * @param cost what the call cost is added here
   */
  void pool(Targets targets, float[] outputs, Cost cost);

  /** Bytes that the user's index takes beside the values, as opened. */
  long indexBytes();
}
