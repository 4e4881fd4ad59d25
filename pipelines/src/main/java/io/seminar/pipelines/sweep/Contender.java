package io.seminar.pipelines.sweep;

import io.seminar.attention.retrieval.Cost;

/**
 * An arm with one history open and one request put to it: what is measured. Not thread-safe.
 *
 * <p>An answer is everything between the request and what its prediction head would read: retrieval
 * for all targets and heads, exact scores of what is kept, and the attention over it.
 */
interface Contender {
  /**
   * Answers the request. Allocates nothing once it is compiled, unless it {@link #allocates}.
   *
   * @param cost what retrieval cost is added here
   */
  void answer(Cost cost);

  /**
   * The same, taking the time of what follows retrieval; slower by the readings of the clock.
   *
   * @param timed what retrieval cost is added here, stage by stage
   * @return nanoseconds of the attention to what was kept
   */
  long answerTimed(Cost timed);

  /** A number of the last answer, so that no compiler finds it unused. */
  float consume();

  /**
   * Answers again and digests what is kept, in order; of an arm that keeps nothing, its outputs.
   */
  long digest();

  /** Builds the index of the history, or builds it again; nanoseconds. */
  long open();

  /** Whether answers allocate by their method: such an arm is not waited for. */
  boolean allocates();

  /** Bytes of the index of the history. */
  long indexBytes();
}
