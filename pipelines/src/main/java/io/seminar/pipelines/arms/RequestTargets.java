package io.seminar.pipelines.arms;

import io.seminar.attention.retrieval.Targets;
import io.seminar.sessions.Request;

/**
 * Impressions of a request as a model sees them: a part of a page. A reusable frame of arrays. Not
 * thread-safe: one instance a thread.
 */
public final class RequestTargets implements Targets {
  private final AttentionModel model;
  private int count;
  private int length;
  private int query;
  private long time;
  private final int[] items = new int[MAXIMUM];
  private final int[] categories = new int[MAXIMUM];
  private final boolean[] holds = new boolean[MAXIMUM];
  private final float[] pairs;
  private final float[][] queries;

  /** A frame for the targets of a model. */
  public RequestTargets(AttentionModel model) {
    this.model = model;
    this.pairs = new float[MAXIMUM * model.pairSize()];
    this.queries = new float[model.heads()][MAXIMUM * model.keySize()];
  }

  /**
   * Takes the impressions of a request from one on, as many as there is room for.
   *
   * @param length behaviours before the request, those that the model reads: {@link
   *     EmbeddedHistory#lengthBefore}
   */
  public void take(Request request, int from, int length) {
    take(request, from, MAXIMUM, length);
  }

  /**
   * The same of so many impressions at most.
   *
   * @param most 1 to {@link #MAXIMUM}
   */
  public void take(Request request, int from, int most, int length) {
    this.length = length;
    count = Math.min(most, request.length() - from);
    query = request.query();
    time = request.time();
    for (int b = 0; b < count; b++) {
      items[b] = request.item()[from + b];
      categories[b] = model.category(items[b]);
      holds[b] = model.holds(items[b], query);
      model.target(items[b], query, pairs, b * model.pairSize());
    }
    model.queries(pairs, count, queries);
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public float[] queries(int head) {
    return queries[head];
  }

  @Override
  public float[] pairs() {
    return pairs;
  }

  @Override
  public void blocks(int target, float[] blocks) {
    model.blocks(pairs, target, blocks);
  }

  @Override
  public int[] items() {
    return items;
  }

  @Override
  public int[] categories() {
    return categories;
  }

  @Override
  public int query() {
    return query;
  }

  @Override
  public long time() {
    return time;
  }

  /** Whether a target holds anything that the model reads. */
  public boolean holds(int target) {
    return holds[target];
  }
}
