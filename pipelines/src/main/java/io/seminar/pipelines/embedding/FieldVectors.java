package io.seminar.pipelines.embedding;

/**
 * The vectors of the fields of query-item pairs, by which a score is linear: what a codebook
 * quantises.
 */
public interface FieldVectors {
  /** The fields, their sizes and weights. */
  FieldLayout layout();

  /** Whether an item has a field, which must not be the query's. */
  boolean hasItem(int field, int item);

  /**
   * Writes an item's vector of a field.
   *
   * @param field of the layout, not the query's
   * @return false where the item lacks it
   */
  boolean item(int field, int item, float[] out, int offset);

  /** Whether a query has a vector; false where the layout has no query. */
  boolean hasQuery(int query);

  /** Writes the vector of a query; false where it has none. */
  boolean query(int query, float[] out, int offset);
}
