package io.seminar.pipelines.evaluation;

import io.seminar.metrics.calibration.LogisticCalibration;
import io.seminar.metrics.calibration.ReliabilityBins;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * An arm's map from score to click probability, fitted on the earlier requests, and the bins of its
 * reliability diagram: of equal mass on those same requests, so that they are fixed before any
 * evaluated request is looked at.
 *
 * @param map may be undefined, with its reason: then there are no probabilities
 * @param bins of the reliability diagram
 */
public record Calibration(LogisticCalibration map, ReliabilityBins bins) implements Serializable {
  private static final int BINS = 10;

  /**
   * A calibration that has been fitted before.
   *
   * @param slope NaN if there is no fit
   * @param intercept NaN if there is no fit
   * @param rows that the fit rests on
   * @param reason why there is no fit; null if there is one
   * @param innerEdges of the bins, rising
   */
  public static Calibration of(
      double slope, double intercept, long rows, String reason, double[] innerEdges) {
    return new Calibration(
        new LogisticCalibration(intercept, slope, rows, 0, Double.NaN, reason),
        ReliabilityBins.of(innerEdges));
  }

  /** Fits every arm to a sample. */
  static List<Calibration> fit(CalibrationSample sample, int arms) {
    List<Calibration> fitted = new ArrayList<>();
    for (int a = 0; a < arms; a++) {
      LogisticCalibration map = sample.fit(a);
      fitted.add(
          new Calibration(
              map,
              map.isDefined()
                  ? ReliabilityBins.equalMass(sample.probabilities(a, map), BINS)
                  : ReliabilityBins.of()));
    }
    return fitted;
  }
}
