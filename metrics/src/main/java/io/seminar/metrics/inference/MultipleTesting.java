package io.seminar.metrics.inference;

import java.util.Arrays;

/**
 * p-values adjusted for being many. An adjusted p-value is the smallest level at which its test
 * would be rejected by the procedure.
 *
 * <pre>
 * Holm                 p̃_(i) = max_{j <= i} min(1, (m - j + 1) p_(j))   no false rejection at all with probability 1 - α,
 *                                                                       whatever the dependence
 * Benjamini-Hochberg   p̃_(i) = min_{j >= i} min(1, m/j p_(j))           of what is rejected, α is false on average,
 *                                                                       if independent or positively dependent
 * </pre>
 *
 * with {@code p_(1) <= … <= p_(m)}. A test without a p-value (NaN) keeps NaN and is not among the
 * m.
 *
 * <p>Source: Holm, "A simple sequentially rejective multiple test procedure", 1979; Benjamini and
 * Hochberg, "Controlling the false discovery rate", 1995.
 */
public final class MultipleTesting {
  private MultipleTesting() {}

  /**
   * Adjusted by Holm's procedure.
   *
   * @param p in 0..1 or NaN; left unchanged
   * @return in the order of {@code p}
   */
  public static double[] holm(double[] p) {
    double[] sorted = sorted(p);
    double[] adjusted = new double[sorted.length];
    double largest = 0;
    for (int i = 0; i < sorted.length; i++) {
      largest = Math.max(largest, Math.min(1, (sorted.length - i) * sorted[i]));
      adjusted[i] = largest;
    }
    return inOrder(p, sorted, adjusted);
  }

  /**
   * Adjusted by Benjamini and Hochberg's procedure.
   *
   * @param p in 0..1 or NaN; left unchanged
   * @return in the order of {@code p}
   */
  public static double[] benjaminiHochberg(double[] p) {
    double[] sorted = sorted(p);
    double[] adjusted = new double[sorted.length];
    double smallest = 1;
    for (int i = sorted.length - 1; i >= 0; i--) {
      // No smaller than p itself, which rounding could make of m/m.
      double scaled = Math.max(sorted[i], sorted[i] * sorted.length / (i + 1));
      smallest = Math.min(smallest, scaled);
      adjusted[i] = smallest;
    }
    return inOrder(p, sorted, adjusted);
  }

  /** The p-values that there are, in rising order. */
  private static double[] sorted(double[] p) {
    for (int i = 0; i < p.length; i++) {
      if (p[i] < 0 || p[i] > 1) { // NaN passes
        throw new IllegalArgumentException(
            "p-value " + i + " is " + p[i] + ", expected 0..1 or NaN");
      }
    }
    double[] sorted = p.clone();
    Arrays.sort(sorted); // NaN last
    int defined = sorted.length;
    while (defined > 0 && Double.isNaN(sorted[defined - 1])) {
      defined--;
    }
    return Arrays.copyOf(sorted, defined);
  }

  private static double[] inOrder(double[] p, double[] sorted, double[] adjusted) {
    double[] result = new double[p.length];
    for (int i = 0; i < p.length; i++) {
      // Equal p-values are adjusted alike, so any of them will do.
      result[i] = Double.isNaN(p[i]) ? Double.NaN : adjusted[Arrays.binarySearch(sorted, p[i])];
    }
    return result;
  }
}
