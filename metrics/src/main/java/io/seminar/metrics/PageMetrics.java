package io.seminar.metrics;

import static io.seminar.metrics.Metric.Count.count;
import static io.seminar.metrics.Metric.Count.statistic;
import static io.seminar.metrics.Metric.mean;

import io.seminar.metrics.Metric.Counts;
import io.seminar.metrics.Metric.Scale;
import io.seminar.metrics.Metric.Unit;
import io.seminar.metrics.inference.FixedPointSums;
import io.seminar.metrics.ranking.AveragePrecision;
import io.seminar.metrics.ranking.HitRate;
import io.seminar.metrics.ranking.Ndcg;
import io.seminar.metrics.ranking.PageRecall;
import io.seminar.metrics.ranking.Precision;
import io.seminar.metrics.ranking.Ranking;
import io.seminar.metrics.ranking.ReciprocalRank;
import java.util.List;
import java.util.Locale;

/**
 * How well clicked impressions are placed on their page. Sums over pages with a click, and their
 * number: for each K one of NDCG with either gain, HR, precision and recall; reciprocal rank and
 * average precision once.
 */
final class PageMetrics {
  private final int[] ks;
  private final int ndcg;
  private final int ndcgLinear;
  private final int reciprocalRank;
  private final int averagePrecision;
  private final int hitRate;
  private final int precision;
  private final int recall;
  private final int n;
  final int end;

  PageMetrics(int start, int[] ks) {
    this.ks = ks;
    ndcg = start;
    ndcgLinear = ndcg + ks.length;
    reciprocalRank = ndcgLinear + ks.length;
    averagePrecision = reciprocalRank + 1;
    hitRate = averagePrecision + 1;
    precision = hitRate + ks.length;
    recall = precision + ks.length;
    n = recall + ks.length;
    end = n + 1;
  }

  /** Adds a page; one without a click adds nothing. */
  void add(UserSums user, Ranking page) {
    if (page.clicks() == 0) {
      return;
    }
    for (int i = 0; i < ks.length; i++) {
      user.add(ndcg + i, Ndcg.of(page, ks[i], Ndcg.Gain.EXPONENTIAL));
      user.add(ndcgLinear + i, Ndcg.of(page, ks[i], Ndcg.Gain.LINEAR));
      user.add(hitRate + i, HitRate.of(page, ks[i]));
      user.add(precision + i, Precision.of(page, ks[i]));
      user.add(recall + i, PageRecall.of(page, ks[i]));
    }
    user.add(reciprocalRank, ReciprocalRank.of(page));
    user.add(averagePrecision, AveragePrecision.of(page));
    user.add(n, 1);
    user.mark(MetricSuite.PAGE_USERS);
  }

  void define(List<Metric> all) {
    forEachK(
        all,
        "ndcg@",
        "NDCG@",
        "Gain 2^label - 1, discount log2(1 + rank), over the best possible at %d; expected value"
            + " over score ties; mean over pages with a click.",
        ndcg);
    forEachK(
        all,
        "ndcg_linear@",
        "Linear NDCG@",
        "Gain label, discount log2(1 + rank), over the best possible at %d; expected value over"
            + " score ties; mean over pages with a click.",
        ndcgLinear);
    all.add(
        metric(
            "mrr",
            "MRR",
            "1 / rank of the first click; expected value over score ties; mean over pages with a"
                + " click.",
            reciprocalRank));
    all.add(
        metric(
            "map",
            "MAP",
            "Mean over a page's clicks of the precision at the click's rank; expected value over"
                + " score ties; mean over pages with a click.",
            averagePrecision));
    forEachK(
        all,
        "hr@",
        "HR@",
        "Probability of a click among the %d best, over score ties; mean over pages with a click.",
        hitRate);
    forEachK(
        all,
        "precision@",
        "Precision@",
        "Clicks among the %1$d best over %1$d, also on shorter pages; expected value over score"
            + " ties; mean over pages with a click.",
        precision);
    forEachK(
        all,
        "page_recall@",
        "Recall of clicks@",
        "Share of a page's clicks among its %d best; expected value over score ties; mean over"
            + " pages with a click.",
        recall);
  }

  private void forEachK(List<Metric> all, String key, String title, String doc, int first) {
    for (int i = 0; i < ks.length; i++) {
      String text = String.format(Locale.ROOT, doc, ks[i]);
      all.add(metric(key + ks[i], title + ks[i], text, first + i));
    }
  }

  private Metric metric(String key, String title, String doc, int sum) {
    return Metric.ofSums(
        key,
        title,
        doc,
        Scale.share(Unit.PAGES),
        mean(sum, n),
        PageMetrics::whyNone,
        Counts.of(
            statistic(n),
            count(MetricSuite.PAGES),
            count(MetricSuite.PAGE_USERS),
            count(MetricSuite.EVALUATED_USERS)));
  }

  private static String whyNone(FixedPointSums sums) {
    long pages = sums.count(MetricSuite.PAGES);
    return pages == 0 ? "no evaluated page" : "no click on any of " + pages + " pages";
  }
}
