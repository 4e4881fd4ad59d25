package io.seminar.attention.retrieval;

import java.util.Arrays;

/**
 * SDIM (arXiv 2205.10249): pools the behaviours whose hash collides with the target's.
 *
 * <p>A SimHash signature of M bits is cut into G = M/T groups of T bits. For each head, with sig
 * the signatures of its keys and of the target's query,
 *
 * <pre>{@code
 * out = 1/G Σ_g s_g / |s_g|,   s_g = Σ_{l < L : sig_g(key_l) = sig_g(query)} value_l
 * }</pre>
 *
 * a group whose sum is zero, because nothing collides or because values cancel, adding nothing. A
 * behaviour at angle θ from the target collides in a group with probability {@code (1 - θ/π)^T}: in
 * expectation, and but for the norms, that is its weight.
 *
 * <p>The sums of all signatures stand ready, so a target costs G additions of a value, whatever L.
 * They are doubles, added up in the order of the history, so that a sum is the same to the bit
 * whatever was asked before. They are made for the whole history at {@code open}, go on from one
 * request to the next, and start again where a request sees fewer behaviours than the one before.
 */
public final class CollisionPooling implements Pooling {
  private final HeadHashes hashes;
  private final int groups;
  private final int groupBits;
  private final double[][] sums; // (H) of (groups, 2^groupBits, d_v)
  private final double[] total; // (d_v)
  private final int valueSize;
  private AttendedBehaviours history;
  private int summed;

  /**
   * Hashes for a model.
   *
   * @param heads H
   * @param keySize d_k
   * @param valueSize d_v
   * @param bits M of a signature, 1 to 64, a multiple of {@code groupBits}
   * @param groupBits T, 1 to {@value #MOST_GROUP_BITS}
   * @param seed of the hyperplanes
   */
  public CollisionPooling(
      int heads, int keySize, int valueSize, int bits, int groupBits, long seed) {
    if (groupBits < 1 || groupBits > MOST_GROUP_BITS || bits % groupBits != 0) {
      throw new IllegalArgumentException(
          bits
              + " bits in groups of "
              + groupBits
              + ": expected groups of 1 to "
              + MOST_GROUP_BITS
              + " and a multiple of that");
    }
    this.hashes = new HeadHashes(heads, keySize, bits, seed);
    this.groups = bits / groupBits;
    this.groupBits = groupBits;
    this.valueSize = valueSize;
    this.sums = new double[heads][Math.multiplyExact(groups << groupBits, valueSize)];
    this.total = new double[valueSize];
  }

  /** T at most: sums are kept for all signatures of a group. */
  public static final int MOST_GROUP_BITS = 8;

  @Override
  public void open(AttendedBehaviours history) {
    this.history = history;
    hashes.open(history);
    clear();
    sum(history.length());
  }

  private void clear() {
    for (double[] ofHead : sums) {
      Arrays.fill(ofHead, 0);
    }
    summed = 0;
  }

  /** Where the sum of the behaviours that share a group of bits starts. */
  private int bucket(int group, long signature) {
    int bits = (int) (signature >>> group * groupBits) & (1 << groupBits) - 1;
    return ((group << groupBits) + bits) * valueSize;
  }

  /** Brings the sums to the first {@code length} behaviours and returns how many were added. */
  private int sum(int length) {
    if (length < summed) {
      clear();
    }
    int from = summed;
    for (int h = 0; h < sums.length; h++) {
      long[] signatures = hashes.keys(h);
      float[] values = history.values(h);
      for (int l = from; l < length; l++) {
        for (int g = 0; g < groups; g++) {
          int at = bucket(g, signatures[l]);
          for (int j = 0; j < valueSize; j++) {
            sums[h][at + j] += values[l * valueSize + j];
          }
        }
      }
    }
    summed = length;
    return length - from;
  }

  @Override
  public void pool(Targets targets, float[] outputs, Cost cost) {
    int heads = sums.length;
    cost.start();
    long added = (long) sum(targets.length()) * heads;
    cost.lap(Cost.Stage.SCAN);
    for (int h = 0; h < heads; h++) {
      long[] queries = hashes.queries(targets, h);
      cost.lap(Cost.Stage.PREPARE);
      for (int b = 0; b < targets.count(); b++) {
        pool(sums[h], queries[b], outputs, (b * heads + h) * valueSize);
      }
      cost.lap(Cost.Stage.SCAN);
    }
    long pooled = (long) groups * targets.count() * heads * valueSize * Double.BYTES;
    cost.scanned(added, added * (Long.BYTES + (long) valueSize * Float.BYTES) + pooled);
  }

  private void pool(double[] ofHead, long query, float[] outputs, int out) {
    Arrays.fill(total, 0);
    for (int g = 0; g < groups; g++) {
      int at = bucket(g, query);
      double squared = 0;
      for (int j = 0; j < valueSize; j++) {
        squared += ofHead[at + j] * ofHead[at + j];
      }
      double scale = 1 / (groups * Math.sqrt(squared));
      for (int j = 0; j < valueSize && scale < Double.POSITIVE_INFINITY; j++) {
        total[j] += scale * ofHead[at + j];
      }
    }
    for (int j = 0; j < valueSize; j++) {
      outputs[out + j] = (float) total[j];
    }
  }

  /** A word a head and behaviour, and the sums. */
  @Override
  public long indexBytes() {
    return ((long) history.length() + sums[0].length) * sums.length * Long.BYTES;
  }
}
