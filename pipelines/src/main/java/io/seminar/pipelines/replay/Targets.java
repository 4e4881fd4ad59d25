package io.seminar.pipelines.replay;

import io.seminar.sessions.Request;

/**
 * Targets that are scored together against the behaviours before their request: a part of a page. A
 * reusable frame of arrays, filled by the replayer: implementations of {@link Retrieval} read it.
 */
final class Targets {
  /** Targets that are scored in one pass over the rows. */
  static final int MAXIMUM = 32;

  private final AttentionModel model;
  private int count;
  private int length;
  private int query;
  private final int[] items = new int[MAXIMUM];
  private final boolean[] holds = new boolean[MAXIMUM];
  private final float[] vectors;
  private final float[][] queries;
  private final float[][] scores;

  Targets(AttentionModel model) {
    this.model = model;
    this.vectors = new float[MAXIMUM * model.targetSize()];
    this.queries = new float[model.heads()][MAXIMUM * model.keySize()];
    this.scores = new float[model.heads()][0];
  }

  /**
   * Takes the impressions of a request from one on, as many as there is room for.
   *
   * @param length behaviours before the request
   */
  void take(Request request, int from, int length) {
    this.length = length;
    query = request.query();
    count = Math.min(MAXIMUM, request.length() - from);
    for (int b = 0; b < count; b++) {
      items[b] = request.item()[from + b];
      holds[b] = model.holds(items[b], query);
      model.target(items[b], query, vectors, b * model.targetSize());
    }
    model.queries(vectors, count, queries);
    int cells = MAXIMUM * length;
    if (scores[0].length < cells || scores[0].length / 4 > cells + (1 << 16)) {
      for (int h = 0; h < scores.length; h++) {
        scores[h] = new float[cells];
      }
    }
  }

  /** B. */
  int count() {
    return count;
  }

  /** L, behaviours before the request. */
  int length() {
    return length;
  }

  /** The request's query ordinal. */
  int query() {
    return query;
  }

  /** (B): candidate item ordinals. */
  int[] items() {
    return items;
  }

  /** Whether a target holds anything that the model reads. */
  boolean holds(int target) {
    return holds[target];
  }

  /** (B, D): target vectors. */
  float[] vectors() {
    return vectors;
  }

  /** (B, d_k): the queries of a head. */
  float[] queries(int head) {
    return queries[head];
  }

  /** (B, L): exact scores of a head, the truth that all arms share. */
  float[] scores(int head) {
    return scores[head];
  }
}
