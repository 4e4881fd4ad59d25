package io.seminar.network.device;

import io.seminar.attention.retrieval.Behaviours;
import io.seminar.attention.retrieval.Targets;
import java.util.Random;

/** Targets with random queries; one field, for which the query stands. */
final class RandomTargets implements Targets {
  private final int count;
  private final int length;
  private final int size;
  private final float[][] queries;

  RandomTargets(Random random, Behaviours history, int count, int length) {
    this.count = count;
    this.length = length;
    this.size = history.keySize();
    this.queries = new float[history.heads()][MAXIMUM * size];
    for (float[] ofHead : queries) {
      for (int i = 0; i < ofHead.length; i++) {
        ofHead[i] = (float) random.nextGaussian() / 4;
      }
    }
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
  public void blocks(int target, float[] blocks) {
    for (int h = 0; h < queries.length; h++) {
      System.arraycopy(queries[h], target * size, blocks, h * size, size);
    }
  }

  @Override
  public int query() {
    return 0;
  }

  @Override
  public float[] pairs() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int[] items() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int[] categories() {
    throw new UnsupportedOperationException();
  }

  @Override
  public long time() {
    throw new UnsupportedOperationException();
  }
}
