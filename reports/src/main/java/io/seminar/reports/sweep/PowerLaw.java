package io.seminar.reports.sweep;

/**
 * {@code y = factor · x^exponent}, fitted by least squares to the logarithms.
 *
 * @param exponent slope of the line on log-log paper; NaN with fewer than two different x
 * @param low the least slope of a line fitted to any values between the ends that each y has
 * @param high the most
 * @param factor y at x = 1; NaN with fewer than two different x
 * @param deviation largest |y / fitted − 1| of a point; NaN with fewer than three points, since two
 *     always lie on a line
 */
public record PowerLaw(double exponent, double low, double high, double factor, double deviation) {
  /**
   * Fits the law. All values must be positive, but ends may be NaN, then y stands for them.
   *
   * @param x (n)
   * @param y (n)
   * @param yLow (n) lower ends
   * @param yHigh (n) upper ends
   */
  public static PowerLaw fit(double[] x, double[] y, double[] yLow, double[] yHigh) {
    int n = x.length;
    double centre = 0;
    for (double v : x) {
      centre += Math.log(v) / n;
    }
    double spread = 0;
    for (double v : x) {
      spread += (Math.log(v) - centre) * (Math.log(v) - centre);
    }
    if (!(spread > 1e-12)) {
      return new PowerLaw(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
    // The slope is a weighted sum of the logarithms of y, so each end moves it one way only.
    double slope = 0;
    double low = 0;
    double high = 0;
    double mean = 0;
    for (int i = 0; i < n; i++) {
      double weight = (Math.log(x[i]) - centre) / spread;
      double least = Math.log(Double.isNaN(yLow[i]) ? y[i] : yLow[i]);
      double most = Math.log(Double.isNaN(yHigh[i]) ? y[i] : yHigh[i]);
      slope += weight * Math.log(y[i]);
      low += weight * (weight > 0 ? least : most);
      high += weight * (weight > 0 ? most : least);
      mean += Math.log(y[i]) / n;
    }
    double intercept = mean - slope * centre;
    double deviation = 0;
    for (int i = 0; i < n; i++) {
      double fitted = Math.exp(intercept + slope * Math.log(x[i]));
      deviation = Math.max(deviation, Math.abs(y[i] / fitted - 1));
    }
    return new PowerLaw(slope, low, high, Math.exp(intercept), n < 3 ? Double.NaN : deviation);
  }

  /** The fitted y. */
  public double at(double x) {
    return factor * Math.pow(x, exponent);
  }
}
