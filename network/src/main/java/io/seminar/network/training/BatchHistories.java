package io.seminar.network.training;

import io.seminar.network.model.Architecture;
import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.Initialization;
import io.seminar.sessions.History;

/**
 * The histories of a batch, read up to a time each, and the numbering of the batch's distinct items
 * and queries. Behaviours that hold nothing are left out; of the others the most recent are read.
 * Reused from batch to batch; what it hands out belongs to one batch.
 */
final class BatchHistories {
  private final CatalogueFeatures features;
  private final int longest;
  private final boolean recencies;
  private final DistinctIndex items;
  private final DistinctIndex queries;
  private int width;
  private int count;
  private int[] lengths;
  private int[] historyItems;
  private int[] historyQueries;
  private int[] recency;

  /**
   * Reads histories.
   *
   * @param longest behaviours that are read at most, at least 1
   */
  BatchHistories(CatalogueFeatures features, int longest) {
    this.features = features;
    this.longest = longest;
    this.recencies = features.spec().architecture() == Architecture.TWIN;
    this.items = new DistinctIndex(features.items());
    this.queries = new DistinctIndex(features.queries());
  }

  /** Behaviours before a time that are read at most: those that hold nothing are counted too. */
  int length(History history, long time) {
    return Math.min(longest, history.lengthBefore(time));
  }

  /**
   * Starts a batch; the browse query becomes its first query.
   *
   * @param b histories that will be added
   * @param width L, at least the longest of them
   */
  void begin(int b, int width) {
    this.width = width;
    this.count = 0;
    items.clear();
    queries.clear();
    queries.add(0);
    lengths = new int[b];
    historyItems = new int[b * width];
    historyQueries = new int[b * width];
    recency = recencies ? new int[b * width] : null;
  }

  /** Adds the behaviours strictly before a time. */
  void add(History history, long time) {
    int before = history.lengthBefore(time);
    int from = before;
    int n = 0;
    while (from > 0 && n < longest) {
      from--;
      n += features.hasPair(history.item()[from], history.query()[from]) ? 1 : 0;
    }
    int at = count * width;
    for (int e = from; e < before; e++) {
      if (features.hasPair(history.item()[e], history.query()[e])) {
        historyItems[at] = items.add(history.item()[e]);
        historyQueries[at] = queries.add(history.query()[e]);
        if (recency != null) {
          recency[at] = Initialization.recencyBucket(time - history.time()[e]);
        }
        at++;
      }
    }
    lengths[count] = at - count * width;
    count++;
  }

  /** The batch's distinct items. */
  DistinctIndex items() {
    return items;
  }

  /** The batch's distinct queries. */
  DistinctIndex queries() {
    return queries;
  }

  /** (B). */
  int[] lengths() {
    return lengths;
  }

  /** (B, L). */
  int[] historyItems() {
    return historyItems;
  }

  /** (B, L). */
  int[] historyQueries() {
    return historyQueries;
  }

  /** (B, L), null unless the network is TWIN. */
  int[] recency() {
    return recency;
  }
}
