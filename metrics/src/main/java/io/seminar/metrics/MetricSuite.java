package io.seminar.metrics;

import io.seminar.metrics.Metric.Count;
import io.seminar.metrics.Metric.Counts;
import io.seminar.metrics.Metric.Direction;
import io.seminar.metrics.Metric.Formula;
import io.seminar.metrics.Metric.Reason;
import io.seminar.metrics.Metric.Unit;
import io.seminar.metrics.calibration.LogLoss;
import io.seminar.metrics.inference.FixedPointSums;
import java.io.ObjectStreamException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The metrics of a run, and the additive statistics that they are computed from: the one place that
 * knows which statistic stands where.
 *
 * <p>A user contributes, in one slice and for one arm,
 *
 * <pre>
 * statistics (summed plainly and in every bootstrap replicate)
 *   fidelity    Σ recall@K for each K, n | Σ mass, n | Σ cosine, n | Σ relative L2, n          over impressions
 *   calibration Σ loss, Σ p, Σ y, n                                                         over impressions
 *   users       Σ n_u AUC_u, Σ n_u, Σ AUC_u, Σ 1                                            over users with both classes
 *   pages       Σ NDCG@K for each K, Σ RR, Σ HR@K for each K, n                              over pages with a click
 * counts (summed plainly)
 *   FIDELITY_ROWS … PAGE_USERS: how much there is in all, so that what is left out can be said
 * </pre>
 *
 * Fidelity is measured on every request; the other metrics only on the requests that are evaluated,
 * so either half may be empty.
 *
 * <p>Every additive metric is a function of sums over users, hence an average of pages or
 * impressions is a ratio of two sums and resampling users resamples both.
 */
public final class MetricSuite implements Serializable {
  private static final long serialVersionUID = 1;

  // Counts, in order.
  static final int FIDELITY_ROWS = 0;
  static final int FIDELITY_USERS = 1;
  static final int RECALL_USERS = 2;
  static final int MASS_USERS = 3;
  static final int COSINE_USERS = 4;
  static final int RELATIVE_L2_USERS = 5;
  static final int IMPRESSIONS = 6;
  static final int PAGES = 7;
  static final int EVALUATED_USERS = 8;
  static final int PROBABILITY_USERS = 9;
  static final int PAGE_USERS = 10;
  static final int COUNTS = 11;

  /** Mass kept, cosine and relative L2 error of the output: they follow recall in the list. */
  private static final int ATTENTION_METRICS = 3;

  private final int[] retrievalKs;
  private final int[] pageKs;

  // Where each block of statistics begins.
  final transient int recall; // one for each retrieval K, then n
  final transient int recallCount;
  final transient int mass; // sum, n
  final transient int cosine; // sum, n
  final transient int relativeL2; // sum, n
  final transient int loss; // loss, p, y, n
  final transient int userAuc; // n_u AUC_u, n_u, AUC_u, users
  final transient int ndcg; // one for each page K
  final transient int reciprocalRank;
  final transient int hitRate; // one for each page K
  final transient int pageCount;
  final transient int replicated; // S

  private final transient List<Metric> metrics;

  private MetricSuite(int[] retrievalKs, int[] pageKs) {
    this.retrievalKs = retrievalKs;
    this.pageKs = pageKs;
    recall = 0;
    recallCount = recall + retrievalKs.length;
    mass = recallCount + 1;
    cosine = mass + 2;
    relativeL2 = cosine + 2;
    loss = relativeL2 + 2;
    userAuc = loss + 4;
    ndcg = userAuc + 4;
    reciprocalRank = ndcg + pageKs.length;
    hitRate = reciprocalRank + 1;
    pageCount = hitRate + pageKs.length;
    replicated = pageCount + 1;
    metrics = List.copyOf(define());
  }

  /**
   * The suite with the given cut-offs.
   *
   * @param retrievalKs K of recall@K, strictly rising, each {@code >= 1}, at least one
   * @param pageKs K of NDCG@K and HR@K, strictly rising, each {@code >= 1}, at least one
   */
  public static MetricSuite of(int[] retrievalKs, int[] pageKs) {
    checkCutoffs("retrieval", retrievalKs);
    checkCutoffs("page", pageKs);
    return new MetricSuite(retrievalKs.clone(), pageKs.clone());
  }

  /** All metrics in the order in which they are shown. */
  public List<Metric> metrics() {
    return metrics;
  }

  /**
   * The metric called {@code key}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Metric metric(String key) {
    for (Metric metric : metrics) {
      if (metric.key().equals(key)) {
        return metric;
      }
    }
    throw new IllegalArgumentException("no metric " + key + "; there are " + metrics);
  }

  /**
   * Whether the metric of this key measures attention fidelity, which only arms that retrieve have.
   */
  public boolean isFidelity(String key) {
    return metrics.subList(0, retrievalKs.length + ATTENTION_METRICS).stream()
        .anyMatch(metric -> metric.key().equals(key));
  }

  public int[] retrievalKs() {
    return retrievalKs.clone();
  }

  public int[] pageKs() {
    return pageKs.clone();
  }

  /** How many numbers a user contributes to a cell: what {@link UserStatistics#copyTo} writes. */
  public int statistics() {
    return replicated + COUNTS;
  }

  /** Empty statistics of one user in one slice, to be used again and again. */
  public UserStatistics newUserStatistics() {
    return new UserStatistics(this);
  }

  FixedPointSums newSums(int replicates) {
    return new FixedPointSums(replicated, COUNTS, replicates);
  }

  int retrievalCutoffs() {
    return retrievalKs.length;
  }

  int pageCutoffs() {
    return pageKs.length;
  }

  int pageK(int i) {
    return pageKs[i];
  }

  private List<Metric> define() {
    List<Metric> all = new ArrayList<>();
    Counts recalls = fidelityCounts(recallCount, RECALL_USERS);
    for (int i = 0; i < retrievalKs.length; i++) {
      int k = retrievalKs[i];
      all.add(
          new Metric(
              "recall@" + k,
              "Recall@" + k,
              "Share of the exact top "
                  + k
                  + " behaviours that is retrieved, ties with the last one counting; mean over impressions"
                  + " with a history.",
              0,
              1,
              Direction.HIGHER,
              Unit.IMPRESSIONS,
              mean(recall + i, recallCount),
              noFidelity("every history is empty"),
              recalls));
    }
    all.add(
        new Metric(
            "mass_kept",
            "Softmax mass kept",
            "Share of the exact softmax over the whole history that lies on the kept behaviours; mean over"
                + " impressions with a history.",
            0,
            1,
            Direction.HIGHER,
            Unit.IMPRESSIONS,
            mean(mass, mass + 1),
            noFidelity("every history is empty"),
            fidelityCounts(mass + 1, MASS_USERS)));
    all.add(
        new Metric(
            "output_cosine",
            "Cosine of the output",
            "Cosine of the attention output with that of full exact attention; mean over impressions where neither"
                + " is zero.",
            -1,
            1,
            Direction.HIGHER,
            Unit.IMPRESSIONS,
            mean(cosine, cosine + 1),
            noFidelity("an attention output is zero in every impression"),
            fidelityCounts(cosine + 1, COSINE_USERS)));
    all.add(
        new Metric(
            "output_rel_l2",
            "Relative L2 error of the output",
            "|output - exact| / |exact| against full exact attention; mean over impressions where the exact output"
                + " is not zero.",
            0,
            Double.POSITIVE_INFINITY,
            Direction.LOWER,
            Unit.IMPRESSIONS,
            mean(relativeL2, relativeL2 + 1),
            noFidelity("the exact attention output is zero in every impression"),
            fidelityCounts(relativeL2 + 1, RELATIVE_L2_USERS)));

    all.add(
        new Metric(
            "auc",
            "AUC",
            "Probability that a clicked impression scores above one that was not clicked, ties half, over all"
                + " impressions of the cell.",
            0,
            1,
            Direction.HIGHER,
            Unit.IMPRESSIONS,
            null,
            this::whyNoAuc,
            new Counts(
                sums -> count(sums, IMPRESSIONS),
                sums -> count(sums, EVALUATED_USERS),
                sums -> 0,
                sums -> 0)));
    Count aucUsers = sums -> plain(sums, userAuc + 3);
    Count noAucUsers = sums -> count(sums, EVALUATED_USERS) - aucUsers.of(sums);
    all.add(
        new Metric(
            "gauc",
            "GAUC",
            "Σ n_u AUC_u / Σ n_u over users with both classes, n_u their impressions in the cell.",
            0,
            1,
            Direction.HIGHER,
            Unit.IMPRESSIONS,
            mean(userAuc, userAuc + 1),
            this::whyNoUserAuc,
            new Counts(
                sums -> plain(sums, userAuc + 1),
                aucUsers,
                noAucUsers,
                sums -> count(sums, IMPRESSIONS) - plain(sums, userAuc + 1))));
    all.add(
        new Metric(
            "gauc_unweighted",
            "GAUC, unweighted",
            "Mean of AUC_u over users with both classes.",
            0,
            1,
            Direction.HIGHER,
            Unit.USERS,
            mean(userAuc + 2, userAuc + 3),
            this::whyNoUserAuc,
            new Counts(aucUsers, aucUsers, noAucUsers, noAucUsers)));

    int lossCount = loss + 3;
    Counts losses =
        new Counts(
            sums -> plain(sums, lossCount),
            sums -> count(sums, PROBABILITY_USERS),
            sums -> count(sums, EVALUATED_USERS) - count(sums, PROBABILITY_USERS),
            sums -> count(sums, IMPRESSIONS) - plain(sums, lossCount));
    all.add(
        new Metric(
            "logloss",
            "Log loss",
            "Mean of -ln of the probability given to what happened, in nats, each at most 34.5.",
            0,
            LogLoss.LARGEST,
            Direction.LOWER,
            Unit.IMPRESSIONS,
            mean(loss, lossCount),
            this::whyNoLoss,
            losses));
    all.add(
        new Metric(
            "ne",
            "Normalised entropy",
            "Log loss over the entropy of the mean click rate of the cell; 1 is what the mean rate alone achieves.",
            0,
            Double.POSITIVE_INFINITY,
            Direction.LOWER,
            Unit.IMPRESSIONS,
            sums ->
                LogLoss.normalizedEntropy(sums.get(loss), sums.get(loss + 2), sums.get(lossCount)),
            this::whyNoEntropy,
            losses));
    all.add(
        new Metric(
            "pcoc",
            "Predicted over observed clicks",
            "Σ p / Σ y; above 1 the probabilities are too high.",
            0,
            Double.POSITIVE_INFINITY,
            Direction.NEAR_ONE,
            Unit.IMPRESSIONS,
            sums -> LogLoss.predictedOverObserved(sums.get(loss + 1), sums.get(loss + 2)),
            this::whyNoEntropy,
            losses));

    Counts pages =
        new Counts(
            sums -> plain(sums, pageCount),
            sums -> count(sums, PAGE_USERS),
            sums -> count(sums, EVALUATED_USERS) - count(sums, PAGE_USERS),
            sums -> count(sums, PAGES) - plain(sums, pageCount));
    for (int i = 0; i < pageKs.length; i++) {
      all.add(
          pageMetric(
              "ndcg@" + pageKs[i],
              "NDCG@" + pageKs[i],
              "Gain 2^label - 1, discount log2(1 + rank), over the best possible; expected value over score ties;"
                  + " mean over pages with a click.",
              ndcg + i,
              pages));
    }
    all.add(
        pageMetric(
            "mrr",
            "MRR",
            "1 / rank of the first click; expected value over score ties; mean over pages with a click.",
            reciprocalRank,
            pages));
    for (int i = 0; i < pageKs.length; i++) {
      all.add(
          pageMetric(
              "hr@" + pageKs[i],
              "HR@" + pageKs[i],
              "Probability of a click among the "
                  + pageKs[i]
                  + " best, over score ties; mean over pages with a click.",
              hitRate + i,
              pages));
    }
    return all;
  }

  private Metric pageMetric(String key, String title, String doc, int sum, Counts counts) {
    return new Metric(
        key,
        title,
        doc,
        0,
        1,
        Direction.HIGHER,
        Unit.PAGES,
        mean(sum, pageCount),
        sums ->
            count(sums, PAGES) == 0
                ? "no evaluated page"
                : "no click on any of " + count(sums, PAGES) + " pages",
        counts);
  }

  private Counts fidelityCounts(int n, int users) {
    return new Counts(
        sums -> plain(sums, n),
        sums -> count(sums, users),
        sums -> count(sums, FIDELITY_USERS) - count(sums, users),
        sums -> count(sums, FIDELITY_ROWS) - plain(sums, n));
  }

  private static Reason noFidelity(String otherwise) {
    return sums -> count(sums, FIDELITY_ROWS) == 0 ? "no impression" : otherwise;
  }

  private String whyNoAuc(FixedPointSums sums) {
    long n = count(sums, IMPRESSIONS);
    if (n == 0) {
      return "no evaluated impression";
    }
    return count(sums, PAGE_USERS) == 0
        ? "no click among " + n + " impressions"
        : "all of " + n + " impressions are clicks";
  }

  private String whyNoUserAuc(FixedPointSums sums) {
    long users = count(sums, EVALUATED_USERS);
    return users == 0
        ? "no evaluated impression"
        : "none of " + users + " users has both a click and an impression without one";
  }

  private String whyNoLoss(FixedPointSums sums) {
    return count(sums, IMPRESSIONS) == 0 ? "no evaluated impression" : "no calibrated probability";
  }

  private String whyNoEntropy(FixedPointSums sums) {
    long n = plain(sums, loss + 3);
    if (n == 0) {
      return whyNoLoss(sums);
    }
    return plain(sums, loss + 2) == 0
        ? "no click among " + n + " impressions"
        : "all of " + n + " impressions are clicks";
  }

  private static Formula mean(int sum, int n) {
    return sums -> {
      double count = sums.get(n);
      return count == 0 ? Double.NaN : sums.get(sum) / count;
    };
  }

  /** A statistic that is an integer. */
  private static long plain(FixedPointSums sums, int statistic) {
    return Math.round(sums.sum(statistic));
  }

  private static long count(FixedPointSums sums, int count) {
    return sums.count(count);
  }

  private static void checkCutoffs(String which, int[] ks) {
    if (ks.length == 0) {
      throw new IllegalArgumentException("no " + which + " K given");
    }
    for (int i = 0; i < ks.length; i++) {
      if (ks[i] < (i == 0 ? 1 : ks[i - 1] + 1)) {
        throw new IllegalArgumentException(
            which + " K must be at least 1 and rising, was " + Arrays.toString(ks));
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MetricSuite suite
        && Arrays.equals(retrievalKs, suite.retrievalKs)
        && Arrays.equals(pageKs, suite.pageKs);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(retrievalKs) + Arrays.hashCode(pageKs);
  }

  /** Only the cut-offs are serialised; the rest follows from them. */
  private Object readResolve() throws ObjectStreamException {
    return of(retrievalKs, pageKs);
  }
}
