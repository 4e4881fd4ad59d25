package io.seminar.pipelines.replay;

import io.seminar.attention.AttentionKernels;
import io.seminar.pipelines.embedding.PairEmbedder;

/**
 * SEMINAR before any training: one head over the data set's own vectors. A behaviour's row is its
 * key and its value; the score of an impression is the attention-pooled similarity {@code <target,
 * output>}.
 */
final class SimilarityModel implements AttentionModel, Coding {
  private final PairEmbedder embedder;
  private final Scoring scoring;
  private final int dimension;

  SimilarityModel(PairEmbedder embedder, Scoring scoring) {
    this.embedder = embedder;
    this.scoring = scoring;
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
  public int targetSize() {
    return dimension;
  }

  @Override
  public boolean valuesAreKeys() {
    return true;
  }

  @Override
  public int keep() {
    return scoring.keep();
  }

  @Override
  public float temperature() {
    return scoring.temperature();
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
  public void target(int item, int query, float[] out, int offset) {
    embedder.target(item, query, out, offset);
  }

  @Override
  public void queries(float[] targets, int count, float[][] queries) {
    System.arraycopy(targets, 0, queries[0], 0, count * dimension);
  }

  /** Where there is nothing to compare the score is 0. */
  @Override
  public void score(Targets targets, float[] outputs, double[] logSums, float[] scores) {
    for (int b = 0; b < targets.count(); b++) {
      scores[b] =
          targets.holds(b) && targets.length() > 0
              ? AttentionKernels.dot(
                  targets.vectors(), b * dimension, outputs, b * dimension, dimension)
              : 0;
    }
  }

  @Override
  public boolean hasQuery() {
    return embedder.layout().hasQuery();
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
  public void exact(Targets targets, int target, float[] blocks) {
    System.arraycopy(targets.vectors(), target * dimension, blocks, 0, dimension);
  }

  @Override
  public void decoded(float[] decoded, float[] blocks) {
    System.arraycopy(decoded, 0, blocks, 0, dimension);
  }
}
