package io.seminar.attention.quantization;

import io.seminar.attention.FastScan;

/**
 * How levels of b bits a dimension become sub-codes of four bits: the upper four bits of all
 * dimensions, one after another, then what is left below them. Cut into segments that one fast scan
 * takes; a segment holds upper bits or lower ones, because the rounding of its tables goes with the
 * largest of them.
 */
final class NibbleLayout {
  private static final int NIBBLE = 4;

  private final int dimension;
  private final int bits;
  private final int upper; // bits a dimension in the first part
  private final int lower; // and in the second
  private final int upperNibbles;
  private final int nibbles;
  private final int[] starts;

  NibbleLayout(int dimension, int bits) {
    if (bits < 1 || bits > RaBitQCodes.MOST_BITS) {
      throw new IllegalArgumentException(
          bits + " bits a dimension: expected 1 to " + RaBitQCodes.MOST_BITS);
    }
    this.dimension = dimension;
    this.bits = bits;
    this.upper = Math.min(bits, NIBBLE);
    this.lower = bits - upper;
    this.upperNibbles = nibbles(dimension * upper);
    int lowerNibbles = nibbles(dimension * lower);
    this.nibbles = upperNibbles + lowerNibbles;
    int first = parts(upperNibbles);
    int second = parts(lowerNibbles);
    this.starts = new int[first + second + 1];
    for (int s = 0; s < first; s++) {
      starts[s] = s * upperNibbles / first;
    }
    for (int s = 0; s < second; s++) {
      starts[first + s] = upperNibbles + s * lowerNibbles / second;
    }
    starts[first + second] = nibbles;
  }

  private static int nibbles(int bits) {
    return (bits + NIBBLE - 1) / NIBBLE;
  }

  private static int parts(int nibbles) {
    return (nibbles + FastScan.MOST_SUBCODES - 1) / FastScan.MOST_SUBCODES;
  }

  int nibbles() {
    return nibbles;
  }

  int segments() {
    return starts.length - 1;
  }

  /** First nibble of a segment. */
  int start(int segment) {
    return starts[segment];
  }

  /** Nibbles of a segment. */
  int size(int segment) {
    return starts[segment + 1] - starts[segment];
  }

  /** Whether the nibbles of a segment are four bits of one dimension each. */
  boolean linear(int segment) {
    return (upper(segment) ? upper : lower) == NIBBLE;
  }

  private boolean upper(int segment) {
    return starts[segment] < upperNibbles;
  }

  /** The dimension of a linear segment's first nibble. */
  int firstDimension(int segment) {
    return starts[segment] - (upper(segment) ? 0 : upperNibbles);
  }

  /** What one step of a linear segment's nibbles counts. */
  int weight(int segment) {
    return upper(segment) ? 1 << lower : 1;
  }

  /** What scans a segment. */
  SegmentScan scan(int segment) {
    return linear(segment) ? new ProductSegment(this, segment) : new TableSegment(this, segment);
  }

  int bytesARow() {
    int bytes = 0;
    for (int s = 0; s < segments(); s++) {
      bytes += FastScan.bytes(FastScan.BLOCK, size(s)) / FastScan.BLOCK;
    }
    return bytes;
  }

  /**
   * Packs levels.
   *
   * @param levels (D), of b bits
   * @param out one nibble a byte
   */
  void pack(int[] levels, byte[] out) {
    if (upper == NIBBLE) {
      for (int d = 0; d < dimension; d++) {
        out[d] = (byte) (levels[d] >> lower);
      }
    } else {
      pack(levels, upper, 0, out);
    }
    if (lower == NIBBLE) {
      for (int d = 0; d < dimension; d++) {
        out[upperNibbles + d] = (byte) (levels[d] & 15);
      }
    } else if (lower > 0) {
      pack(levels, lower, upperNibbles, out);
    }
  }

  private void pack(int[] levels, int width, int from, byte[] out) {
    int stream = 0;
    int room = 0;
    int at = from;
    int mask = (1 << width) - 1;
    for (int d = 0; d < dimension; d++) {
      stream |= (levels[d] & mask) << room;
      room += width;
      while (room >= NIBBLE) {
        out[at++] = (byte) (stream & 15);
        stream >>>= NIBBLE;
        room -= NIBBLE;
      }
    }
    if (room > 0) {
      out[at] = (byte) stream;
    }
  }

  /**
   * Tables of a segment: what a nibble adds to {@code <t, k - (2^b - 1)/2>}, every bit of weight w
   * counting as -w/2 or w/2.
   *
   * @param t (D)
   * @param tables (size, 16), overwritten
   * @return the sum of the largest entries
   */
  double tables(int segment, float[] t, int offset, float[] tables) {
    int from = starts[segment];
    double size = 0;
    for (int c = from; c < starts[segment + 1]; c++) {
      boolean high = c < upperNibbles;
      int width = high ? upper : lower;
      int first = (high ? c : c - upperNibbles) * NIBBLE;
      int at = (c - from) * FastScan.SLOTS;
      double w0 = weight(first, width, high, t, offset);
      double w1 = weight(first + 1, width, high, t, offset);
      double w2 = weight(first + 2, width, high, t, offset);
      double w3 = weight(first + 3, width, high, t, offset);
      size += Math.abs(w0) + Math.abs(w1) + Math.abs(w2) + Math.abs(w3);
      for (int k = 0; k < FastScan.SLOTS / 4; k++) {
        double rest = ((k & 1) == 0 ? -w2 : w2) + ((k & 2) == 0 ? -w3 : w3);
        tables[at + 4 * k] = (float) (rest - w0 - w1);
        tables[at + 4 * k + 1] = (float) (rest + w0 - w1);
        tables[at + 4 * k + 2] = (float) (rest - w0 + w1);
        tables[at + 4 * k + 3] = (float) (rest + w0 + w1);
      }
    }
    return size;
  }

  /** Half of what a bit of the stream weighs; 0 past its end. */
  private double weight(int bit, int width, boolean high, float[] t, int offset) {
    int d = bit / width;
    if (d >= dimension) {
      return 0;
    }
    int plane = bit % width + (high ? lower : 0);
    return 0.5 * (1 << plane) * t[offset + d];
  }

  /** Bits a dimension. */
  int bits() {
    return bits;
  }
}
