package io.seminar.metrics;

import io.seminar.metrics.inference.FixedPointSums;
import io.seminar.metrics.inference.Value;

/**
 * One metric of a {@link MetricSuite}: its name, what it means, and how its value comes out of a
 * cell's sums.
 *
 * <p>The key is for machines and does not change; the title is for headings.
 */
public final class Metric {
  /** Which way is better. */
  public enum Direction {
    HIGHER,
    LOWER,
    /** 1 is best, either side of it is worse. */
    NEAR_ONE
  }

  /** What n and the left-out count of a metric are counted in. */
  public enum Unit {
    IMPRESSIONS,
    PAGES,
    USERS
  }

  /** Where a value comes from, and so who can compute it. */
  public enum Source {
    /** Sums over the users of a cell: {@link CellAccumulator#values(Metric)}. */
    SUMS,
    /** Pairs of impressions of a cell: {@link io.seminar.metrics.ranking.AucAccumulator}. */
    PAIRS,
    /** Sums in an arm's bins: {@link io.seminar.metrics.calibration.CalibrationError}. */
    BINS,
    /**
     * Another metric's estimates, of arm and baseline: {@link io.seminar.metrics.ranking.RelaImpr}.
     */
    BASELINE,
    /** How often each item appears: {@link io.seminar.metrics.catalogue.Exposure}. */
    EXPOSURE
  }

  /** The values that a metric can have, which of them are good, and what they are taken over. */
  record Scale(double lowest, double highest, Direction direction, Unit unit) {
    /** A share or a probability: the more the better. */
    static Scale share(Unit unit) {
      return new Scale(0, 1, Direction.HIGHER, unit);
    }

    /** From 0 without a limit. */
    static Scale unbounded(Direction direction, Unit unit) {
      return new Scale(0, Double.POSITIVE_INFINITY, direction, unit);
    }
  }

  /** A number out of sums; NaN if undefined. */
  @FunctionalInterface
  interface Formula {
    double apply(Sums sums);
  }

  /** Why a formula gave NaN. */
  @FunctionalInterface
  interface Reason {
    String of(FixedPointSums sums);
  }

  /** An integer out of a cell's plain sums. */
  @FunctionalInterface
  interface Count {
    long of(FixedPointSums sums);

    /** A statistic that is an integer. */
    static Count statistic(int statistic) {
      return sums -> Math.round(sums.sum(statistic));
    }

    /** A count of the cell. */
    static Count count(int count) {
      return sums -> sums.count(count);
    }

    static Count none() {
      return sums -> 0;
    }

    default Count minus(Count other) {
      return sums -> of(sums) - other.of(sums);
    }
  }

  /** The sums of one replicate, or the plain ones. */
  @FunctionalInterface
  interface Sums {
    double get(int statistic);
  }

  /** What a value rests on. */
  record Counts(Count n, Count users, Count leftOutUsers, Count leftOut) {
    /** {@code n} of {@code all} units, {@code users} of {@code allUsers}. */
    static Counts of(Count n, Count all, Count users, Count allUsers) {
      return new Counts(n, users, allUsers.minus(users), all.minus(n));
    }
  }

  private final String key;
  private final String title;
  private final String doc;
  private final Scale scale;
  private final Source source;
  private final Formula formula;
  private final Reason reason;
  private final Counts counts;

  private Metric(
      String key,
      String title,
      String doc,
      Scale scale,
      Source source,
      Formula formula,
      Reason reason,
      Counts counts) {
    this.key = key;
    this.title = title;
    this.doc = doc;
    this.scale = scale;
    this.source = source;
    this.formula = formula;
    this.reason = reason;
    this.counts = counts;
  }

  /** A metric that comes out of a cell's sums over users. */
  static Metric ofSums(
      String key,
      String title,
      String doc,
      Scale scale,
      Formula formula,
      Reason reason,
      Counts counts) {
    return new Metric(key, title, doc, scale, Source.SUMS, formula, reason, counts);
  }

  /** A metric that comes out of pairs of impressions; the cell's sums say what it rests on. */
  static Metric ofPairs(
      String key, String title, String doc, Scale scale, Reason reason, Counts counts) {
    return new Metric(key, title, doc, scale, Source.PAIRS, null, reason, counts);
  }

  /** A metric that no cell can compute: {@code source} makes the whole value. */
  static Metric elsewhere(String key, String title, String doc, Scale scale, Source source) {
    return new Metric(key, title, doc, scale, source, null, null, null);
  }

  /** The ratio of two sums; NaN if the lower one is 0. */
  static Formula mean(int sum, int n) {
    return sums -> {
      double count = sums.get(n);
      return count == 0 ? Double.NaN : sums.get(sum) / count;
    };
  }

  /** Stable name, for instance {@code recall@50}. */
  public String key() {
    return key;
  }

  /** Name for people, for instance {@code Recall@50}. */
  public String title() {
    return title;
  }

  /** Formula and conventions in one sentence. */
  public String doc() {
    return doc;
  }

  /** The smallest value it can have, perhaps infinite. */
  public double lowest() {
    return scale.lowest;
  }

  /** The largest value it can have, perhaps infinite. */
  public double highest() {
    return scale.highest;
  }

  public Direction direction() {
    return scale.direction;
  }

  public Unit unit() {
    return scale.unit;
  }

  public Source source() {
    return source;
  }

  /**
   * Whether the value comes out of sums over users. Of a cell's metrics only {@code auc} does not:
   * it compares impressions of different users, and takes an {@link
   * io.seminar.metrics.ranking.AucAccumulator}.
   */
  public boolean isAdditive() {
    return source == Source.SUMS;
  }

  /**
   * The value in a cell.
   *
   * @throws IllegalStateException if the metric is not additive
   */
  public Value value(FixedPointSums sums) {
    return value(sums, apply(sums::sum));
  }

  /** The metric under the weights of replicate {@code r}; NaN if undefined. */
  double value(FixedPointSums sums, int r) {
    return apply(s -> sums.sum(s, r));
  }

  /**
   * {@code number} with what it rests on, and a reason if it is NaN.
   *
   * @throws IllegalStateException if it is no metric of a cell
   */
  Value value(FixedPointSums sums, double number) {
    if (counts == null) {
      throw new IllegalStateException(key + " comes out of " + source + ", not out of a cell");
    }
    return new Value(
        number,
        Double.isNaN(number) ? reason.of(sums) : null,
        counts.n.of(sums),
        counts.users.of(sums),
        counts.leftOutUsers.of(sums),
        counts.leftOut.of(sums));
  }

  /**
   * The metric out of sums that stand in no cell; NaN if undefined.
   *
   * @throws IllegalStateException if the metric is not additive
   */
  double apply(Sums sums) {
    if (formula == null) {
      throw new IllegalStateException(key + " does not come out of sums over users");
    }
    return formula.apply(sums);
  }

  @Override
  public String toString() {
    return key;
  }
}
