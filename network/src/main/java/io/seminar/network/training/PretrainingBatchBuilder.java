package io.seminar.network.training;

import io.seminar.network.model.CatalogueFeatures;
import io.seminar.sessions.History;
import io.seminar.sessions.User;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Makes batches for pretraining. A prefix ends strictly before the behaviour that it predicts. Not
 * thread-safe.
 */
final class PretrainingBatchBuilder {
  private final CatalogueFeatures features;
  private final BatchHistories histories;
  private final PopularitySampler sampler;
  private final int negatives;
  private final int alignItems;
  private final int pairs;

  /** A behaviour to predict. */
  record Position(User user, int event) {}

  /**
   * Makes batches.
   *
   * @param window behaviours of a prefix, at most
   * @param sampler of negatives
   * @param negatives S, sampled for each prefix
   * @param alignItems N, at most
   * @param pairs R, at most
   */
  PretrainingBatchBuilder(
      CatalogueFeatures features,
      int window,
      PopularitySampler sampler,
      int negatives,
      int alignItems,
      int pairs) {
    this.features = features;
    this.histories = new BatchHistories(features, window);
    this.sampler = sampler;
    this.negatives = negatives;
    this.alignItems = alignItems;
    this.pairs = pairs;
  }

  /** A batch of these positions, one at least. */
  PretrainingBatch build(List<Position> positions, RandomGenerator random) {
    int b = positions.size();
    int width = 1;
    for (Position position : positions) {
      History history = position.user().history();
      width = Math.max(width, histories.length(history, history.time()[position.event()]));
    }
    histories.begin(b, width);
    int[] nextItem = new int[b];
    int[] nextQuery = new int[b];
    for (int i = 0; i < b; i++) {
      History history = positions.get(i).user().history();
      int event = positions.get(i).event();
      histories.add(history, history.time()[event]);
      nextItem[i] = histories.items().add(history.item()[event]);
      nextQuery[i] = histories.queries().add(history.query()[event]);
    }
    int c = b + negatives;
    int[] items = new int[b * c];
    int[] queries = new int[b * c];
    float[] allowed = new float[b * c];
    for (int i = 0; i < b; i++) {
      for (int k = 0; k < c; k++) {
        int at = i * c + k;
        items[at] = k < b ? nextItem[k] : histories.items().add(sampler.draw(random));
        queries[at] = k < b ? nextQuery[k] : nextQuery[i];
        allowed[at] = items[at] == nextItem[i] && queries[at] == nextQuery[i] ? 0 : 1;
      }
    }
    Batch batch =
        new Batch(
            b,
            c,
            width,
            histories.items().toArray(),
            histories.queries().toArray(),
            histories.lengths(),
            histories.historyItems(),
            histories.historyQueries(),
            histories.recency(),
            items,
            queries,
            null,
            null,
            null);
    int[] distinct = draw(batch.items().length, alignItems, random);
    int[][] searched = searchedPairs(batch, nextItem, nextQuery, random);
    return new PretrainingBatch(batch, allowed, distinct, searched[0], searched[1]);
  }

  /** Some of 0 … n − 1 without repetition, in random order. */
  private static int[] draw(int n, int most, RandomGenerator random) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    int[] drawn = new int[Math.min(n, most)];
    for (int i = 0; i < drawn.length; i++) {
      int j = i + random.nextInt(n - i);
      drawn[i] = order[j];
      order[j] = order[i];
    }
    return drawn;
  }

  /** Items and queries of searched behaviours, next ones included, drawn from all of the batch. */
  private int[][] searchedPairs(
      Batch batch, int[] nextItem, int[] nextQuery, RandomGenerator random) {
    int b = batch.requests();
    int l = batch.length();
    int[] item = new int[b * (l + 1)];
    int[] query = new int[b * (l + 1)];
    int n = 0;
    for (int i = 0; i < b; i++) {
      for (int k = 0; k <= batch.lengths()[i]; k++) {
        boolean next = k == batch.lengths()[i];
        int anItem = next ? nextItem[i] : batch.historyItems()[i * l + k];
        int aQuery = next ? nextQuery[i] : batch.historyQueries()[i * l + k];
        if (features.hasQuery(batch.queries()[aQuery])
            && features.present(batch.items()[anItem]) != 0) {
          item[n] = anItem;
          query[n] = aQuery;
          n++;
        }
      }
    }
    int[] drawn = draw(n, pairs, random);
    int[][] found = new int[2][drawn.length];
    for (int i = 0; i < drawn.length; i++) {
      found[0][i] = item[drawn[i]];
      found[1][i] = query[drawn[i]];
    }
    return found;
  }
}
