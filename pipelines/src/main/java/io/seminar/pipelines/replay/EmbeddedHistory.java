package io.seminar.pipelines.replay;

import io.seminar.pipelines.embedding.PairEmbedder;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.History;

/**
 * A user's history as the arms see it, embedded once for all the user's requests: the behaviours
 * that have at least one vector, oldest first. The arrays grow to the longest history seen and are
 * given back after an outlier, so that one user of 200,000 events does not hold its memory for the
 * rest of the run. Not thread-safe: one instance a thread.
 */
final class EmbeddedHistory {
  /** Buffers above this many floats are dropped once a history needs less than a quarter. */
  private static final int KEEP_FLOATS = 1 << 22;

  private final PairEmbedder embedder;
  private final int dimension;

  private int length;
  private long[] times = new long[0];
  private int[] items = new int[0];
  private int[] queries = new int[0];
  private float[] scales = new float[0];
  private float[] rows = new float[0];

  EmbeddedHistory(PairEmbedder embedder) {
    this.embedder = embedder;
    this.dimension = embedder.layout().dimension();
  }

  /** Embeds a history, replacing the one before. */
  void embed(History history) {
    int events = history.length();
    if ((long) events * dimension > Integer.MAX_VALUE - 8) {
      throw new DatasetException(
          "a history of "
              + events
              + " behaviours of "
              + dimension
              + " floats does not fit one array, expected at most "
              + (Integer.MAX_VALUE - 8) / dimension
              + " behaviours");
    }
    resize(events);
    length = 0;
    for (int l = 0; l < events; l++) {
      int item = history.item()[l];
      int query = history.query()[l];
      float weight = embedder.presentWeight(item, query);
      if (weight > 0) {
        times[length] = history.time()[l];
        items[length] = item;
        queries[length] = query;
        scales[length] = 1 / weight;
        embedder.row(item, query, rows, length * dimension);
        length++;
      }
    }
  }

  private void resize(int events) {
    int floats = events * dimension;
    boolean tooLarge = rows.length > KEEP_FLOATS && floats < rows.length / 4;
    if (floats > rows.length || tooLarge) {
      times = new long[events];
      items = new int[events];
      queries = new int[events];
      scales = new float[events];
      rows = null; // so that the old rows can go before the new ones come
      rows = new float[floats];
    }
  }

  /** L, behaviours with a vector. */
  int length() {
    return length;
  }

  /** Behaviours before a time: those that a request at that time may see. */
  int lengthBefore(long time) {
    int low = 0;
    int high = length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (times[middle] < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** (L): item ordinals. */
  int[] items() {
    return items;
  }

  /** (L): query ordinals. */
  int[] queries() {
    return queries;
  }

  /** (L): 1 over the sum of the weights of the fields present. */
  float[] scales() {
    return scales;
  }

  /** (L, D): the rows. */
  float[] rows() {
    return rows;
  }
}
