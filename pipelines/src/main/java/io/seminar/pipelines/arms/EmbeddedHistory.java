package io.seminar.pipelines.arms;

import io.seminar.attention.retrieval.AttendedBehaviours;
import io.seminar.pipelines.embedding.FieldLayout;
import io.seminar.pipelines.embedding.FieldVectors;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.History;
import java.util.EnumSet;
import java.util.Set;

/**
 * A user's history as a model sees it, embedded once for all the user's requests and all arms of
 * the model: the behaviours that hold anything the model reads, oldest first. The arrays grow to
 * the longest history seen and are given back after an outlier, so that one user of 200,000 events
 * does not hold its memory for the rest of the run. Not thread-safe: one instance a thread.
 */
public final class EmbeddedHistory implements AttendedBehaviours {
  /** Buffers above this many floats are dropped once a history needs less than a quarter. */
  private static final int KEEP_FLOATS = 1 << 22;

  private final AttentionModel model;
  private final Set<View> views;
  private final FieldLayout layout; // null: nobody asks for fields

  private int length;
  private long[] times = new long[0];
  private int[] items = new int[0];
  private int[] queries = new int[0];
  private final float[][] keys;
  private final float[][] values; // the keys themselves, where the model says so
  private final float[][] pairs = new float[1][0];
  private final float[][] fields; // a field: (L, its floats)
  private final float[][] scales = new float[1][0];
  private int[] categories = new int[0];

  /**
   * Room for histories.
   *
   * @param views what the arms read besides keys, values, ordinals and times; a view that is not
   *     among these is refused when it is asked for
   */
  public EmbeddedHistory(AttentionModel model, Set<View> views) {
    this.model = model;
    this.views = views.isEmpty() ? EnumSet.noneOf(View.class) : EnumSet.copyOf(views);
    this.keys = new float[model.heads()][0];
    this.values = model.valuesAreKeys() ? keys : new float[model.heads()][0];
    this.layout = views.contains(View.FIELDS) ? model.fields().layout() : null;
    this.fields = new float[layout == null ? 0 : layout.fields()][0];
  }

  /** Embeds a history, replacing the one before. */
  public void embed(History history) {
    resize(history.length());
    length = 0;
    for (int l = 0; l < history.length(); l++) {
      int item = history.item()[l];
      int query = history.query()[l];
      if (model.holds(item, query)) {
        times[length] = history.time()[l];
        items[length] = item;
        queries[length] = query;
        model.behaviour(item, query, keys, values, length);
        view(item, query, length);
        length++;
      }
    }
  }

  private void view(int item, int query, int row) {
    if (views.contains(View.PAIRS)) {
      model.pair(item, query, pairs[0], row * model.pairSize());
    }
    if (views.contains(View.SCALES) && model.scaled()) {
      scales[0][row] = model.scale(item, query);
    }
    if (views.contains(View.CATEGORIES)) {
      categories[row] = model.category(item);
    }
    if (layout == null) {
      return;
    }
    FieldVectors vectors = model.fields();
    for (int f = 0; f < fields.length; f++) {
      int size = layout.dimensions()[f];
      boolean present =
          ofQuery(f)
              ? vectors.query(query, fields[f], row * size)
              : vectors.item(f, item, fields[f], row * size);
      float weight = layout.weights()[f];
      for (int d = row * size; d < (row + 1) * size; d++) {
        fields[f][d] = present ? weight * fields[f][d] : 0;
      }
    }
  }

  private void resize(int events) {
    int widest = Math.max(model.keySize(), Math.max(model.valueSize(), model.pairSize()));
    for (int f = 0; f < fields.length; f++) {
      widest = Math.max(widest, layout.dimensions()[f]);
    }
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
    if (events > times.length || tooLarge(times.length, events)) {
      times = new long[events];
      items = new int[events];
      queries = new int[events];
      categories = new int[views.contains(View.CATEGORIES) ? events : 0];
    }
    resize(keys, events * model.keySize());
    if (values != keys) {
      resize(values, events * model.valueSize());
    }
    if (views.contains(View.PAIRS)) {
      resize(pairs, events * model.pairSize());
    }
    if (views.contains(View.SCALES) && model.scaled()) {
      resize(scales, events);
    }
    for (int f = 0; f < fields.length; f++) {
      int floats = events * layout.dimensions()[f];
      if (misfits(fields[f].length, floats)) {
        fields[f] = new float[floats];
      }
    }
  }

  private static void resize(float[][] byHead, int floats) {
    if (misfits(byHead[0].length, floats)) {
      for (int h = 0; h < byHead.length; h++) {
        byHead[h] = null; // so that the old rows can go before the new ones come
        byHead[h] = new float[floats];
      }
    }
  }

  private static boolean misfits(int room, int needed) {
    return needed > room || tooLarge(room, needed);
  }

  private static boolean tooLarge(int room, int needed) {
    return room > KEEP_FLOATS && needed < room / 4;
  }

  /** Behaviours before a time: those that a request at that time may see. */
  public int lengthBefore(long time) {
    return History.lengthBefore(time, times, length);
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public int heads() {
    return model.heads();
  }

  @Override
  public int keySize() {
    return model.keySize();
  }

  @Override
  public int valueSize() {
    return model.valueSize();
  }

  @Override
  public float[] keys(int head) {
    return keys[head];
  }

  @Override
  public float[] values(int head) {
    return values[head];
  }

  @Override
  public int pairSize() {
    return model.pairSize();
  }

  @Override
  public float[] pairs() {
    require(View.PAIRS);
    return pairs[0];
  }

  @Override
  public int fields() {
    require(View.FIELDS);
    return fields.length;
  }

  @Override
  public boolean ofQuery(int field) {
    require(View.FIELDS);
    return field == 0 && layout.hasQuery();
  }

  @Override
  public int fieldSize(int field) {
    require(View.FIELDS);
    return layout.dimensions()[field];
  }

  /** The vectors times the field's weight. */
  @Override
  public float[] field(int field) {
    require(View.FIELDS);
    return fields[field];
  }

  @Override
  public float[] scales() {
    require(View.SCALES);
    return model.scaled() ? scales[0] : null;
  }

  @Override
  public int[] items() {
    return items;
  }

  @Override
  public int[] queries() {
    return queries;
  }

  @Override
  public int[] categories() {
    require(View.CATEGORIES);
    return categories;
  }

  @Override
  public long[] times() {
    return times;
  }

  private void require(View view) {
    if (!views.contains(view)) {
      throw new IllegalStateException(
          "the history was embedded for " + views + ": expected " + view + " to be asked for");
    }
  }
}
