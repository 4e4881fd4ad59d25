package io.seminar.metrics.inference;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Sums over users, once plainly and once for each replicate, that do not depend on the order of the
 * users. A replicate is whatever gives each user a weight: a column of {@link UserWeights}.
 *
 * <p>Adding doubles rounds, and differently in every order; so two runners would disagree in the
 * last bits. Here each user's number is rounded once, to a multiple of 2^-{@value #FRACTION_BITS},
 * and everything after that is integer arithmetic in {@code long}: associative, commutative, the
 * same to the last bit however users are grouped.
 *
 * <pre>
 * S statistics: real numbers, summed plainly and weighted in R replicates, in units of 2^-30
 *   resolution   each user's number is rounded to the nearest 2^-30 = 9.3e-10: an error of at most 4.7e-10 a user,
 *                and none at all for integers and other multiples of 2^-30
 *   range        sums up to 2^33 = 8.6e9 in size
 * C counts: integers, summed plainly only (no replicates): for what is reported but not estimated
 *   range        2^53 a user, 2^63 in sum
 * </pre>
 *
 * Leaving the range is an {@link ArithmeticException}, never a wrapped number. The inner loop
 * carries no check: {@link #bound} holds, for each statistic, an upper bound of all of its sums,
 * and only when that bound would leave the range are the sums looked at again. A sum is refused at
 * the earliest when it is within one user's weighted contribution of the limit.
 *
 * <p>Memory: {@code 8 * S * R} bytes at most; a statistic that has always been zero costs nothing.
 */
public final class FixedPointSums {
  /** Sums of statistics are kept in units of 2^-FRACTION_BITS. */
  public static final int FRACTION_BITS = 30;

  /** The largest sum of a statistic, and the largest single number that can be added. */
  public static final double LARGEST_SUM = 0x1p63 / (1L << FRACTION_BITS);

  private static final double UNIT = 1.0 / (1L << FRACTION_BITS);
  private static final double SCALE = 1L << FRACTION_BITS;
  private static final double LARGEST_COUNT = 0x1p53;
  private static final byte FORMAT = 2;

  /** The most statistics, counts or replicates that are read: more is damage. */
  private static final int LARGEST_SIZE = 1 << 24;

  /** The most bytes that a variable-length number takes: seven bits a byte. */
  private static final int VARIABLE_BYTES = 10;

  private final int statistics;
  private final int counts;
  private final int replicates;

  /** (S + C) plain sums: statistics in units of 2^-30, then counts. */
  private final long[] plain;

  /** (S, R) weighted sums; a row is null as long as all of it is zero. */
  private final long[][] weighted;

  /** (S) at least as large as the size of {@code plain[s]} and of every {@code weighted[s][r]}. */
  private final long[] bound;

  /** (S + C) the user being added, rounded: filled before anything is changed. */
  private final long[] rounded;

  /**
   * @param statistics S, {@code >= 0}
   * @param counts C, {@code >= 0}
   * @param replicates R, {@code >= 0}
   */
  public FixedPointSums(int statistics, int counts, int replicates) {
    if (statistics < 0 || counts < 0 || replicates < 0) {
      throw new IllegalArgumentException(
          "statistics, counts and replicates must not be negative: "
              + statistics
              + ", "
              + counts
              + ", "
              + replicates);
    }
    this.statistics = statistics;
    this.counts = counts;
    this.replicates = replicates;
    plain = new long[statistics + counts];
    weighted = new long[statistics][];
    bound = new long[statistics];
    rounded = new long[statistics + counts];
  }

  public int statistics() {
    return statistics;
  }

  public int counts() {
    return counts;
  }

  public int replicates() {
    return replicates;
  }

  /**
   * Adds one user.
   *
   * @param values (S + C) from {@code offset}: the user's statistics, then counts
   * @param weights (at least R) how often the user is drawn in each replicate, each in 0..2^31-1;
   *     what is behind the first R is not looked at
   * @throws IllegalArgumentException if a value is NaN or infinite, a count is not an integer or
   *     beyond 2^53, a weight is negative or too large, or the lengths do not fit; nothing has been
   *     added then
   * @throws ArithmeticException if a sum would leave the range; nothing has been added then
   */
  public void add(double[] values, int offset, long[] weights) {
    if (weights.length < replicates) {
      throw new IllegalArgumentException(
          "weights has length " + weights.length + ", expected at least " + replicates);
    }
    if (offset < 0 || values.length - offset < plain.length) {
      throw new IllegalArgumentException(
          "values holds "
              + values.length
              + " numbers, "
              + plain.length
              + " expected from "
              + offset);
    }
    long largestWeight = 1; // the plain sum has weight 1
    long signs = 0;
    for (int r = 0; r < replicates; r++) {
      largestWeight = Math.max(largestWeight, weights[r]);
      signs |= weights[r];
    }
    if (signs < 0 || largestWeight > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a weight is negative or larger than 2^31-1; largest is " + largestWeight);
    }
    for (int s = 0; s < plain.length; s++) {
      rounded[s] = s < statistics ? fixed(values[offset + s], s) : whole(values[offset + s], s);
    }
    for (int s = 0; s < statistics; s++) {
      if (!fits(bound[s], rounded[s], largestWeight)) {
        bound[s] = largestMagnitude(s);
        if (!fits(bound[s], rounded[s], largestWeight)) {
          throw overflow(s);
        }
      }
    }
    for (int s = statistics; s < plain.length; s++) {
      Math.addExact(plain[s], rounded[s]);
    }

    for (int s = 0; s < plain.length; s++) {
      plain[s] += rounded[s];
    }
    for (int s = 0; s < statistics; s++) {
      long value = rounded[s];
      if (value == 0) {
        continue;
      }
      bound[s] += Math.abs(value) * largestWeight;
      long[] row = weighted[s];
      if (row == null) {
        row = weighted[s] = new long[replicates];
      }
      multiplyAdd(row, weights, value);
    }
  }

  /**
   * {@code row += value * weights}: on its own, so that the compiler sees a loop of three arrays
   * and turns it into vectors.
   */
  private static void multiplyAdd(long[] row, long[] weights, long value) {
    for (int r = 0; r < row.length; r++) {
      row[r] += value * weights[r];
    }
  }

  /**
   * Adds all that {@code other} has summed.
   *
   * @throws IllegalArgumentException if the shapes differ
   * @throws ArithmeticException if a sum would leave the range; the sums are unusable then
   */
  public void merge(FixedPointSums other) {
    if (other.statistics != statistics
        || other.counts != counts
        || other.replicates != replicates) {
      throw new IllegalArgumentException(
          "cannot merge sums of shape " + other.shape() + " into " + shape());
    }
    for (int s = 0; s < plain.length; s++) {
      plain[s] = Math.addExact(plain[s], other.plain[s]);
    }
    for (int s = 0; s < statistics; s++) {
      long[] from = other.weighted[s];
      if (from == null) {
        continue;
      }
      long[] row = weighted[s];
      if (row == null) {
        weighted[s] = from.clone();
      } else {
        for (int r = 0; r < replicates; r++) {
          row[r] = Math.addExact(row[r], from[r]);
        }
      }
      bound[s] = largestMagnitude(s);
    }
  }

  /** Plain sum of statistic {@code s}. */
  public double sum(int s) {
    return real(units(s));
  }

  /** Weighted sum of statistic {@code s} in replicate {@code r}. */
  public double sum(int s, int r) {
    return real(units(s, r));
  }

  /** Plain sum of statistic {@code s} in units of 2^-{@value #FRACTION_BITS}: exact. */
  public long units(int s) {
    checkStatistic(s);
    return plain[s];
  }

  /** Weighted sum of statistic {@code s} in replicate {@code r}, in the same units: exact. */
  public long units(int s, int r) {
    checkStatistic(s);
    checkReplicate(r);
    return weighted[s] == null ? 0 : weighted[s][r];
  }

  /** What {@link #sum(int)} says of such a number of units. */
  public static double real(long units) {
    return units * UNIT;
  }

  /** Sum of count {@code c}, {@code 0 <= c < C}. */
  public long count(int c) {
    if (c < 0 || c >= counts) {
      throw new IllegalArgumentException("count " + c + " is outside 0.." + (counts - 1));
    }
    return plain[statistics + c];
  }

  /**
   * Writes the sums; equal sums give equal bytes, whatever way they were reached.
   *
   * <p>A replicate's sum differs little from the plain one, so it is written as the difference,
   * less the trailing zero bits that all differences of the statistic have in common (30 of them
   * for integers), as a variable-length number. A statistic's row goes out at once behind its
   * length, since streams are slow a byte at a time.
   */
  public void write(DataOutput out) throws IOException {
    out.writeByte(FORMAT);
    writeVariable(out, statistics);
    writeVariable(out, counts);
    writeVariable(out, replicates);
    byte[] bytes = new byte[Math.max(plain.length, replicates) * VARIABLE_BYTES];
    writeRow(out, bytes, encode(plain, 0, 0, bytes));
    long[] zeros = new long[replicates];
    for (int s = 0; s < statistics; s++) {
      long[] row = weighted[s] == null ? zeros : weighted[s];
      long bits = 0;
      for (long sum : row) {
        bits |= sum - plain[s];
      }
      // 64, and no row, says that every replicate equals the plain sum, as it does for a statistic
      // that is always zero.
      int shift = Long.numberOfTrailingZeros(bits);
      out.writeByte(shift);
      if (shift < 64) {
        writeRow(out, bytes, encode(row, plain[s], shift, bytes));
      }
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if the bytes are not such sums
   */
  public static FixedPointSums read(DataInput in) throws IOException {
    int format = in.readByte();
    if (format != FORMAT) {
      throw new IOException("fixed-point sums of format " + format + ", expected " + FORMAT);
    }
    int statistics = readSize(in, "statistics", LARGEST_SIZE);
    int counts = readSize(in, "counts", LARGEST_SIZE);
    int replicates = readSize(in, "replicates", LARGEST_SIZE);
    FixedPointSums sums = new FixedPointSums(statistics, counts, replicates);
    byte[] bytes = new byte[Math.max(sums.plain.length, replicates) * VARIABLE_BYTES];
    decode(bytes, readRow(in, bytes), 0, 0, sums.plain);
    for (int s = 0; s < statistics; s++) {
      int shift = in.readByte();
      if (shift < 0 || shift > 64) {
        throw new IOException("shift " + shift + " of statistic " + s + " is outside 0..64");
      }
      long[] row = new long[replicates];
      if (shift < 64) {
        decode(bytes, readRow(in, bytes), sums.plain[s], shift, row);
      } else {
        Arrays.fill(row, sums.plain[s]);
      }
      long any = 0;
      for (long sum : row) {
        any |= sum;
      }
      sums.weighted[s] = any == 0 ? null : row;
      sums.bound[s] = sums.largestMagnitude(s);
    }
    return sums;
  }

  private static long fixed(double value, int s) {
    // The comparison is written so that NaN fails it.
    if (!(Math.abs(value) < LARGEST_SUM)) {
      if (Double.isNaN(value) || Double.isInfinite(value)) {
        throw new IllegalArgumentException("statistic " + s + " is " + value);
      }
      throw new ArithmeticException(
          "statistic " + s + " is " + value + ", beyond the range of " + LARGEST_SUM);
    }
    return (long) Math.rint(value * SCALE);
  }

  private long whole(double value, int s) {
    if (!(Math.abs(value) <= LARGEST_COUNT) || value != Math.rint(value)) {
      throw new IllegalArgumentException(
          "count " + (s - statistics) + " is " + value + ", expected an integer up to 2^53");
    }
    return (long) value;
  }

  /** Whether {@code bound + |value| * weight} is at most 2^63 - 1. */
  private static boolean fits(long bound, long value, long weight) {
    long size = Math.abs(value);
    return Math.multiplyHigh(size, weight) == 0
        && size * weight >= 0
        && bound <= Long.MAX_VALUE - size * weight;
  }

  private long largestMagnitude(int s) {
    long largest = magnitude(plain[s], s);
    if (weighted[s] != null) {
      for (long sum : weighted[s]) {
        largest = Math.max(largest, magnitude(sum, s));
      }
    }
    return largest;
  }

  private static long magnitude(long sum, int s) {
    if (sum == Long.MIN_VALUE) {
      throw overflow(s);
    }
    return Math.abs(sum);
  }

  private static ArithmeticException overflow(int s) {
    return new ArithmeticException(
        "the sum of statistic " + s + " leaves the range of " + LARGEST_SUM);
  }

  private void checkStatistic(int s) {
    if (s < 0 || s >= statistics) {
      throw new IllegalArgumentException("statistic " + s + " is outside 0.." + (statistics - 1));
    }
  }

  private void checkReplicate(int r) {
    if (r < 0 || r >= replicates) {
      throw new IllegalArgumentException("replicate " + r + " is outside 0.." + (replicates - 1));
    }
  }

  private String shape() {
    return "(" + statistics + " statistics, " + counts + " counts, " + replicates + " replicates)";
  }

  /**
   * Encodes {@code numbers - base >> shift}, each as a variable-length number: zigzag, so that
   * small negative numbers are short too, then seven bits a byte, lowest first; the top bit says
   * that more follow.
   *
   * @return bytes written to {@code bytes}
   */
  private static int encode(long[] numbers, long base, int shift, byte[] bytes) {
    int at = 0;
    for (long number : numbers) {
      long difference = number - base >> shift;
      long rest = difference << 1 ^ difference >> 63;
      while ((rest & ~0x7FL) != 0) {
        bytes[at++] = (byte) (rest | 0x80);
        rest >>>= 7;
      }
      bytes[at++] = (byte) rest;
    }
    return at;
  }

  /** The reverse of {@link #encode}; {@code numbers} must take up all of the bytes. */
  private static void decode(byte[] bytes, int length, long base, int shift, long[] numbers)
      throws IOException {
    int at = 0;
    for (int i = 0; i < numbers.length; i++) {
      long value = 0;
      int bits = 0;
      byte next;
      do {
        if (at == length || bits == 7 * VARIABLE_BYTES) {
          throw new IOException(
              "number "
                  + i
                  + " of a row of "
                  + numbers.length
                  + (at == length ? " is cut off" : " has more than ten bytes"));
        }
        next = bytes[at++];
        value |= (next & 0x7FL) << bits;
        bits += 7;
      } while (next < 0);
      numbers[i] = base + ((value >>> 1 ^ -(value & 1)) << shift);
    }
    if (at != length) {
      throw new IOException(
          "a row of "
              + numbers.length
              + " numbers has "
              + length
              + " bytes, but they end at "
              + at);
    }
  }

  private static void writeRow(DataOutput out, byte[] bytes, int length) throws IOException {
    writeVariable(out, length);
    out.write(bytes, 0, length);
  }

  private static int readRow(DataInput in, byte[] bytes) throws IOException {
    int length = readSize(in, "the length of a row", bytes.length);
    in.readFully(bytes, 0, length);
    return length;
  }

  private static void writeVariable(DataOutput out, int value) throws IOException {
    while (value >= 0x80) {
      out.writeByte(value & 0x7F | 0x80);
      value >>>= 7;
    }
    out.writeByte(value);
  }

  private static int readSize(DataInput in, String what, int largest) throws IOException {
    long size = 0;
    int bits = 0;
    byte next;
    do {
      next = in.readByte();
      size |= (next & 0x7FL) << bits;
      bits += 7;
    } while (next < 0 && bits < 35);
    if (next < 0 || size > largest) {
      throw new IOException(what + " is " + size + ", expected 0.." + largest);
    }
    return (int) size;
  }
}
