package io.seminar.network.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** The pairs of a batch, behaviours and targets, looked up from its embedded items and queries. */
final class PairGraph {
  /** Added to the score of what must not be found: far below any score, still finite. */
  static final float MASKED = -1e9f;

  private final Leaves leaves;
  private final EmbeddingGraph embeddings;
  private final int b;
  private final int l;
  private final int d;
  private final NDArray historyItems; // (B L)
  private final NDArray historyQueries; // (B L)
  private final NDArray padding; // (B, 1, 1, L): 0, or MASKED beyond the history
  private final NDArray targets; // (B, P, d), e_t

  PairGraph(Leaves leaves, Batch batch, EmbeddingGraph embeddings, int hidden) {
    this.leaves = leaves;
    this.embeddings = embeddings;
    this.b = batch.requests();
    this.l = batch.length();
    this.d = hidden;
    this.historyItems = leaves.indices(batch.historyItems(), new Shape((long) b * l));
    this.historyQueries = leaves.indices(batch.historyQueries(), new Shape((long) b * l));
    float[] mask = new float[b * l];
    for (int i = 0; i < b; i++) {
      for (int k = batch.lengths()[i]; k < l; k++) {
        mask[i * l + k] = MASKED;
      }
    }
    this.padding = leaves.numbers(mask, new Shape(b, 1, 1, l));
    int p = batch.targets();
    this.targets =
        of(
                leaves.indices(batch.targetItems(), new Shape((long) b * p)),
                leaves.indices(batch.targetQueries(), new Shape((long) b * p)),
                embeddings.items(),
                embeddings.queries())
            .reshape(b, p, d);
  }

  /** e_t, (B, P, d). */
  NDArray targets() {
    return targets;
  }

  /** Numbers of the behaviours' items, (B L). */
  NDArray historyItems() {
    return historyItems;
  }

  /** Numbers of the behaviours' queries, (B L). */
  NDArray historyQueries() {
    return historyQueries;
  }

  /** To be added to scores: 0, or {@link #MASKED} beyond the history, (B, 1, 1, L). */
  NDArray padding() {
    return padding;
  }

  /** 1 for a behaviour, 0 for padding, (B, 1, 1, L). */
  NDArray real() {
    return padding.eq(0).toType(leaves.type(), false);
  }

  /** The embeddings of the batch. */
  EmbeddingGraph embeddings() {
    return embeddings;
  }

  /**
   * Pairs in some linear image of their embeddings.
   *
   * @param items numbers into the table of items, (n)
   * @param queries numbers into that of queries, (n)
   * @param queryTable null in networks without queries
   * @return (n, row of a table)
   */
  NDArray of(NDArray items, NDArray queries, NDArray itemTable, NDArray queryTable) {
    NDArray item = EmbeddingGraph.lookUp(itemTable, items);
    return embeddings.pair(
        item, queryTable == null ? null : EmbeddingGraph.lookUp(queryTable, queries));
  }

  /** The same values, through which no gradient flows; null of null. */
  static NDArray stop(NDArray x) {
    return x == null ? null : x.stopGradient();
  }

  /** e_l of all behaviours, (B, L, d). */
  NDArray history(boolean differentiated) {
    NDArray items = embeddings.items();
    NDArray queries = embeddings.queries();
    return of(
            historyItems,
            historyQueries,
            differentiated ? items : stop(items),
            differentiated ? queries : stop(queries))
        .reshape(b, l, d);
  }

  /** Signatures of pairs as ±1: (B, n, d) → (B, n, bits). */
  NDArray signatures(NDArray pairs, int n, int bits) {
    NDArray side =
        EmbeddingGraph.linear(
            pairs.stopGradient().reshape((long) b * n, d), leaves.dense("search.hash"));
    NDArray set = side.gte(0).toType(leaves.type(), false);
    return Arithmetic.plus(Arithmetic.times(set, 2), -1).reshape(b, n, bits);
  }
}
