package io.seminar.attention.retrieval;

import io.seminar.attention.quantization.RaBitQCodes;
import io.seminar.attention.quantization.RaBitQScan;
import io.seminar.attention.quantization.RandomRotation;

/**
 * The K best of each head by RaBitQ's estimates ({@link RaBitQCodes}). A head's codes are made from
 * the user's keys when the user is opened: nothing is trained and nothing shared.
 */
public final class RabitqRetrieval implements Retrieval {
  private final int bits;
  private final long seed;
  private final PagedTopK topK;
  private final PagedTopK.Scorer scorer = this::score;
  private RandomRotation rotation;
  private RaBitQScan scan;
  private RaBitQCodes[] codes = new RaBitQCodes[0]; // a head
  private Behaviours history;

  /**
   * Retrieves by estimates.
   *
   * @param bits a dimension, 1 to {@link RaBitQCodes#MOST_BITS}
   * @param keep K
   * @param seed of the rotation
   */
  public RabitqRetrieval(int bits, int keep, long seed) {
    if (bits < 1 || bits > RaBitQCodes.MOST_BITS) {
      throw new IllegalArgumentException(
          bits + " bits a dimension: expected 1 to " + RaBitQCodes.MOST_BITS);
    }
    this.bits = bits;
    this.seed = seed;
    this.topK = new PagedTopK(keep);
  }

  @Override
  public void open(Behaviours history) {
    this.history = history;
    int size = history.keySize();
    if (rotation == null || rotation.dimension() != size) {
      rotation = new RandomRotation(size, seed);
      scan = new RaBitQScan(rotation, bits);
      codes = new RaBitQCodes[0];
    }
    if (codes.length != history.heads()) {
      codes = new RaBitQCodes[history.heads()];
      for (int h = 0; h < codes.length; h++) {
        codes[h] = new RaBitQCodes(rotation, bits, 0);
      }
    }
    for (int h = 0; h < codes.length; h++) {
      codes[h].index(history.keys(h), history.length());
      if (!codes[h].usable()) {
        throw new IllegalArgumentException(
            "keys of head " + h + " hold values that are not finite, or norms above 1e36");
      }
    }
  }

  @Override
  public void retrieve(Targets targets, Kept kept, Cost cost) {
    int length = targets.length();
    int passes = 0;
    for (int h = 0; h < codes.length; h++) {
      cost.start();
      scan.prepare(codes[h], targets.queries(h), targets.count());
      cost.lap(Cost.Stage.PREPARE);
      passes += topK.search(scorer, length, h, targets.count(), kept, cost);
    }
    // An estimate reads no radius.
    long bytesARow = codes[0].bytesARow() - Float.BYTES;
    cost.scanned(
        (long) length * targets.count() * codes.length, (long) length * passes * bytesARow);
  }

  private void score(int from, int to, int first, int count, float[] out, int stride) {
    scan.estimates(from, to, first, count, out, 0, stride);
  }

  @Override
  public long indexBytes() {
    long bytes = 0;
    for (RaBitQCodes head : codes) {
      bytes += head.bytes();
    }
    return bytes;
  }
}
