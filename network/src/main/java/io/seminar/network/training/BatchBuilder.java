package io.seminar.network.training;

import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.Parameters;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.util.List;

/**
 * Makes batches of requests. Behaviours that hold nothing are left out, of the others the most
 * recent ones before the request are read. Not thread-safe.
 */
final class BatchBuilder {
  private final BatchHistories histories;
  private final DistinctIndex items;
  private final DistinctIndex queries;

  /** A request of a user. */
  record Example(User user, Request request) {}

  /**
   * Makes batches.
   *
   * @param longest behaviours that are read at most, at least 1
   */
  BatchBuilder(CatalogueFeatures features, int longest) {
    this.histories = new BatchHistories(features, longest);
    this.items = histories.items();
    this.queries = histories.queries();
  }

  /**
   * Behaviours that an example reads: an upper bound, before those that hold nothing are left out.
   */
  int length(Example example) {
    return histories.length(example.user().history(), example.request().time());
  }

  /** A batch of these examples, at least one. */
  Batch build(List<Example> examples) {
    int b = examples.size();
    int p = 1;
    int l = 1;
    for (Example example : examples) {
      p = Math.max(p, example.request().length());
      l = Math.max(l, length(example));
    }
    histories.begin(b, l);
    int[] targetItems = new int[b * p];
    int[] targetQueries = new int[b * p];
    float[] targetMask = new float[b * p];
    int[] positions = new int[b * p];
    float[] labels = new float[b * p];
    for (int i = 0; i < b; i++) {
      Request request = examples.get(i).request();
      int query = queries.add(request.query());
      for (int t = 0; t < request.length(); t++) {
        int at = i * p + t;
        targetItems[at] = items.add(request.item()[t]);
        targetQueries[at] = query;
        targetMask[at] = 1;
        positions[at] = Math.max(0, Math.min(Parameters.POSITIONS - 1, request.position()[t]));
        labels[at] = request.label()[t] > 0 ? 1 : 0;
      }
      histories.add(examples.get(i).user().history(), request.time());
    }
    return new Batch(
        b,
        p,
        l,
        items.toArray(),
        queries.toArray(),
        histories.lengths(),
        histories.historyItems(),
        histories.historyQueries(),
        histories.recency(),
        targetItems,
        targetQueries,
        targetMask,
        positions,
        labels);
  }
}
