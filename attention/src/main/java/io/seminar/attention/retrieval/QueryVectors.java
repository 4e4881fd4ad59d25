package io.seminar.attention.retrieval;

/** The vectors of queries, by ordinal. Safe for threads. */
public interface QueryVectors {
  /** Floats of a vector. */
  int size();

  /**
   * Writes a query's vector.
   *
   * @return false where it has none
   */
  boolean copy(int query, float[] out, int offset);
}
