package io.seminar.network.scoring;

import io.seminar.sessions.Query;

/**
 * Embeddings of query-item pairs as weighted sums of two rows, {@code a query + (1 − a) item}; or a
 * linear image of these, such as their keys. Read only.
 */
final class PairTable {
  /** Added to squared lengths, as in training: a zero vector has cosine 0. */
  private static final double TINY = 1e-12;

  private final RowTable items;
  private final RowTable queries; // null: pairs are items alone
  private final float balance;

  /**
   * @param items (items, d)
   * @param queries (queries, d); null: pairs are items alone
   * @param balance a; 0 without queries
   */
  PairTable(RowTable items, RowTable queries, float balance) {
    this.items = items;
    this.queries = queries;
    this.balance = balance;
  }

  /** The table of {@code matrix · e} for every pair. // matrix (d, d) */
  PairTable times(float[] matrix) {
    return new PairTable(
        items.times(matrix), queries == null ? null : queries.times(matrix), balance);
  }

  /** a, the weight of the query. */
  float balance() {
    return balance;
  }

  /** Rows of queries; null if pairs are items alone. */
  RowTable queries() {
    return queries;
  }

  /** Writes the d floats of a pair. */
  void row(int item, int query, float[] out, int offset) {
    if (queries == null) {
      items.copy(item, out, offset);
    } else {
      part(item, query, 0, items.dimension(), out, offset);
    }
  }

  /** Writes the pair's floats of head h to row {@code row} of {@code perHead[h]}, (L, d_h). */
  void perHead(int item, int query, float[][] perHead, int row) {
    int size = items.dimension() / perHead.length;
    for (int h = 0; h < perHead.length; h++) {
      if (queries == null) {
        System.arraycopy(
            items.block(item), items.offset(item) + h * size, perHead[h], row * size, size);
      } else {
        part(item, query, h * size, size, perHead[h], row * size);
      }
    }
  }

  /**
   * Cosine of a query and an item; 0 for browsing, without queries, and where one is zero. As in
   * training, 1e-12 is added to both squares, which shortens the cosine of vectors below 1e-4.
   */
  float relevance(int item, int query) {
    if (queries == null || query == Query.BROWSE_ORDINAL) {
      return 0;
    }
    float[] i = items.block(item);
    float[] q = queries.block(query);
    int iAt = items.offset(item);
    int qAt = queries.offset(query);
    double product = 0;
    double iSquared = TINY;
    double qSquared = TINY;
    for (int j = 0; j < items.dimension(); j++) {
      product += (double) i[iAt + j] * q[qAt + j];
      iSquared += (double) i[iAt + j] * i[iAt + j];
      qSquared += (double) q[qAt + j] * q[qAt + j];
    }
    return (float) (product / Math.sqrt(iSquared * qSquared));
  }

  private void part(int item, int query, int from, int n, float[] out, int offset) {
    float[] i = items.block(item);
    float[] q = queries.block(query);
    int iAt = items.offset(item) + from;
    int qAt = queries.offset(query) + from;
    float rest = 1 - balance;
    for (int j = 0; j < n; j++) {
      out[offset + j] = balance * q[qAt + j] + rest * i[iAt + j];
    }
  }
}
