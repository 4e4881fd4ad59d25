package io.seminar.sessions;

/**
 * The queries of a data set, mapped into memory. Queries are named by ordinal; 0 is the browse
 * query. Safe for several threads; close it when none uses it any more.
 */
public final class QueryTable implements AutoCloseable {
  private final CatalogueTable table;
  private final int dimension;

  private QueryTable(CatalogueTable table, int dimension) {
    this.table = table;
    this.dimension = dimension;
  }

  static QueryTable open(Dataset dataset) {
    DatasetSchema schema = dataset.descriptor().schema();
    int dimension = schema.queryDimension();
    CatalogueTable table =
        CatalogueTable.open(
            dataset,
            DatasetDescriptor.Kind.QUERIES,
            Columns.queries(schema),
            false,
            dimension == 0 ? new int[0] : new int[] {dimension},
            dataset.descriptor().counts().queries());
    return new QueryTable(table, dimension);
  }

  /** Number of queries, the browse query among them. */
  public int size() {
    return table.size();
  }

  /** Floats a query vector; 0: queries have none. */
  public int dimension() {
    return dimension;
  }

  /** The query's text, or its name in the log. */
  public String id(int query) {
    return table.id(query);
  }

  /** A copy of the query's token ordinals. */
  public int[] tokens(int query) {
    return table.ordinals(query);
  }

  /** Whether the query has a vector. */
  public boolean has(int query) {
    return dimension > 0 && table.has(0, query);
  }

  /**
   * Copies the query's vector to {@code target[offset…offset + dimension)}.
   *
   * @throws IllegalArgumentException if the query has none
   */
  public void copyVector(int query, float[] target, int offset) {
    if (dimension == 0) {
      throw new IllegalArgumentException("the queries of this data set have no vectors");
    }
    table.copyVector(0, query, dimension, target, offset);
  }

  /** The rows as stored. */
  CatalogueTable table() {
    return table;
  }

  /**
   * Refuses all further use; the mapped pages are given back once nothing refers to this any more.
   */
  @Override
  public void close() {
    table.close();
  }
}
