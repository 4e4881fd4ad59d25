package io.seminar.attention.retrieval;

/** When a buffer that is kept between users is replaced: here and by the networks that score. */
public final class Capacity {
  /** Larger buffers are dropped once less than a quarter of them is needed. */
  private static final int KEEP = 1 << 22;

  /** Stands where a buffer was, so that the old one can go before the new one comes. */
  public static final float[] NONE = {};

  private Capacity() {}

  /** Whether a buffer is too small for what is needed, or far too large. */
  public static boolean misfits(int size, int needed) {
    return needed > size || (size > KEEP && needed < size / 4);
  }

  /**
   * {@code rows · size}.
   *
   * @throws IllegalArgumentException if one array cannot hold that
   */
  public static int of(int rows, int size) {
    if ((long) rows * size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          rows
              + " behaviours of "
              + size
              + " elements do not fit one array: expected at most "
              + (Integer.MAX_VALUE - 8) / size
              + " behaviours");
    }
    return rows * size;
  }

  /** The buffer, or another one where it does not fit. */
  static float[] fit(float[] buffer, int needed) {
    return misfits(buffer.length, needed) ? new float[needed] : buffer;
  }

  /** The buffer, or another one where it does not fit. */
  static long[] fit(long[] buffer, int needed) {
    return misfits(buffer.length, needed) ? new long[needed] : buffer;
  }

  /** The buffer, or another one where it does not fit. */
  static int[] fit(int[] buffer, int needed) {
    return misfits(buffer.length, needed) ? new int[needed] : buffer;
  }

  /** The buffer, or another one where it does not fit. */
  static byte[] fit(byte[] buffer, int needed) {
    return misfits(buffer.length, needed) ? new byte[needed] : buffer;
  }
}
