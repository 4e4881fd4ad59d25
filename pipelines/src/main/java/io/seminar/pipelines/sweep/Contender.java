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
   * Answers the request. Allocates nothing once it has done so before.
   *
   * @param cost what retrieval cost is added here
   */
  void answer(Cost cost);

  /** The same, with the time of the attention after retrieval; slower by the clock's readings. */
  long answerTimingAttention(Cost cost);

  /** A number of the last answer, so that no compiler finds it unused. */
  float consume();

  /** Digest of what the last answer kept, in order; of an arm that keeps nothing, of its output. */
  long digest();

  /** Builds the index again; nanoseconds. */
  long rebuild();

  /** Bytes of the index of the open history. */
  long indexBytes();
}
