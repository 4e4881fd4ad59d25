package io.seminar.network.scoring;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.TopK;
import io.seminar.attention.retrieval.Capacity;
import io.seminar.network.model.NetworkSpec;
import java.util.Arrays;

/**
 * QIN's first stage: the K1 behaviours nearest to the request's query, gathered in time order, so
 * that the second stage takes them for the history. Not thread-safe.
 */
final class QueryCascade {
  private final NetworkSpec spec;
  private final RowTable queries; // null: the network reads none
  private final float[] query; // (d)
  private final float[][] keys; // H times (K1, d_h)
  private final float[][] values;
  private float[] scores = new float[0]; // (L)
  private boolean[] found = new boolean[0]; // (L)
  private int[] kept = new int[0]; // (K1)
  private TopK topK;

  QueryCascade(TrainedNetwork network) {
    spec = network.spec();
    queries = network.pairs().queries();
    query = new float[spec.hidden()];
    keys = new float[spec.heads()][0];
    values = new float[spec.heads()][0];
  }

  /** Turns to a user. */
  void open(Behaviours behaviours) {
    int length = behaviours.length();
    if (queries == null || length <= spec.cascade()) {
      return;
    }
    if (topK == null) {
      topK = new TopK(spec.cascade());
      kept = new int[spec.cascade()];
      for (int h = 0; h < keys.length; h++) {
        keys[h] = new float[Capacity.of(spec.cascade(), spec.headSize())];
        values[h] = new float[keys[h].length];
      }
    }
    if (Capacity.misfits(scores.length, length)) {
      scores = new float[length];
      found = new boolean[length];
    }
  }

  /** Whether this request's query leaves behaviours out. */
  boolean narrows(TargetPage page) {
    return queries != null && page.query() != 0 && page.length() > spec.cascade();
  }

  /** Gathers keys and values of what the query finds and returns how many they are: K1. */
  int narrow(TargetPage page, Behaviours behaviours) {
    int length = page.length();
    queries.copy(page.query(), query, 0);
    AttentionKernels.scores(query, 1, behaviours.pairs(), length, spec.hidden(), scores, length);
    int k = topK.select(scores, 0, length, spec.cascade(), kept, 0);
    Arrays.fill(found, 0, length, false);
    for (int j = 0; j < k; j++) {
      found[kept[j]] = true;
    }
    int size = spec.headSize();
    int n = 0;
    for (int l = 0; l < length; l++) {
      if (found[l]) {
        for (int h = 0; h < keys.length; h++) {
          System.arraycopy(behaviours.keys()[h], l * size, keys[h], n * size, size);
          System.arraycopy(behaviours.values()[h], l * size, values[h], n * size, size);
        }
        n++;
      }
    }
    return n;
  }

  /** H times (K1, d_h). */
  float[][] keys() {
    return keys;
  }

  /** H times (K1, d_h). */
  float[][] values() {
    return values;
  }
}
