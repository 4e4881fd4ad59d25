package io.seminar.attention.retrieval;

/** A history and targets that have nothing but keys and queries, of one head or several. */
final class KeyHistory implements Behaviours, Targets {
  private final float[][] keys;
  private final int size;
  private final int length;
  private float[][] queries;
  private int count;
  private int visible;

  /**
   * @param keys (H), each (L, d_k)
   */
  KeyHistory(float[][] keys, int size, int length) {
    this.keys = keys;
    this.size = size;
    this.length = length;
    this.visible = length;
  }

  /** Sets the targets: (H), each (B, d_k), which see the first {@code visible} behaviours. */
  KeyHistory ask(float[][] queries, int count, int visible) {
    this.queries = queries;
    this.count = count;
    this.visible = visible;
    return this;
  }

  @Override
  public int length() {
    return visible;
  }

  int whole() {
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
  public int count() {
    return count;
  }

  @Override
  public float[] queries(int head) {
    return queries[head];
  }

  @Override
  public int pairSize() {
    throw unused();
  }

  @Override
  public float[] pairs() {
    throw unused();
  }

  @Override
  public int fields() {
    throw unused();
  }

  @Override
  public boolean ofQuery(int field) {
    throw unused();
  }

  @Override
  public int fieldSize(int field) {
    throw unused();
  }

  @Override
  public float[] field(int field) {
    throw unused();
  }

  @Override
  public float[] scales() {
    throw unused();
  }

  @Override
  public int[] items() {
    throw unused();
  }

  @Override
  public int[] queries() {
    throw unused();
  }

  @Override
  public int[] categories() {
    throw unused();
  }

  @Override
  public long[] times() {
    throw unused();
  }

  @Override
  public void blocks(int target, float[] blocks) {
    throw unused();
  }

  @Override
  public int query() {
    throw unused();
  }

  @Override
  public long time() {
    throw unused();
  }

  private static UnsupportedOperationException unused() {
    return new UnsupportedOperationException("only keys and queries are there");
  }
}
