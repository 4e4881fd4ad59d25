package io.seminar.metrics.counterfactual;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A sum of squares that does not depend on the order: each number is rounded once to a multiple of
 * 2^-30, its square is added as an integer of 128 bits. Squares of weights leave the range of
 * {@link io.seminar.metrics.inference.FixedPointSums} long before the weights do.
 */
final class SquareSum {
  private long high;
  private long low; // unsigned

  /**
   * @param number 0..2^33
   */
  void add(double number) {
    long fixed = (long) Math.rint(number * 0x1p30);
    add(Math.multiplyHigh(fixed, fixed), fixed * fixed);
  }

  void merge(SquareSum other) {
    add(other.high, other.low);
  }

  private void add(long addHigh, long addLow) {
    low += addLow;
    long carry = Long.compareUnsigned(low, addLow) < 0 ? 1 : 0;
    high = Math.addExact(high, addHigh + carry);
  }

  double value() {
    return (high * 0x1p64 + (low >>> 1) * 2.0 + (low & 1)) * 0x1p-60;
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(high);
    out.writeLong(low);
  }

  void read(DataInput in) throws IOException {
    high = in.readLong();
    low = in.readLong();
    if (high < 0) {
      throw new IOException("a sum of squares is negative");
    }
  }
}
