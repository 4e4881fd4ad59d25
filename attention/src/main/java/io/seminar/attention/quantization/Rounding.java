package io.seminar.attention.quantization;

/** What floats leave uncertain, as factors; every bound here is rounded away from zero. */
final class Rounding {

  /** One unit in the last place of a float, relative, halved: the error of one rounding. */
  static final double UNIT = 0x1p-24;

  private Rounding() {}

  /**
   * Error of an inner product of {@code n} floats as {@link
   * io.seminar.attention.AttentionKernels#scores} computes it, relative to {@code Σ|a_d b_d|}.
   */
  static double inner(int n) {
    return (n / 4.0 + 4) * UNIT;
  }

  /** The least float that is not below {@code x}. */
  static float up(double x) {
    float f = (float) x;
    return f < x ? Math.nextUp(f) : f;
  }

  /** The greatest float that is not above {@code x}. */
  static float down(double x) {
    return -up(-x);
  }
}
