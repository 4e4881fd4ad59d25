package io.seminar.network.scoring;

import io.seminar.attention.AttentionKernels;
import io.seminar.network.model.NetworkSpec;

/**
 * The target attention of a network: {@code s_l = exp(scale_h) (query^h e_t)·(key^h e_l) / √d_h},
 * with keys and values of all pairs. Read only.
 */
final class TargetAttention {
  private final int hidden;
  private final int heads;
  private final PairTable keys;
  private final PairTable values;

  /** (heads): exp(scale_h) query^h. // (d_h, d) */
  private final float[][] queries;

  /** key, the heads' rows one after the other. // (d, d) */
  private final float[] keyRows;

  /** (heads): exp(scale_h) key^hT query^h. // (d, d) */
  private final float[][] folds;

  TargetAttention(NetworkSpec spec, PairTable pairs, ParameterReader parameters) {
    hidden = spec.hidden();
    heads = spec.heads();
    int size = spec.headSize();
    float[] query = parameters.read("attention.query", "d, d", hidden, hidden);
    float[] key = parameters.read("attention.key", "d, d", hidden, hidden);
    float[] value = parameters.read("attention.value", "d, d", hidden, hidden);
    float[] scale = parameters.read("attention.scale", "heads", heads);
    keyRows = key.clone();
    keys = pairs.times(key);
    values = pairs.times(value);
    queries = new float[heads][size * hidden];
    folds = new float[heads][];
    for (int h = 0; h < heads; h++) {
      double factor = Math.exp(scale[h]);
      float[] transposedKey = new float[hidden * size];
      for (int r = 0; r < size; r++) {
        for (int j = 0; j < hidden; j++) {
          int at = (h * size + r) * hidden + j;
          queries[h][r * hidden + j] = (float) (factor * query[at]);
          transposedKey[j * size + r] = key[at];
        }
      }
      folds[h] = ParameterReader.product(transposedKey, queries[h], hidden, size, hidden);
    }
  }

  PairTable keys() {
    return keys;
  }

  PairTable values() {
    return values;
  }

  /** {@code perHead[h]} (n, d_h): exp(scale_h) query^h e_t. // pairs (n, d) */
  void queries(float[] pairs, int n, float[][] perHead) {
    int size = hidden / heads;
    for (int h = 0; h < heads; h++) {
      AttentionKernels.scores(pairs, n, queries[h], size, hidden, perHead[h], size);
    }
  }

  /** Writes key^h x. // (d) -> (d_h) */
  void key(int head, float[] x, int offset, float[] out, int outOffset) {
    int size = hidden / heads;
    for (int r = 0; r < size; r++) {
      out[outOffset + r] =
          AttentionKernels.dot(keyRows, (head * size + r) * hidden, x, offset, hidden);
    }
  }

  /** {@code folded[h]} (d): v^h, with {@code s_l √d_h = v^h · e_l}. */
  void fold(float[] pair, int offset, float[][] folded) {
    for (int h = 0; h < heads; h++) {
      for (int j = 0; j < hidden; j++) {
        folded[h][j] = AttentionKernels.dot(folds[h], j * hidden, pair, offset, hidden);
      }
    }
  }
}
