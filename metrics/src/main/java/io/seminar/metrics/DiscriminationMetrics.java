package io.seminar.metrics;

import static io.seminar.metrics.Metric.Count.count;
import static io.seminar.metrics.Metric.Count.statistic;
import static io.seminar.metrics.Metric.mean;

import io.seminar.metrics.Metric.Count;
import io.seminar.metrics.Metric.Counts;
import io.seminar.metrics.Metric.Direction;
import io.seminar.metrics.Metric.Scale;
import io.seminar.metrics.Metric.Source;
import io.seminar.metrics.Metric.Unit;
import io.seminar.metrics.inference.FixedPointSums;
import io.seminar.metrics.ranking.Auc;
import io.seminar.metrics.ranking.Ranking;
import java.util.List;

/**
 * How well scores tell clicked impressions from others: AUC over all of a cell, GAUC within users.
 * {@code Σ n_u AUC_u, Σ n_u, Σ AUC_u, Σ 1, Σ c_u AUC_u, Σ c_u} over users with both classes, n_u
 * their impressions and c_u their clicks.
 */
final class DiscriminationMetrics {
  private final int byImpressions; // Σ n_u AUC_u, Σ n_u
  private final int byUsers; // Σ AUC_u, Σ 1
  private final int byClicks; // Σ c_u AUC_u, Σ c_u
  final int end;

  DiscriminationMetrics(int start) {
    byImpressions = start;
    byUsers = start + 2;
    byClicks = start + 4;
    end = start + 6;
  }

  /** Takes note of the user's AUC over {@code all} of the impressions; replaces an earlier note. */
  void set(UserSums user, Ranking all) {
    double auc = Auc.of(all);
    boolean defined = !Double.isNaN(auc);
    set(user, byImpressions, auc, defined ? all.size() : 0);
    set(user, byUsers, auc, defined ? 1 : 0);
    set(user, byClicks, auc, defined ? all.clicks() : 0);
  }

  private static void set(UserSums user, int at, double auc, int weight) {
    user.set(at, weight == 0 ? 0 : auc * weight);
    user.set(at + 1, weight);
  }

  void define(List<Metric> all) {
    all.add(
        Metric.ofPairs(
            "auc",
            "AUC",
            "Probability that a clicked impression scores above one that was not clicked, ties"
                + " half, over all impressions of the cell.",
            Scale.share(Unit.IMPRESSIONS),
            DiscriminationMetrics::whyNoAuc,
            new Counts(
                count(MetricSuite.IMPRESSIONS),
                count(MetricSuite.EVALUATED_USERS),
                Count.none(),
                Count.none())));
    Counts impressions =
        Counts.of(
            statistic(byImpressions + 1),
            count(MetricSuite.IMPRESSIONS),
            statistic(byUsers + 1),
            count(MetricSuite.EVALUATED_USERS));
    all.add(
        userAuc(
            "gauc",
            "GAUC",
            "Σ n_u AUC_u / Σ n_u over users with both classes, n_u their impressions in the cell.",
            byImpressions,
            Unit.IMPRESSIONS,
            impressions));
    all.add(
        userAuc(
            "gauc_clicks",
            "GAUC, by clicks",
            "Σ c_u AUC_u / Σ c_u over users with both classes, c_u their clicks in the cell.",
            byClicks,
            Unit.IMPRESSIONS,
            impressions));
    all.add(
        userAuc(
            "gauc_unweighted",
            "GAUC, unweighted",
            "Mean of AUC_u over users with both classes.",
            byUsers,
            Unit.USERS,
            Counts.of(
                statistic(byUsers + 1),
                count(MetricSuite.EVALUATED_USERS),
                statistic(byUsers + 1),
                count(MetricSuite.EVALUATED_USERS))));
  }

  private static Metric userAuc(
      String key, String title, String doc, int at, Unit unit, Counts counts) {
    return Metric.ofSums(
        key,
        title,
        doc,
        Scale.share(unit),
        mean(at, at + 1),
        DiscriminationMetrics::whyNoUserAuc,
        counts);
  }

  /** What is measured against the baseline, for metrics that are an AUC. */
  static void defineRelative(List<Metric> all) {
    all.add(relative("relaimpr_auc", "RelaImpr of the AUC", "AUC"));
    all.add(relative("relaimpr_gauc", "RelaImpr of the GAUC", "GAUC"));
  }

  private static Metric relative(String key, String title, String of) {
    return Metric.elsewhere(
        key,
        title,
        "("
            + of
            + " - 0.5) / ("
            + of
            + " of the baseline - 0.5) - 1; undefined where the baseline's is not above 0.5.",
        new Scale(
            Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, Direction.HIGHER, Unit.IMPRESSIONS),
        Source.BASELINE);
  }

  private static String whyNoAuc(FixedPointSums sums) {
    long n = sums.count(MetricSuite.IMPRESSIONS);
    if (n == 0) {
      return "no evaluated impression";
    }
    return sums.count(MetricSuite.PAGE_USERS) == 0
        ? "no click among " + n + " impressions"
        : "all of " + n + " impressions are clicks";
  }

  private static String whyNoUserAuc(FixedPointSums sums) {
    long users = sums.count(MetricSuite.EVALUATED_USERS);
    return users == 0
        ? "no evaluated impression"
        : "none of " + users + " users has both a click and an impression without one";
  }
}
