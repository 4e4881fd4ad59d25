package io.seminar.metrics.fidelity;

/**
 * How far the output of an approximate attention is from the exact one.
 *
 * <pre>
 * cosine      = &lt;exact, approximate> / (|exact| |approximate|)        -1..1, 1 is best
 * relative L2 = |approximate - exact| / |exact|                       0..∞,  0 is best
 * </pre>
 *
 * The cosine is undefined (NaN) if either vector is zero, the relative L2 if the exact one is: a
 * direction, or a unit to measure by, is missing. A zero approximation of something has relative L2
 * error 1. Sums are taken in double, in a fixed order; squares of floats neither overflow nor
 * vanish there.
 */
public final class OutputError {
  private OutputError() {}

  /**
   * Cosine of {@code exact[exactOffset ..+n]} and {@code approximate[approximateOffset ..+n]}; NaN
   * if either is zero.
   *
   * @throws IllegalArgumentException if a number is NaN or infinite, or {@code n < 1}
   */
  public static double cosine(
      float[] exact, int exactOffset, float[] approximate, int approximateOffset, int n) {
    check(exact, exactOffset, approximate, approximateOffset, n);
    double dot = 0;
    double exactSquares = 0;
    double approximateSquares = 0;
    for (int i = 0; i < n; i++) {
      double e = exact[exactOffset + i];
      double a = approximate[approximateOffset + i];
      dot += e * a;
      exactSquares += e * e;
      approximateSquares += a * a;
    }
    checkFinite(exactSquares, "exact");
    checkFinite(approximateSquares, "approximate");
    if (exactSquares == 0 || approximateSquares == 0) {
      return Double.NaN;
    }
    double cosine = dot / (Math.sqrt(exactSquares) * Math.sqrt(approximateSquares));
    return Math.max(-1, Math.min(1, cosine)); // rounding must not leave the range
  }

  /**
   * Relative L2 error of {@code approximate[approximateOffset ..+n]} against {@code
   * exact[exactOffset ..+n]}; NaN if the exact vector is zero.
   *
   * @throws IllegalArgumentException if a number is NaN or infinite, or {@code n < 1}
   */
  public static double relativeL2(
      float[] exact, int exactOffset, float[] approximate, int approximateOffset, int n) {
    check(exact, exactOffset, approximate, approximateOffset, n);
    double errorSquares = 0;
    double exactSquares = 0;
    for (int i = 0; i < n; i++) {
      double e = exact[exactOffset + i];
      double error = approximate[approximateOffset + i] - e;
      errorSquares += error * error;
      exactSquares += e * e;
    }
    checkFinite(exactSquares, "exact");
    checkFinite(errorSquares, "approximate");
    return exactSquares == 0 ? Double.NaN : Math.sqrt(errorSquares / exactSquares);
  }

  private static void check(
      float[] exact, int exactOffset, float[] approximate, int approximateOffset, int n) {
    if (n < 1) {
      throw new IllegalArgumentException("vectors must have at least 1 number, n was " + n);
    }
    if (exactOffset < 0
        || approximateOffset < 0
        || exact.length - exactOffset < n
        || approximate.length - approximateOffset < n) {
      throw new IllegalArgumentException(
          n
              + " numbers from "
              + exactOffset
              + " of "
              + exact.length
              + " and from "
              + approximateOffset
              + " of "
              + approximate.length);
    }
  }

  private static void checkFinite(double squares, String which) {
    if (!(squares < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the " + which + " vector holds NaN or an infinite number: squared norm " + squares);
    }
  }
}
