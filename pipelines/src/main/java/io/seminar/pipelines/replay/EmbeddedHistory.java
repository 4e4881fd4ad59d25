package io.seminar.pipelines.replay;

import io.seminar.sessions.DatasetException;
import io.seminar.sessions.History;

/**
 * A user's history as a model sees it, embedded once for all the user's requests and all arms of
 * the model: the behaviours that hold anything the model reads, oldest first. The arrays grow to
 * the longest history seen and are given back after an outlier, so that one user of 200,000 events
 * does not hold its memory for the rest of the run. Not thread-safe: one instance a thread.
 */
final class EmbeddedHistory {
  /** Buffers above this many floats are dropped once a history needs less than a quarter. */
  private static final int KEEP_FLOATS = 1 << 22;

  private final AttentionModel model;

  private int length;
  private long[] times = new long[0];
  private int[] items = new int[0];
  private int[] queries = new int[0];
  private final float[][] keys;
  private final float[][] values; // the keys themselves, where the model says so

  EmbeddedHistory(AttentionModel model) {
    this.model = model;
    this.keys = new float[model.heads()][0];
    this.values = model.valuesAreKeys() ? keys : new float[model.heads()][0];
  }

  /** Embeds a history, replacing the one before. */
  void embed(History history) {
    int events = history.length();
    int widest = Math.max(model.keySize(), model.valueSize());
    if ((long) events * widest > Integer.MAX_VALUE - 8) {
      throw new DatasetException(
          "a history of "
              + events
              + " behaviours of "
              + widest
              + " floats does not fit one array, expected at most "
              + (Integer.MAX_VALUE - 8) / widest
              + " behaviours");
    }
    resize(events);
    length = 0;
    for (int l = 0; l < events; l++) {
      int item = history.item()[l];
      int query = history.query()[l];
      if (model.holds(item, query)) {
        times[length] = history.time()[l];
        items[length] = item;
        queries[length] = query;
        model.behaviour(item, query, keys, values, length);
        length++;
      }
    }
  }

  private void resize(int events) {
    if (events > times.length || tooLarge(times.length, events)) {
      times = new long[events];
      items = new int[events];
      queries = new int[events];
    }
    resize(keys, events * model.keySize());
    if (values != keys) {
      resize(values, events * model.valueSize());
    }
  }

  private static void resize(float[][] byHead, int floats) {
    if (floats > byHead[0].length || tooLarge(byHead[0].length, floats)) {
      for (int h = 0; h < byHead.length; h++) {
        byHead[h] = null; // so that the old rows can go before the new ones come
        byHead[h] = new float[floats];
      }
    }
  }

  private static boolean tooLarge(int room, int needed) {
    return room > KEEP_FLOATS && needed < room / 4;
  }

  /** L, behaviours that the model reads. */
  int length() {
    return length;
  }

  /** Behaviours before a time: those that a request at that time may see. */
  int lengthBefore(long time) {
    return History.lengthBefore(time, times, length);
  }

  /** (L): item ordinals. */
  int[] items() {
    return items;
  }

  /** (L): query ordinals. */
  int[] queries() {
    return queries;
  }

  /** (L, d_k): the keys of a head. */
  float[] keys(int head) {
    return keys[head];
  }

  /** (L, d_v): the values of a head. */
  float[] values(int head) {
    return values[head];
  }
}
