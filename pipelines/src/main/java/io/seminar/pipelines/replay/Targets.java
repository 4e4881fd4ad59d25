package io.seminar.pipelines.replay;

import io.seminar.pipelines.embedding.PairEmbedder;

/**
 * Targets that are scored together against the behaviours before their request. A reusable frame of
 * arrays, filled by the replayer: implementations of {@link Retrieval} read it.
 */
final class Targets {
  /** Targets that are scored in one pass over the rows. */
  static final int MAXIMUM = 32;

  private final int dimension;
  private int count;
  private int length;
  private int query;
  private final int[] items = new int[MAXIMUM];
  private final float[] vectors;
  private float[] scores = new float[0];

  Targets(int dimension) {
    this.dimension = dimension;
    this.vectors = new float[MAXIMUM * dimension];
  }

  /** Starts a new set of targets of one request. */
  void begin(int query, int length) {
    this.query = query;
    this.length = length;
    this.count = 0;
    if (scores.length < MAXIMUM * length || scores.length / 4 > MAXIMUM * length + (1 << 16)) {
      scores = new float[MAXIMUM * length];
    }
  }

  /** Adds a candidate item. */
  void add(int item, PairEmbedder embedder) {
    items[count] = item;
    embedder.target(item, query, vectors, count * dimension);
    count++;
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

  /** (B, D): target vectors. */
  float[] vectors() {
    return vectors;
  }

  /** (B, L): exact scores, the truth that all arms share. */
  float[] scores() {
    return scores;
  }
}
