package io.seminar.attention.retrieval;

/**
 * What stands for a target in the sum over the fields that {@link Behaviours#scales()} describes,
 * if all that is known of it are vectors of its fields: a model's {@link Targets#blocks} of them.
 * Not thread-safe: one a thread.
 */
public interface FieldFolding {
  /**
   * Folds a target.
   *
   * @param fields (Σ_f fieldSize): its fields, one after the other, without weights
   * @param blocks (H, Σ_f fieldSize), overwritten
   */
  void fold(float[] fields, float[] blocks);
}
