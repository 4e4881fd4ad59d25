package io.seminar.attention.retrieval;

/**
 * Targets that are looked at together: the candidates of a request, or a part of them. They see the
 * first {@link #length()} behaviours of the history, those before the request.
 *
 * <p>Legend as in {@link Behaviours}, {@code B} targets, at most {@link #MAXIMUM}.
 */
public interface Targets {
  /** Targets that are looked at together, at most. */
  int MAXIMUM = 32;

  /** B. */
  int count();

  /** L, behaviours before the request. */
  int length();

  /** (B, d_k): the queries of a head; its scores are {@code <query, key>}. */
  float[] queries(int head);

  /** (B, pairSize): the embedded target pairs. */
  float[] pairs();

  /**
   * Writes what stands for a target in the sum over the fields that {@link Behaviours#scales()}
   * describes.
   *
   * @param blocks (H, Σ_f fieldSize), overwritten
   */
  void blocks(int target, float[] blocks);

  /** (B): candidate item ordinals. */
  int[] items();

  /** (B): categories of the items, negative where unknown. */
  int[] categories();

  /** The request's query ordinal, 0 if it has none. */
  int query();

  /** When, in milliseconds. */
  long time();
}
