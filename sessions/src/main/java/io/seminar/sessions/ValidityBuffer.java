package io.seminar.sessions;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A growing column of validity bits: least significant first, 1: present. */
final class ValidityBuffer {
  private byte[] bits = new byte[1 << 7];
  private int length;
  private int nulls;

  void add(boolean present) {
    int index = length >>> 3;
    if (index == bits.length) {
      bits = Arrays.copyOf(bits, 2 * bits.length);
    }
    if (present) {
      bits[index] |= (byte) (1 << (length & 7));
    } else {
      nulls++;
    }
    length++;
  }

  int nulls() {
    return nulls;
  }

  ByteBuffer content() {
    return ByteBuffer.wrap(bits, 0, (length + 7) >>> 3);
  }

  void clear() {
    Arrays.fill(bits, 0, (length + 7) >>> 3, (byte) 0);
    length = 0;
    nulls = 0;
  }
}
