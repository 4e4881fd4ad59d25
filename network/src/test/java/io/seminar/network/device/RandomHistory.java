package io.seminar.network.device;

import io.seminar.attention.retrieval.Behaviours;
import java.util.Random;

/** Behaviours of random items: what the device looks at, and nothing else. */
final class RandomHistory implements Behaviours {
  static final int ITEMS = 200;

  private final int size;
  private final int length;
  private final float[][] keys;
  private final int[] items;

  RandomHistory(Random random, int heads, int size, int length) {
    this.size = size;
    this.length = length;
    this.keys = new float[heads][length * size];
    for (float[] ofHead : keys) {
      for (int i = 0; i < ofHead.length; i++) {
        ofHead[i] = (float) random.nextGaussian() / 4;
      }
    }
    this.items = random.ints(length, 0, ITEMS).toArray();
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public int heads() {
    return keys.length;
  }

  @Override
  public int keySize() {
    return size;
  }

  @Override
  public float[] keys(int head) {
    return keys[head];
  }

  @Override
  public float[] scales() {
    return null;
  }

  @Override
  public int[] items() {
    return items;
  }

  @Override
  public int[] queries() {
    return new int[length];
  }

  @Override
  public int pairSize() {
    throw new UnsupportedOperationException();
  }

  @Override
  public float[] pairs() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int fields() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean ofQuery(int field) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int fieldSize(int field) {
    throw new UnsupportedOperationException();
  }

  @Override
  public float[] field(int field) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int[] categories() {
    throw new UnsupportedOperationException();
  }

  @Override
  public long[] times() {
    throw new UnsupportedOperationException();
  }
}
