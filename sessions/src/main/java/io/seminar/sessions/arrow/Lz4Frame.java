package io.seminar.sessions.arrow;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The LZ4 frame format (version 1.6 of its description, the encoding that Arrow calls {@code
 * LZ4_FRAME}) in plain Java. Arrow's own Java codec compresses through a general LZ77 search that
 * takes time quadratic in the input on columns of small repeating values; this one is a single
 * greedy pass with a hash table, and its bytes are the same on every platform.
 *
 * <p>Frames are written with independent blocks of at most 256 KiB and without checksums, since
 * data files carry a SHA-256. All frames of the format are read, save those that need a dictionary;
 * checksums in them are passed over. Keeps scratch memory: not for use by several threads.
 */
final class Lz4Frame {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int MAGIC = 0x184D2204;

  /** Version 1, independent blocks. */
  private static final int FLAGS = 0x60;

  private static final int VERSION_MASK = 0xC0;
  private static final int VERSION = 0x40;
  private static final int BLOCK_CHECKSUM = 0x10;
  private static final int CONTENT_SIZE = 0x08;
  private static final int DICTIONARY = 0x01;

  /** Code of blocks of at most 256 KiB. */
  private static final int BLOCK_DESCRIPTOR = 5 << 4;

  static final int BLOCK_BYTES = 1 << 18;

  /** Set in a block's length: the block is stored as it is. */
  private static final int STORED = 1 << 31;

  private static final int HEADER_BYTES = 7;
  private static final int MIN_MATCH = 4;
  private static final int MAX_DISTANCE = 65535;

  /** The last match of a block begins at least this far before its end. */
  private static final int LAST_MATCH = 12;

  /** The last bytes of a block are literals. */
  private static final int LAST_LITERALS = 5;

  private static final int HASH_BITS = 14;

  /** After 2^6 misses the search takes longer steps: columns that do not compress pass quickly. */
  private static final int SKIP_SHIFT = 6;

  private final int[] table = new int[1 << HASH_BITS];

  /** The largest frame that {@code length} bytes can become. */
  static long maxFrameBytes(int length) {
    long blocks = (length + (long) BLOCK_BYTES - 1) / BLOCK_BYTES;
    return HEADER_BYTES + length + 4 * blocks + 4;
  }

  /**
   * Compresses {@code source[0…length)} into a frame at {@code target[0…)}, which has {@link
   * #maxFrameBytes} bytes.
   *
   * @return bytes of the frame
   */
  int compress(byte[] source, int length, byte[] target) {
    INT.set(target, 0, MAGIC);
    target[4] = FLAGS;
    target[5] = BLOCK_DESCRIPTOR;
    target[6] = headerChecksum(target, 4, 2);
    int to = HEADER_BYTES;
    for (int from = 0; from < length; from += BLOCK_BYTES) {
      int n = Math.min(BLOCK_BYTES, length - from);
      int end = compressBlock(source, from, n, target, to + 4);
      if (end < 0) {
        INT.set(target, to, n | STORED);
        System.arraycopy(source, from, target, to + 4, n);
        end = to + 4 + n;
      } else {
        INT.set(target, to, end - to - 4);
      }
      to = end;
    }
    INT.set(target, to, 0);
    return to + 4;
  }

  /**
   * Compresses one block.
   *
   * @return the end of the block in {@code target}, or −1 if it does not get smaller
   */
  private int compressBlock(byte[] source, int from, int n, byte[] target, int start) {
    int end = from + n;
    int targetEnd = start + n - 1;
    int lastMatch = end - LAST_MATCH;
    int matchEnd = end - LAST_LITERALS;
    int anchor = from;
    int to = start;
    Arrays.fill(table, -1);
    int at = from;
    while (at <= lastMatch) {
      int misses = 1 << SKIP_SHIFT;
      int candidate = -1;
      while (at <= lastMatch) {
        int value = (int) INT.get(source, at);
        int slot = slot(value);
        candidate = table[slot];
        table[slot] = at;
        if (candidate >= from
            && at - candidate <= MAX_DISTANCE
            && (int) INT.get(source, candidate) == value) {
          break;
        }
        candidate = -1;
        at += misses++ >>> SKIP_SHIFT;
      }
      if (candidate < 0) {
        break;
      }
      while (at > anchor && candidate > from && source[at - 1] == source[candidate - 1]) {
        at--;
        candidate--;
      }
      int match = matchLength(source, candidate + MIN_MATCH, at + MIN_MATCH, matchEnd);
      to = putSequence(source, anchor, at - anchor, at - candidate, match, target, to, targetEnd);
      if (to < 0) {
        return -1;
      }
      at += MIN_MATCH + match;
      anchor = at;
      if (at <= lastMatch) {
        table[slot((int) INT.get(source, at - 2))] = at - 2;
      }
    }
    int literals = end - anchor;
    if (to + 1 + literals / 255 + 1 + literals > targetEnd) {
      return -1;
    }
    to = putLiterals(source, anchor, literals, target, to, 0);
    return to;
  }

  private static int slot(int value) {
    return value * -1640531535 >>> 32 - HASH_BITS;
  }

  /**
   * How many bytes from {@code a} and {@code b} on are equal, {@code b} staying below {@code end}.
   */
  private static int matchLength(byte[] source, int a, int b, int end) {
    int start = b;
    while (b + 8 <= end) {
      long difference = (long) LONG.get(source, a) ^ (long) LONG.get(source, b);
      if (difference != 0) {
        return b - start + (Long.numberOfTrailingZeros(difference) >>> 3);
      }
      a += 8;
      b += 8;
    }
    while (b < end && source[a] == source[b]) {
      a++;
      b++;
    }
    return b - start;
  }

  private static int putSequence(
      byte[] source,
      int anchor,
      int literals,
      int distance,
      int match,
      byte[] target,
      int start,
      int targetEnd) {
    if (start + 1L + literals / 255 + 1 + literals + 2 + match / 255 + 1 > targetEnd) {
      return -1;
    }
    int to = putLiterals(source, anchor, literals, target, start, Math.min(match, 15));
    target[to++] = (byte) distance;
    target[to++] = (byte) (distance >>> 8);
    return match >= 15 ? putLength(match - 15, target, to) : to;
  }

  private static int putLiterals(
      byte[] source, int anchor, int literals, byte[] target, int start, int matchToken) {
    target[start] = (byte) (Math.min(literals, 15) << 4 | matchToken);
    int to = start + 1;
    if (literals >= 15) {
      to = putLength(literals - 15, target, to);
    }
    if (literals <= 8 && anchor + 8 <= source.length && to + 8 <= target.length) {
      LONG.set(target, to, (long) LONG.get(source, anchor));
    } else {
      System.arraycopy(source, anchor, target, to, literals);
    }
    return to + literals;
  }

  private static int putLength(int length, byte[] target, int start) {
    int to = start;
    int rest = length;
    while (rest >= 255) {
      target[to++] = (byte) 255;
      rest -= 255;
    }
    target[to++] = (byte) rest;
    return to;
  }

  /**
   * Decompresses the frame at {@code source[0…length)}.
   *
   * @param target as long as the content
   * @throws IllegalArgumentException if this is no frame of exactly that content
   */
  static void decompress(byte[] source, int length, byte[] target) {
    try {
      int end = decompressFrame(source, length, target);
      if (end != target.length) {
        throw corrupt(end + " bytes of content, expected " + target.length);
      }
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      throw new IllegalArgumentException("LZ4: a frame that reads or writes beyond its end", e);
    }
  }

  private static int decompressFrame(byte[] source, int length, byte[] target) {
    if (length < HEADER_BYTES || (int) INT.get(source, 0) != MAGIC) {
      throw corrupt("no frame");
    }
    int flags = source[4];
    if ((flags & VERSION_MASK) != VERSION || (flags & DICTIONARY) != 0) {
      throw corrupt("frame flags " + (flags & 0xFF));
    }
    int descriptor = (flags & CONTENT_SIZE) != 0 ? 10 : 2;
    if (headerChecksum(source, 4, descriptor) != source[4 + descriptor]) {
      throw corrupt("a header whose checksum differs");
    }
    int from = 5 + descriptor;
    int to = 0;
    while (true) {
      if (from + 4 > length) {
        throw corrupt("a frame without its end mark");
      }
      int header = (int) INT.get(source, from);
      from += 4;
      if (header == 0) {
        return to;
      }
      int n = header & ~STORED;
      if (n > length - from) {
        throw corrupt("a block of " + n + " bytes in a rest of " + (length - from));
      }
      if ((header & STORED) != 0) {
        System.arraycopy(source, from, target, to, n);
        to += n;
      } else {
        to = decompressBlock(source, from, from + n, target, to);
      }
      from += n + ((flags & BLOCK_CHECKSUM) != 0 ? 4 : 0);
    }
  }

  private static int decompressBlock(byte[] source, int start, int end, byte[] target, int first) {
    int from = start;
    int to = first;
    while (true) {
      int token = source[from++] & 0xFF;
      int literals = token >>> 4;
      if (literals == 15) {
        int more;
        do {
          more = source[from++] & 0xFF;
          literals = Math.addExact(literals, more);
        } while (more == 255);
      }
      if (literals > end - from) {
        throw corrupt("literals beyond their block");
      }
      if (literals <= 8 && from + 8 <= source.length && to + 8 <= target.length) {
        LONG.set(target, to, (long) LONG.get(source, from));
      } else {
        System.arraycopy(source, from, target, to, literals);
      }
      from += literals;
      to += literals;
      if (from == end) {
        return to;
      }

      int distance = source[from] & 0xFF | (source[from + 1] & 0xFF) << 8;
      from += 2;
      int match = token & 15;
      if (match == 15) {
        int more;
        do {
          more = source[from++] & 0xFF;
          match = Math.addExact(match, more);
        } while (more == 255);
      }
      match = Math.addExact(match, MIN_MATCH);
      if (distance == 0 || distance > to || match > target.length - to || from >= end) {
        throw corrupt("a match outside the content");
      }
      copyMatch(target, to, distance, match);
      to += match;
    }
  }

  private static void copyMatch(byte[] target, int to, int distance, int match) {
    int end = to + match;
    if (distance >= 8 && end + 8 <= target.length) {
      // Eight bytes at a time, the last time too many: what follows is overwritten by the next
      // sequence.
      for (int i = to; i < end; i += 8) {
        LONG.set(target, i, (long) LONG.get(target, i - distance));
      }
    } else if (distance >= match) {
      System.arraycopy(target, to - distance, target, to, match);
    } else {
      for (int i = to; i < end; i++) {
        target[i] = target[i - distance];
      }
    }
  }

  /** Second byte of the xxHash-32, with seed 0, of fewer than 16 bytes. */
  private static byte headerChecksum(byte[] bytes, int from, int length) {
    int hash = 374761393 + length;
    int at = from;
    int end = from + length;
    for (; at + 4 <= end; at += 4) {
      hash = Integer.rotateLeft(hash + (int) INT.get(bytes, at) * -1028477379, 17) * 668265263;
    }
    for (; at < end; at++) {
      hash = Integer.rotateLeft(hash + (bytes[at] & 0xFF) * 374761393, 11) * -1640531535;
    }
    hash = (hash ^ hash >>> 15) * -2048144777;
    hash = (hash ^ hash >>> 13) * -1028477379;
    hash ^= hash >>> 16;
    return (byte) (hash >>> 8);
  }

  private static IllegalArgumentException corrupt(String found) {
    return new IllegalArgumentException("LZ4: " + found);
  }
}
