package io.seminar.network.scoring;

import io.seminar.attention.retrieval.Capacity;
import io.seminar.network.model.CatalogueFeatures;
import io.seminar.sessions.History;

/**
 * A user's history as the network sees it: the behaviours that are present, oldest first, embedded
 * once for all requests. Arrays grow to the longest history seen and are given back after an
 * outlier. Not thread-safe: one a thread.
 */
final class Behaviours {
  private final TrainedNetwork network;
  private final CatalogueFeatures features;
  private final int hidden;
  private final boolean attends;
  private final boolean embeds;

  private int length;
  private long[] times = new long[0];
  private int[] items = new int[0];
  private int[] queries = new int[0];
  private float[] pairs = new float[0];
  private final float[][] keys;
  private final float[][] values;

  /**
   * @param embeds whether {@link #pairs()} are wanted
   */
  Behaviours(TrainedNetwork network, boolean attends, boolean embeds) {
    this.network = network;
    this.features = network.features();
    this.hidden = network.spec().hidden();
    this.attends = attends;
    this.embeds = embeds;
    keys = new float[attends ? network.spec().heads() : 0][0];
    values = new float[keys.length][0];
  }

  /** Embeds a history, replacing the one before. */
  void embed(History history) {
    resize(history.length());
    length = 0;
    for (int l = 0; l < history.length(); l++) {
      int item = history.item()[l];
      int query = history.query()[l];
      if (features.hasPair(item, query)) {
        times[length] = history.time()[l];
        items[length] = item;
        queries[length] = query;
        if (attends) {
          network.keys(item, query, keys, length);
          network.values(item, query, values, length);
        }
        if (embeds) {
          network.pair(item, query, pairs, length * hidden);
        }
        length++;
      }
    }
  }

  private void resize(int events) {
    if (Capacity.misfits(times.length, events)) {
      items = new int[events];
      queries = new int[events];
      times = new long[events]; // last: its size speaks for all three
    }
    int size = network.spec().headSize();
    for (int h = 0; h < keys.length; h++) {
      if (Capacity.misfits(keys[h].length, Capacity.of(events, size))) {
        keys[h] = Capacity.NONE;
        values[h] = Capacity.NONE;
        values[h] = new float[events * size];
        keys[h] = new float[events * size]; // last: its size speaks for both
      }
    }
    if (embeds && Capacity.misfits(pairs.length, Capacity.of(events, hidden))) {
      pairs = Capacity.NONE;
      pairs = new float[events * hidden];
    }
  }

  /** Behaviours present. */
  int length() {
    return length;
  }

  /** Behaviours present before a time: those that a request at that time may see. */
  int lengthBefore(long time) {
    return History.lengthBefore(time, times, length);
  }

  /** (L): milliseconds since 1970. */
  long[] times() {
    return times;
  }

  /** (L): item ordinals. */
  int[] items() {
    return items;
  }

  /** (L): query ordinals. */
  int[] queries() {
    return queries;
  }

  /** (L, d): e_l. */
  float[] pairs() {
    return pairs;
  }

  /** H times (L, d_h). */
  float[][] keys() {
    return keys;
  }

  /** H times (L, d_h). */
  float[][] values() {
    return values;
  }
}
