package io.seminar.attention.retrieval;

import io.seminar.attention.hashing.SimHash;
import java.util.SplittableRandom;

/**
 * SimHash signatures of a history's keys and of targets' queries, with random hyperplanes of its
 * own for each head. The planes follow from the seed, so that all threads have the same.
 */
final class HeadHashes {
  private final SimHash[] hashes; // (H)
  private final long[][] keys; // (H) of (L)
  private final long[] queries = new long[Targets.MAXIMUM];

  /**
   * @param keySize d_k
   */
  HeadHashes(int heads, int keySize, int bits, long seed) {
    hashes = new SimHash[heads];
    keys = new long[heads][0];
    SplittableRandom random = new SplittableRandom(seed);
    for (int h = 0; h < heads; h++) {
      float[] planes = new float[Math.multiplyExact(bits, keySize)];
      for (int i = 0; i < planes.length; i++) {
        planes[i] = (float) random.nextGaussian();
      }
      hashes[h] = new SimHash(planes, bits, keySize);
    }
  }

  void open(Behaviours history) {
    for (int h = 0; h < hashes.length; h++) {
      keys[h] = Capacity.fit(keys[h], history.length());
      hashes[h].signatures(history.keys(h), history.length(), keys[h]);
    }
  }

  /** (L): signatures of the keys of a head. */
  long[] keys(int head) {
    return keys[head];
  }

  /** (B): signatures of the queries of a head; good until the next call. */
  long[] queries(Targets targets, int head) {
    hashes[head].signatures(targets.queries(head), targets.count(), queries);
    return queries;
  }

  int heads() {
    return hashes.length;
  }
}
