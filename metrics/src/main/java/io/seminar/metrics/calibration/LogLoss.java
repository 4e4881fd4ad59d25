package io.seminar.metrics.calibration;

/**
 * Log loss, and what is measured against it.
 *
 * <pre>
 * loss_i  = -ln p_i if clicked, -ln(1 - p_i) if not            nats, held to at most -ln ε, ε = 1e-15
 * LogLoss = Σ loss_i / n                                       0..34.54 (= -ln ε), lower is better
 * NE      = LogLoss / H(Σ y_i / n)                             0..∞, 1 is what the mean click rate alone achieves
 *           H(c) = -c ln c - (1 - c) ln(1 - c)
 * PCOC    = Σ p_i / Σ y_i                                      0..∞, 1 is calibrated on the whole
 * </pre>
 *
 * LogLoss is undefined for n = 0, NE unless both classes occur, PCOC without a click.
 *
 * <p>Source: He et al., "Practical lessons from predicting clicks on ads at Facebook", 2014
 * (normalised entropy, calibration); PCOC is the usual name (predicted click over click) of their
 * calibration.
 */
public final class LogLoss {
  /**
   * A probability of what happened below this is taken as this: a certain miss costs 34.5 nats, not
   * infinity.
   */
  public static final double CLIP = 1e-15;

  /** The largest loss of one impression. */
  public static final double LARGEST = -StrictMath.log(CLIP);

  private LogLoss() {}

  /**
   * Loss of one impression in nats.
   *
   * @throws IllegalArgumentException if the probability is NaN or outside 0..1
   */
  public static double of(double probability, boolean clicked) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("probability " + probability + " is outside 0..1");
    }
    // StrictMath: the same bits on every machine.
    double loss = clicked ? -StrictMath.log(probability) : -StrictMath.log1p(-probability);
    return Math.min(LARGEST, Math.abs(loss)); // abs: +0 for a certain hit
  }

  /** Normalised entropy from sums; NaN unless {@code 0 < clicks < n}. */
  public static double normalizedEntropy(double lossSum, double clicks, double n) {
    if (!(clicks > 0 && clicks < n)) {
      return Double.NaN;
    }
    double rate = clicks / n;
    double entropy = -rate * StrictMath.log(rate) - (1 - rate) * StrictMath.log1p(-rate);
    return lossSum / n / entropy;
  }

  /** Predicted over observed clicks; NaN without a click. */
  public static double predictedOverObserved(double probabilitySum, double clicks) {
    return clicks > 0 ? probabilitySum / clicks : Double.NaN;
  }
}
