package io.seminar.pipelines.replay;

/**
 * How a model's scores follow from the codes of a behaviour's fields: what stands for a target in
 * the tables of each head. Scores are linear in the fields, so a target is a block a field, D
 * floats in all.
 *
 * <p>Not thread-safe: one instance a thread.
 */
interface Coding {
  /** H. */
  int heads();

  /** Whether the behaviours' first code is that of the query. */
  boolean hasQuery();

  /** Whether a behaviour's score has a factor of its own, {@link #scale}. */
  boolean scaled();

  /** A behaviour's factor. */
  float scale(int item, int query);

  /**
   * The blocks of a target as it is (ADC).
   *
   * @param blocks (H, D), overwritten
   */
  void exact(Targets targets, int target, float[] blocks);

  /**
   * The blocks of a target that is known by its own codes (SDC).
   *
   * @param decoded (D): the fields that the codes stand for
   * @param blocks (H, D), overwritten
   */
  void decoded(float[] decoded, float[] blocks);
}
