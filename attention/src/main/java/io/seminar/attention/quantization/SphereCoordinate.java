package io.seminar.attention.quantization;

/**
 * A coordinate U of a point drawn uniformly from the unit sphere in n dimensions: its density is
 * proportional to {@code (1 - u²)^((n-3)/2)}.
 */
final class SphereCoordinate {

  private static final int STEPS = 256;

  private SphereCoordinate() {}

  /**
   * The u for which {@code P(U > u)} is {@code tail}: 0 for a tail of a half and more, 1, which is
   * certain, for a tail of 0 and wherever n is 1 or less.
   */
  static double exceededBy(double tail, int n) {
    if (!(tail >= 0)) {
      throw new IllegalArgumentException("tail is " + tail + ": expected a probability");
    }
    if (tail >= 0.5) {
      return 0;
    }
    if (tail == 0 || n < 2) {
      return 1;
    }
    double whole = 2 * integral(0, n);
    double low = 0;
    double high = Math.PI / 2;
    for (int i = 0; i < 45; i++) {
      double middle = (low + high) / 2;
      // A little less than asked for, for what Simpson's rule may be off.
      if (integral(middle, n) > tail * whole * (1 - 1e-3)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.min(1, Math.sin(high) * (1 + 1e-6));
  }

  /**
   * {@code ∫ cos^(n-2) x dx} from {@code from} to π/2, with u = sin x, by Simpson's rule. What lies
   * more than {@code 12/√n} beyond {@code from} is less than 1e-30 of it.
   */
  private static double integral(double from, int n) {
    double to = Math.min(Math.PI / 2, from + 12 / Math.sqrt(n));
    double h = (to - from) / STEPS;
    double sum = power(from, n) + power(to, n);
    for (int i = 1; i < STEPS; i++) {
      sum += (i % 2 == 0 ? 2 : 4) * power(from + i * h, n);
    }
    return sum * h / 3;
  }

  private static double power(double x, int n) {
    return Math.pow(Math.max(0, Math.cos(x)), n - 2);
  }
}
