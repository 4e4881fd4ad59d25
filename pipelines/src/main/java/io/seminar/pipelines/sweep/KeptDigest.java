package io.seminar.pipelines.sweep;

import io.seminar.attention.retrieval.Kept;

/** Folds what arms give into 64 bits, so that two JVMs can compare it. */
final class KeptDigest {
  private static final long START = 0xCBF29CE484222325L;
  private static final long PRIME = 0x100000001B3L;

  private long digest = START;

  /** Folds the rows kept for the first targets, in order. */
  void fold(Kept kept, int targets) {
    for (int b = 0; b < targets; b++) {
      for (int h = 0; h < kept.heads(); h++) {
        int count = kept.count(h, b);
        int[] rows = kept.rows(h, b);
        fold(count);
        for (int i = 0; i < count; i++) {
          fold(rows[i]);
        }
      }
    }
  }

  /** Folds the bits of some floats. */
  void fold(float[] values, int n) {
    for (int i = 0; i < n; i++) {
      fold(Float.floatToRawIntBits(values[i]));
    }
  }

  /** FNV-1a, a word at a time, with the high half mixed in. */
  private void fold(int word) {
    digest = (digest ^ word) * PRIME;
    digest ^= digest >>> 32;
  }

  long value() {
    return digest;
  }
}
