package io.seminar.metrics.calibration;

import io.seminar.metrics.inference.Estimate;
import io.seminar.metrics.inference.FixedPointSums;
import io.seminar.metrics.inference.Value;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * Expected calibration error, from the sums in an arm's reliability bins.
 *
 * <pre>
 * ECE = Σ_b n_b/n |p̄_b - ȳ_b| = Σ_b |Σp - Σy| / n          bins b, fixed beforehand, of equal mass
 * </pre>
 *
 * Range 0..1, lower is better. Undefined (NaN) without a probability. It is biased upwards: noise
 * in a bin's rate counts as error, so calibrated probabilities have an ECE above 0, the larger the
 * fewer impressions there are; and a replicate, which draws users once more, has that noise twice.
 * So an interval's lower end is too high for an arm that is nearly calibrated, and 0 is never in
 * it; the difference of two arms over the same users loses most of that, because both have the
 * noise.
 *
 * <p>It is no function of a cell's sums, whose impressions are not in bins. An evaluation that
 * keeps an arm's {@link FixedPointSums} of {@link ReliabilityBins} for the diagram has all that it
 * takes, and the same weights make the difference of two arms paired.
 *
 * <p>Source: Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
 * binning", 2015; equal mass: Nguyen and O'Connor 2015; the bias: Nixon et al., "Measuring
 * calibration in deep learning", 2019, and Roelofs et al., "Mitigating bias in calibration error
 * estimation", 2022.
 */
public final class CalibrationError {
  private CalibrationError() {}

  /**
   * Value and replicates; the jackknife needs groups, which these sums do not have.
   *
   * @param sums of {@code bins}
   * @throws IllegalArgumentException if the sums are of another shape
   */
  public static Estimate of(ReliabilityBins bins, FixedPointSums sums) {
    bins.checkShape(sums);
    double number = error(bins.size(), sums::sum);
    double[] replicates = new double[sums.replicates()];
    Arrays.setAll(replicates, r -> error(bins.size(), s -> sums.sum(s, r)));
    double n = 0;
    for (int b = 0; b < bins.size(); b++) {
      n += sums.sum(ReliabilityBins.n(b));
    }
    return new Estimate(
        new Value(
            number,
            Double.isNaN(number) ? "no calibrated probability" : null,
            Math.round(n),
            sums.count(bins.usersCount()),
            0,
            0),
        replicates,
        new double[0]);
  }

  private static double error(int bins, IntToDoubleFunction sums) {
    double error = 0;
    double n = 0;
    for (int b = 0; b < bins; b++) {
      error +=
          Math.abs(
              sums.applyAsDouble(ReliabilityBins.predicted(b))
                  - sums.applyAsDouble(ReliabilityBins.clicked(b)));
      n += sums.applyAsDouble(ReliabilityBins.n(b));
    }
    return n == 0 ? Double.NaN : error / n;
  }
}
