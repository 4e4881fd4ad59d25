package io.seminar.metrics;

import io.seminar.metrics.inference.FixedPointSums;
import java.io.ObjectStreamException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The metrics of a run, and the additive statistics that they are computed from.
 *
 * <p>Metrics come in families. Each knows where its statistics stand, what a page or an impression
 * adds to them, and how its metrics are read from them. A user contributes, in one slice and for
 * one arm,
 *
 * <pre>
 * statistics (summed plainly and in every bootstrap replicate)
 *   FidelityMetrics        over impressions
 *   CalibrationMetrics     over impressions
 *   DiscriminationMetrics  over users with both classes
 *   PageMetrics            over pages with a click
 *   CatalogueMetrics       over pages whose items' self-information is known
 * counts (summed plainly)
 *   FIDELITY_ROWS … NOVELTY_USERS: how much there is in all, so that what is left out can be said
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

  /**
   * Version of the definitions: rises whenever the number under an existing key may change for the
   * same outcomes. Numbers of two versions must not be compared; new keys alone do not raise it.
   */
  public static final int VERSION = 1;

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
  static final int NOVELTY_USERS = 11;
  static final int COUNTS = 12;

  private final int[] retrievalKs;
  private final int[] pageKs;

  final transient FidelityMetrics fidelity;
  final transient CalibrationMetrics calibration;
  final transient DiscriminationMetrics discrimination;
  final transient PageMetrics pages;
  final transient CatalogueMetrics catalogue;
  final transient int replicated; // S

  private final transient List<Metric> fidelityMetrics;
  private final transient List<Metric> metrics;
  private final transient List<Metric> derived;

  private MetricSuite(int[] retrievalKs, int[] pageKs) {
    this.retrievalKs = retrievalKs;
    this.pageKs = pageKs;
    fidelity = new FidelityMetrics(0, retrievalKs);
    calibration = new CalibrationMetrics(fidelity.end);
    discrimination = new DiscriminationMetrics(calibration.end);
    pages = new PageMetrics(discrimination.end, pageKs);
    catalogue = new CatalogueMetrics(pages.end, pageKs);
    replicated = catalogue.end;

    List<Metric> all = new ArrayList<>();
    fidelity.define(all);
    fidelityMetrics = List.copyOf(all);
    discrimination.define(all);
    calibration.define(all);
    pages.define(all);
    catalogue.define(all);
    metrics = List.copyOf(all);

    all.clear();
    DiscriminationMetrics.defineRelative(all);
    CalibrationMetrics.defineBinned(all);
    CatalogueMetrics.defineExposure(all, pageKs);
    derived = List.copyOf(all);
  }

  /**
   * The suite with the given cut-offs.
   *
   * @param retrievalKs K of recall@K, strictly rising, each {@code >= 1}, at least one
   * @param pageKs K of NDCG@K, HR@K and whatever else cuts a page, strictly rising, each {@code >=
   *     1}, at least one
   */
  public static MetricSuite of(int[] retrievalKs, int[] pageKs) {
    checkCutoffs("retrieval", retrievalKs);
    checkCutoffs("page", pageKs);
    return new MetricSuite(retrievalKs.clone(), pageKs.clone());
  }

  /**
   * The metrics of a cell in the order in which they are shown: those that come out of its sums,
   * and {@code auc}.
   */
  public List<Metric> metrics() {
    return metrics;
  }

  /**
   * Metrics that no cell can compute by itself, in the order in which they are shown: {@link
   * Metric#source} says what makes them. They are there for an arm as a whole or against its
   * baseline.
   */
  public List<Metric> derived() {
    return derived;
  }

  /** All that has a key: the metrics of a cell, then the derived ones. */
  public List<Metric> all() {
    return Stream.concat(metrics.stream(), derived.stream()).toList();
  }

  /**
   * The metric called {@code key}, of a cell or derived.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Metric metric(String key) {
    for (Metric metric : all()) {
      if (metric.key().equals(key)) {
        return metric;
      }
    }
    throw new IllegalArgumentException(
        "no metric " + key + "; there are " + metrics + " and " + derived);
  }

  /**
   * Whether the metric of this key measures attention fidelity, which only arms that retrieve have.
   */
  public boolean isFidelity(String key) {
    return fidelityMetrics.stream().anyMatch(metric -> metric.key().equals(key));
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
