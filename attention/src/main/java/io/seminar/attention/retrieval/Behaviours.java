package io.seminar.attention.retrieval;

/**
 * A user's behaviours as retrieval reads them, oldest first.
 *
 * <p>Legend: {@code L} behaviours, {@code H} heads, {@code d_k} floats of a key. Matrices are
 * row-major and may be longer than what they hold; callers read, never write.
 */
public interface Behaviours {
  /** L. */
  int length();

  /** H. */
  int heads();

  /** d_k. */
  int keySize();

  /** (L, d_k): the keys of a head. */
  float[] keys(int head);

  /** Floats of a pair's embedding, before any head looks at it. */
  int pairSize();

  /** (L, pairSize): the embedded pairs. */
  float[] pairs();

  /** Fields that a pair is made of: the query, if pairs have one, and the item's modalities. */
  int fields();

  /** Whether a field is the query's; at most the first is. */
  boolean ofQuery(int field);

  /** Floats of a field's vectors. */
  int fieldSize(int field);

  /** (L, fieldSize): a field's vectors, zero where a behaviour has none. */
  float[] field(int field);

  /**
   * (L): factors such that head h's score of behaviour l is {@code scale_l Σ_f <block_h,f,
   * field_f,l>}, with the blocks of {@link Targets#blocks}; null: all one.
   */
  float[] scales();

  /** (L): item ordinals. */
  int[] items();

  /** (L): query ordinals, 0 where there was none. */
  int[] queries();

  /** (L): categories of the items, negative where unknown. */
  int[] categories();

  /** (L): when, in milliseconds, not falling. */
  long[] times();
}
