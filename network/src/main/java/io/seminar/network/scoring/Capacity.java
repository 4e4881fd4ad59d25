package io.seminar.network.scoring;

/** When a buffer that is kept between users is replaced. */
final class Capacity {
  /** Larger buffers are dropped once less than a quarter of them is needed. */
  private static final int KEEP = 1 << 22;

  /** Stands where a buffer was, so that the old one can go before the new one comes. */
  static final float[] NONE = {};

  private Capacity() {}

  /** Whether a buffer is too small for what is needed, or far too large. */
  static boolean misfits(int size, int needed) {
    return needed > size || (size > KEEP && needed < size / 4);
  }

  /**
   * {@code rows · dimension}.
   *
   * @throws IllegalArgumentException if one array cannot hold that
   */
  static int floats(int rows, int dimension) {
    if ((long) rows * dimension > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          rows
              + " behaviours of "
              + dimension
              + " floats do not fit one array: expected at most "
              + (Integer.MAX_VALUE - 8) / dimension
              + " behaviours");
    }
    return rows * dimension;
  }
}
