package io.seminar.metrics.inference;

import java.nio.charset.StandardCharsets;

/**
 * A stable 64-bit hash of a user id: the key from which everything random about that user is
 * derived.
 *
 * <p>It is XXH64 with seed 0 over the UTF-8 bytes of the id, so it can be reproduced in any
 * language. {@code String.hashCode} is not enough: 32 bits collide at some 77,000 users, and two
 * users with one hash would always be drawn together.
 *
 * <p>Source: Y. Collet, "xxHash fast digest algorithm", specification version 0.1.1, section XXH64.
 */
public final class UserHash {
  private static final long PRIME_1 = 0x9E3779B185EBCA87L;
  private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long PRIME_3 = 0x165667B19E3779F9L;
  private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
  private static final long PRIME_5 = 0x27D4EB2F165667C5L;

  private UserHash() {}

  /** The hash of {@code userId}; any string, the empty one included, has one. */
  public static long of(String userId) {
    byte[] bytes = userId.getBytes(StandardCharsets.UTF_8);
    int length = bytes.length;
    int at = 0;
    long hash;
    if (length >= 32) {
      long a = 0x60EA27EEADC0B5D6L; // PRIME_1 + PRIME_2
      long b = PRIME_2;
      long c = 0;
      long d = -PRIME_1;
      for (; at <= length - 32; at += 32) {
        a = round(a, word(bytes, at, 8));
        b = round(b, word(bytes, at + 8, 8));
        c = round(c, word(bytes, at + 16, 8));
        d = round(d, word(bytes, at + 24, 8));
      }
      hash =
          Long.rotateLeft(a, 1)
              + Long.rotateLeft(b, 7)
              + Long.rotateLeft(c, 12)
              + Long.rotateLeft(d, 18);
      hash = fold(hash, a);
      hash = fold(hash, b);
      hash = fold(hash, c);
      hash = fold(hash, d);
    } else {
      hash = PRIME_5;
    }
    hash += length;
    for (; at <= length - 8; at += 8) {
      hash = Long.rotateLeft(hash ^ round(0, word(bytes, at, 8)), 27) * PRIME_1 + PRIME_4;
    }
    if (at <= length - 4) {
      hash = Long.rotateLeft(hash ^ word(bytes, at, 4) * PRIME_1, 23) * PRIME_2 + PRIME_3;
      at += 4;
    }
    for (; at < length; at++) {
      hash = Long.rotateLeft(hash ^ (bytes[at] & 0xFF) * PRIME_5, 11) * PRIME_1;
    }
    hash = (hash ^ hash >>> 33) * PRIME_2;
    hash = (hash ^ hash >>> 29) * PRIME_3;
    return hash ^ hash >>> 32;
  }

  private static long round(long lane, long word) {
    return Long.rotateLeft(lane + word * PRIME_2, 31) * PRIME_1;
  }

  private static long fold(long hash, long lane) {
    return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
  }

  /** {@code count} bytes from {@code at}, little-endian. */
  private static long word(byte[] bytes, int at, int count) {
    long word = 0;
    for (int i = count - 1; i >= 0; i--) {
      word = word << 8 | bytes[at + i] & 0xFF;
    }
    return word;
  }
}
