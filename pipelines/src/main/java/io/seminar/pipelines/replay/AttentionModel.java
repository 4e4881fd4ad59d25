package io.seminar.pipelines.replay;

/**
 * A model that attends to a user's history, as the arms that retrieve for it need to know it: how
 * it embeds behaviours and targets, and what it makes of the attention's outputs. Several arms may
 * retrieve for one model; its exact scores are the truth that they are compared with.
 *
 * <p>Legend: {@code H} heads, {@code d_k} floats of a key and of a head's query, {@code d_v} floats
 * of a value, {@code D} floats of a target, {@code L} behaviours, {@code B} targets. The score of
 * head h is {@code <query_h, key_h>}, its softmax over {@code score / temperature}.
 *
 * <p>Not thread-safe: one instance a thread. No method allocates in steady state.
 */
interface AttentionModel {
  /** H, at least 1. */
  int heads();

  /** d_k. */
  int keySize();

  /** d_v. */
  int valueSize();

  /** D. */
  int targetSize();

  /** Whether the values are the keys, so that they need not be written twice. */
  boolean valuesAreKeys();

  /** K, behaviours that each head keeps. */
  int keep();

  /** τ of the softmax. */
  float temperature();

  /** Whether a pair holds anything that the model reads; a behaviour that does not is left out. */
  boolean holds(int item, int query);

  /**
   * Writes a behaviour's keys and values.
   *
   * @param keys (H) of (L, d_k)
   * @param values (H) of (L, d_v); the same arrays where {@link #valuesAreKeys()}
   * @param row of both that is written
   */
  void behaviour(int item, int query, float[][] keys, float[][] values, int row);

  /** Writes the D floats of a target; zeros where it holds nothing. */
  void target(int item, int query, float[] out, int offset);

  /**
   * Writes the queries of all heads.
   *
   * @param targets (B, D)
   * @param queries (H) of (B, d_k), overwritten
   */
  void queries(float[] targets, int count, float[][] queries);

  /**
   * Scores the targets by what the heads gave.
   *
   * @param outputs (B, H d_v): the heads' outputs side by side, over what an arm keeps
   * @param logSums (B, H): natural logarithm of the sum of {@code exp(score / temperature)} over
   *     what the arm keeps; {@code -∞} where it keeps nothing
   * @param scores (B), overwritten
   */
  void score(Targets targets, float[] outputs, double[] logSums, float[] scores);
}
