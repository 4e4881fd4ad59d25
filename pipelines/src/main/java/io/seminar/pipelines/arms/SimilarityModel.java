package io.seminar.pipelines.arms;

import io.seminar.attention.AttentionKernels;
import io.seminar.pipelines.embedding.FieldVectors;
import io.seminar.pipelines.embedding.PairEmbedder;

/**
 * SEMINAR before any training: one head over the data set's own vectors. A behaviour's row is its
 * key and its value; the score of an impression is the attention-pooled similarity {@code <target,
 * output>}.
 */
public final class SimilarityModel implements AttentionModel {
  private final PairEmbedder embedder;
  private final int keep;
  private final float temperature;
  private final int dimension;

  /**
   * A model for a thread.
   *
   * @param embedder shared by all threads
   * @param keep K
   * @param temperature τ, above 0
   */
  public SimilarityModel(PairEmbedder embedder, int keep, float temperature) {
    this.embedder = embedder;
    this.keep = keep;
    this.temperature = temperature;
    this.dimension = embedder.layout().dimension();
  }

  @Override
  public int heads() {
    return 1;
  }

  @Override
  public int keySize() {
    return dimension;
  }

  @Override
  public int valueSize() {
    return dimension;
  }

  @Override
  public int pairSize() {
    return dimension;
  }

  @Override
  public boolean valuesAreKeys() {
    return true;
  }

  @Override
  public int keep() {
    return keep;
  }

  @Override
  public float temperature() {
    return temperature;
  }

  @Override
  public boolean holds(int item, int query) {
    return embedder.presentWeight(item, query) > 0;
  }

  @Override
  public void behaviour(int item, int query, float[][] keys, float[][] values, int row) {
    embedder.row(item, query, keys[0], row * dimension);
  }

  @Override
  public void pair(int item, int query, float[] out, int offset) {
    embedder.row(item, query, out, offset);
  }

  @Override
  public void target(int item, int query, float[] out, int offset) {
    embedder.target(item, query, out, offset);
  }

  @Override
  public void queries(float[] targets, int count, float[][] queries) {
    System.arraycopy(targets, 0, queries[0], 0, count * dimension);
  }

  /** Where there is nothing to compare the score is 0. */
  @Override
  public void score(RequestTargets targets, float[] outputs, double[] logSums, float[] scores) {
    for (int b = 0; b < targets.count(); b++) {
      scores[b] =
          targets.holds(b) && targets.length() > 0
              ? AttentionKernels.dot(
                  targets.pairs(), b * dimension, outputs, b * dimension, dimension)
              : 0;
    }
  }

  @Override
  public FieldVectors fields() {
    return embedder;
  }

  @Override
  public boolean scaled() {
    return true;
  }

  /** 1 over the sum of the weights of the fields present. */
  @Override
  public float scale(int item, int query) {
    return 1 / embedder.presentWeight(item, query);
  }

  @Override
  public void blocks(float[] targets, int target, float[] blocks) {
    System.arraycopy(targets, target * dimension, blocks, 0, dimension);
  }

  @Override
  public void fold(float[] fields, float[] blocks) {
    System.arraycopy(fields, 0, blocks, 0, dimension);
  }

  @Override
  public int category(int item) {
    return embedder.category(item);
  }
}
