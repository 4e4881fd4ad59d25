package io.seminar.metrics;

import static io.seminar.metrics.Metric.Count.count;
import static io.seminar.metrics.Metric.Count.statistic;
import static io.seminar.metrics.Metric.mean;

import io.seminar.metrics.Metric.Counts;
import io.seminar.metrics.Metric.Direction;
import io.seminar.metrics.Metric.Scale;
import io.seminar.metrics.Metric.Source;
import io.seminar.metrics.Metric.Unit;
import io.seminar.metrics.calibration.LogLoss;
import io.seminar.metrics.inference.FixedPointSums;
import java.util.List;

/**
 * How well probabilities agree with clicks: log loss, normalised entropy, predicted over observed
 * clicks. {@code Σ loss, Σ p, Σ y, n} over impressions.
 */
final class CalibrationMetrics {
  private final int loss;
  private final int predicted;
  private final int clicks;
  private final int n;
  final int end;

  CalibrationMetrics(int start) {
    loss = start;
    predicted = start + 1;
    clicks = start + 2;
    n = start + 3;
    end = start + 4;
  }

  /** Adds impressions {@code from..to-1} of a page, at least one. */
  void add(UserSums user, double[] probabilities, byte[] labels, int from, int to) {
    double losses = 0;
    double sum = 0;
    int clicked = 0;
    for (int i = from; i < to; i++) {
      boolean click = labels[i] > 0;
      losses += LogLoss.of(probabilities[i], click);
      sum += probabilities[i];
      clicked += click ? 1 : 0;
    }
    user.add(loss, losses);
    user.add(predicted, sum);
    user.add(clicks, clicked);
    user.add(n, to - from);
    user.mark(MetricSuite.PROBABILITY_USERS);
  }

  void define(List<Metric> all) {
    Counts counts =
        Counts.of(
            statistic(n),
            count(MetricSuite.IMPRESSIONS),
            count(MetricSuite.PROBABILITY_USERS),
            count(MetricSuite.EVALUATED_USERS));
    all.add(
        Metric.ofSums(
            "logloss",
            "Log loss",
            "Mean of -ln of the probability given to what happened, in nats, each at most 34.5.",
            new Scale(0, LogLoss.LARGEST, Direction.LOWER, Unit.IMPRESSIONS),
            mean(loss, n),
            CalibrationMetrics::whyNoLoss,
            counts));
    all.add(
        Metric.ofSums(
            "ne",
            "Normalised entropy",
            "Log loss over the entropy of the mean click rate of the cell; 1 is what the mean rate"
                + " alone achieves.",
            Scale.unbounded(Direction.LOWER, Unit.IMPRESSIONS),
            sums -> LogLoss.normalizedEntropy(sums.get(loss), sums.get(clicks), sums.get(n)),
            this::whyNoEntropy,
            counts));
    all.add(
        Metric.ofSums(
            "pcoc",
            "Predicted over observed clicks",
            "Σ p / Σ y; above 1 the probabilities are too high.",
            Scale.unbounded(Direction.NEAR_ONE, Unit.IMPRESSIONS),
            sums -> LogLoss.predictedOverObserved(sums.get(predicted), sums.get(clicks)),
            this::whyNoEntropy,
            counts));
  }

  /** What is read from an arm's reliability bins. */
  static void defineBinned(List<Metric> all) {
    all.add(
        Metric.elsewhere(
            "ece",
            "Expected calibration error",
            "Σ_b |Σ p - Σ y| / n over bins b of equal mass, fixed beforehand; noise counts as"
                + " error, so it is above 0 for calibrated probabilities too.",
            new Scale(0, 1, Direction.LOWER, Unit.IMPRESSIONS),
            Source.BINS));
  }

  private static String whyNoLoss(FixedPointSums sums) {
    return sums.count(MetricSuite.IMPRESSIONS) == 0
        ? "no evaluated impression"
        : "no calibrated probability";
  }

  private String whyNoEntropy(FixedPointSums sums) {
    long impressions = statistic(n).of(sums);
    if (impressions == 0) {
      return whyNoLoss(sums);
    }
    return statistic(clicks).of(sums) == 0
        ? "no click among " + impressions + " impressions"
        : "all of " + impressions + " impressions are clicks";
  }
}
