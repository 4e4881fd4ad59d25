package io.seminar.pipelines.arms;

import io.seminar.attention.retrieval.FieldFolding;
import io.seminar.pipelines.embedding.FieldVectors;

/**
 * A model that attends to a user's history, as the arms that retrieve for it need to know it: how
 * it embeds behaviours and targets, and what it makes of the attention's outputs. Several arms may
 * retrieve for one model; its exact scores are the truth that they are compared with.
 *
 * <p>Legend: {@code H} heads, {@code d_k} floats of a key and of a head's query, {@code d_v} floats
 * of a value, {@code D} floats of a pair, {@code L} behaviours, {@code B} targets. The score of
 * head h is {@code <query_h, key_h>}, its softmax over {@code score / temperature}. It is linear in
 * the fields of the behaviour, {@code scale_l Σ_f w_f <block_h,f, x_l,f>}, {@code w_f} and {@code
 * x_l,f} those of {@link #fields}.
 *
 * <p>Not thread-safe: one instance a thread. No method allocates in steady state.
 */
public interface AttentionModel extends FieldFolding {
  /** H, at least 1. */
  int heads();

  /** d_k. */
  int keySize();

  /** d_v. */
  int valueSize();

  /** D. */
  int pairSize();

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

  /** Writes the D floats of a behaviour that holds something. */
  void pair(int item, int query, float[] out, int offset);

  /** Writes the D floats of a target; zeros where it holds nothing. */
  void target(int item, int query, float[] out, int offset);

  /**
   * Writes the queries of all heads.
   *
   * @param targets (B, D)
   * @param queries (H) of (B, d_k), overwritten
   */
  void queries(float[] targets, int count, float[][] queries);

  /** The fields of pairs, with their weights. */
  FieldVectors fields();

  /** Whether a behaviour's score has a factor of its own, {@link #scale}. */
  boolean scaled();

  /** A behaviour's factor. */
  float scale(int item, int query);

  /**
   * Writes what stands for a target in the sum over the fields.
   *
   * @param targets (B, D)
   * @param blocks (H, Σ_f fieldSize), overwritten
   */
  void blocks(float[] targets, int target, float[] blocks);

  /** The item's category; negative if it has none. */
  int category(int item);

  /**
   * Scores the targets by what the heads gave.
   *
   * @param outputs (B, H d_v): the heads' outputs side by side, over what an arm keeps
   * @param logSums (B, H): natural logarithm of the sum of {@code exp(score / temperature)} over
   *     what the arm keeps; {@code -∞} where it keeps nothing
   * @param scores (B), overwritten
   */
  void score(RequestTargets targets, float[] outputs, double[] logSums, float[] scores);
}
