package io.seminar.sessions;

/**
 * The ids seen so far, as 128-bit fingerprints: 32 bytes and no object an id. Among ten million
 * different ids the probability that any two are taken for the same is below 10⁻²⁴.
 */
final class IdSet {
  private long[] table = new long[2 * 1024];
  private int size;

  /** Returns false if the id was there already. */
  boolean add(String id) {
    long a = 0x9E3779B97F4A7C15L ^ id.length();
    long b = 0xC2B2AE3D27D4EB4FL ^ id.length();
    for (int i = 0; i < id.length(); i++) {
      a = mix(a ^ id.charAt(i)) + 0x165667B19E3779F9L;
      b = mix(b + id.charAt(i)) ^ 0x27D4EB2F165667C5L;
    }
    // Two zeros mark a free slot.
    a |= 1;
    if (4 * (size + 1) > table.length) {
      grow();
    }
    if (!insert(table, a, b)) {
      return false;
    }
    size++;
    return true;
  }

  private void grow() {
    long[] larger = new long[2 * table.length];
    for (int i = 0; i < table.length; i += 2) {
      if (table[i] != 0) {
        insert(larger, table[i], table[i + 1]);
      }
    }
    table = larger;
  }

  private static boolean insert(long[] table, long a, long b) {
    int mask = table.length / 2 - 1;
    int slot = (int) (b >>> 32) & mask;
    while (table[2 * slot] != 0) {
      if (table[2 * slot] == a && table[2 * slot + 1] == b) {
        return false;
      }
      slot = (slot + 1) & mask;
    }
    table[2 * slot] = a;
    table[2 * slot + 1] = b;
    return true;
  }

  /** Stafford's finaliser, variant 13, as in SplittableRandom. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
