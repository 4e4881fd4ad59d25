package io.seminar.sessions;

/**
 * One search query, as handed to {@link DatasetWriter#addQuery}.
 *
 * @param id the query's text or its name in the log; not empty, unique within the data set
 * @param tokens hashed token ordinals, each at least 0, without padding; may be empty
 * @param vector finite, of the schema's query dimension; {@code null}: this query has none
 */
public record Query(String id, int[] tokens, float[] vector) {
  /** Ordinal of the browse query: an item reached by browsing, a page shown without a search. */
  public static final int BROWSE_ORDINAL = 0;

  /** The browse query: no tokens, no vector. The writer puts it at ordinal 0 of every data set. */
  public static final Query BROWSE = new Query("<browse>", new int[0], null);
}
