package io.seminar.attention.retrieval;

import io.seminar.attention.hashing.HammingSearch;

/**
 * ETA (arXiv 2108.04468): the K behaviours of each head whose SimHash signature of the key differs
 * in the fewest bits from that of the target's query; of equally near ones the more recent.
 */
public final class HashRetrieval implements Retrieval {
  private final HeadHashes hashes;
  private final HammingSearch search = new HammingSearch();
  private int length;

  /**
   * Hashes for a model.
   *
   * @param heads H
   * @param keySize d_k
   * @param bits of a signature, 1 to 64
   * @param seed of the hyperplanes
   */
  public HashRetrieval(int heads, int keySize, int bits, long seed) {
    this.hashes = new HeadHashes(heads, keySize, bits, seed);
  }

  @Override
  public void open(Behaviours history) {
    length = history.length();
    hashes.open(history);
  }

  @Override
  public void retrieve(Targets targets, Kept kept, Cost cost) {
    cost.start();
    for (int h = 0; h < hashes.heads(); h++) {
      long[] queries = hashes.queries(targets, h);
      cost.lap(Cost.Stage.PREPARE);
      for (int b = 0; b < targets.count(); b++) {
        int n =
            search.nearest(
                queries[b], hashes.keys(h), targets.length(), kept.keep(), kept.rows(h, b));
        kept.setCount(h, b, n);
      }
      cost.lap(Cost.Stage.SCAN);
    }
    long scanned = (long) targets.length() * targets.count() * hashes.heads();
    cost.scanned(scanned, scanned * Long.BYTES);
  }

  /** A word a head and behaviour. */
  @Override
  public long indexBytes() {
    return (long) length * hashes.heads() * Long.BYTES;
  }
}
