package io.seminar.metrics;

import static io.seminar.metrics.Metric.Count.count;
import static io.seminar.metrics.Metric.Count.statistic;
import static io.seminar.metrics.Metric.mean;

import io.seminar.metrics.Metric.Counts;
import io.seminar.metrics.Metric.Direction;
import io.seminar.metrics.Metric.Scale;
import io.seminar.metrics.Metric.Source;
import io.seminar.metrics.Metric.Unit;
import io.seminar.metrics.catalogue.Novelty;
import io.seminar.metrics.inference.FixedPointSums;
import io.seminar.metrics.ranking.Inclusion;
import io.seminar.metrics.ranking.Ranking;
import java.util.List;

/**
 * Which part of the catalogue is shown. {@code Σ novelty@K for each K, n} over pages whose items'
 * self-information is known; coverage and inequality of exposure are not sums over users and come
 * from elsewhere.
 */
final class CatalogueMetrics {
  private final int[] ks;
  private final int novelty; // one for each K
  private final int n;
  final int end;

  CatalogueMetrics(int start, int[] ks) {
    this.ks = ks;
    novelty = start;
    n = novelty + ks.length;
    end = n + 1;
  }

  /** Adds the page of impressions {@code from..to-1}. */
  void add(
      UserSums user,
      Ranking page,
      Inclusion inclusion,
      float[] scores,
      float[] information,
      int from,
      int to) {
    for (int i = 0; i < ks.length; i++) {
      inclusion.set(page, ks[i]);
      user.add(novelty + i, Novelty.of(inclusion, scores, information, from, to));
    }
    user.add(n, 1);
    user.mark(MetricSuite.NOVELTY_USERS);
  }

  void define(List<Metric> all) {
    for (int i = 0; i < ks.length; i++) {
      all.add(
          Metric.ofSums(
              "novelty@" + ks[i],
              "Novelty@" + ks[i],
              "Mean self-information, -log2 of an item's share of all history events with one event"
                  + " more for every item, of the "
                  + ks[i]
                  + " best impressions, in bits; expected value over score ties; mean over pages.",
              Scale.unbounded(Direction.HIGHER, Unit.PAGES),
              mean(novelty + i, n),
              CatalogueMetrics::whyNone,
              Counts.of(
                  statistic(n),
                  count(MetricSuite.PAGES),
                  count(MetricSuite.NOVELTY_USERS),
                  count(MetricSuite.EVALUATED_USERS))));
    }
  }

  /** What is read from the appearances of all items. */
  static void defineExposure(List<Metric> all, int[] ks) {
    for (int k : ks) {
      all.add(
          Metric.elsewhere(
              "coverage@" + k,
              "Coverage@" + k,
              "Share of the catalogue's items that appear among the "
                  + k
                  + " best of some page; expected value over score ties.",
              Scale.share(Unit.PAGES),
              Source.EXPOSURE));
    }
    for (int k : ks) {
      all.add(
          Metric.elsewhere(
              "gini@" + k,
              "Gini index@" + k,
              "Inequality of the expected appearances of all items of the catalogue among the "
                  + k
                  + " best; 0 if all appear equally often, 1 - 1/items if one has all.",
              new Scale(0, 1, Direction.LOWER, Unit.PAGES),
              Source.EXPOSURE));
    }
  }

  private static String whyNone(FixedPointSums sums) {
    return sums.count(MetricSuite.PAGES) == 0
        ? "no evaluated page"
        : "no self-information of the items was given";
  }
}
