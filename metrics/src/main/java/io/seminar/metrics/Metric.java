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
  }

  /** The sums of one replicate, or the plain ones. */
  @FunctionalInterface
  interface Sums {
    double get(int statistic);
  }

  /** What a value rests on. */
  record Counts(Count n, Count users, Count leftOutUsers, Count leftOut) {}

  private final String key;
  private final String title;
  private final String doc;
  private final double lowest;
  private final double highest;
  private final Direction direction;
  private final Unit unit;
  private final Formula formula;
  private final Reason reason;
  private final Counts counts;

  /**
   * @param formula null: not additive, the value comes from elsewhere
   */
  Metric(
      String key,
      String title,
      String doc,
      double lowest,
      double highest,
      Direction direction,
      Unit unit,
      Formula formula,
      Reason reason,
      Counts counts) {
    this.key = key;
    this.title = title;
    this.doc = doc;
    this.lowest = lowest;
    this.highest = highest;
    this.direction = direction;
    this.unit = unit;
    this.formula = formula;
    this.reason = reason;
    this.counts = counts;
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

  /** The smallest value it can have. */
  public double lowest() {
    return lowest;
  }

  /** The largest value it can have, perhaps infinite. */
  public double highest() {
    return highest;
  }

  public Direction direction() {
    return direction;
  }

  public Unit unit() {
    return unit;
  }

  /**
   * Whether the value comes out of sums over users. Only {@code auc} does not: it compares
   * impressions of different users, and takes an {@link io.seminar.metrics.ranking.AucAccumulator}.
   */
  public boolean isAdditive() {
    return formula != null;
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

  /** {@code number} with what it rests on, and a reason if it is NaN. */
  Value value(FixedPointSums sums, double number) {
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
