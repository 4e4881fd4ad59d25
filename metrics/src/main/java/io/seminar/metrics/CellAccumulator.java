package io.seminar.metrics;

import io.seminar.metrics.inference.Estimate;
import io.seminar.metrics.inference.FixedPointSums;
import io.seminar.metrics.inference.Resampling;
import io.seminar.metrics.inference.Value;
import io.seminar.metrics.ranking.AucAccumulator;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * One cell, that is one arm in one slice: sums over its users, plainly and in every column of a
 * {@link Resampling}.
 *
 * <p>Adding and merging commute and associate to the last bit (see {@link FixedPointSums}, also for
 * range and resolution), so a cell is the same however its users were spread. Memory: about 8 bytes
 * a statistic and column, 290 KB for 25 statistics, 400 replicates, 50 groups and 999 flips.
 */
public final class CellAccumulator {
  private final MetricSuite suite;
  private final Resampling resampling;
  private final FixedPointSums sums;

  /**
   * @param resampling what the weights of all users are drawn by; {@link Resampling#none} for plain
   *     sums alone
   */
  public CellAccumulator(MetricSuite suite, Resampling resampling) {
    this(suite, resampling, suite.newSums(resampling.columns()));
  }

  private CellAccumulator(MetricSuite suite, Resampling resampling, FixedPointSums sums) {
    this.suite = suite;
    this.resampling = resampling;
    this.sums = sums;
  }

  public MetricSuite suite() {
    return suite;
  }

  public Resampling resampling() {
    return resampling;
  }

  /** The sums themselves: replicate {@code r} is column {@code r}. */
  public FixedPointSums sums() {
    return sums;
  }

  /**
   * Adds one user.
   *
   * @param statistics what {@link UserStatistics#copyTo} wrote at 0
   * @param weights ({@link Resampling#columns}) from {@link
   *     io.seminar.metrics.inference.UserWeights#fill}
   */
  public void add(double[] statistics, long[] weights) {
    add(statistics, 0, weights);
  }

  /**
   * Adds one user whose statistics begin at {@code offset}. Of weights that are longer than this
   * cell's columns the first count: cells of fewer columns can share them.
   */
  public void add(double[] statistics, int offset, long[] weights) {
    if (weights.length < resampling.columns()) {
      throw new IllegalArgumentException(
          "weights has length " + weights.length + ", expected at least " + resampling.columns());
    }
    sums.add(statistics, offset, weights);
  }

  /**
   * Adds all users of {@code other}.
   *
   * @throws IllegalArgumentException if its suite or resampling is another
   */
  public void merge(CellAccumulator other) {
    if (!suite.equals(other.suite)) {
      throw new IllegalArgumentException(
          "cannot merge cells of different metrics: "
              + suite.metrics()
              + ", "
              + other.suite.metrics());
    }
    if (!resampling.equals(other.resampling)) {
      throw new IllegalArgumentException(
          "cannot merge a cell of " + other.resampling + " into one of " + resampling);
    }
    sums.merge(other.sums);
  }

  /**
   * An additive metric of the suite: its value, its bootstrap replicates, and what it is without
   * each jackknife group.
   *
   * @throws IllegalStateException for {@code auc}, which needs {@link #values(Metric,
   *     AucAccumulator)}
   */
  public Estimate values(Metric metric) {
    double[] weighed = new double[resampling.weighed()];
    Arrays.setAll(weighed, r -> metric.value(sums, r));
    return estimate(metric.value(sums), weighed);
  }

  /**
   * The same for {@code auc}.
   *
   * @param pairs all impressions of this cell, under its first {@link Resampling#weighed} columns
   * @throws IllegalArgumentException if {@code pairs} has seen another number of impressions or
   *     another number of columns
   */
  public Estimate values(Metric auc, AucAccumulator pairs) {
    if (auc.isAdditive()) {
      throw new IllegalArgumentException(auc + " comes out of sums, not out of pairs");
    }
    long expected = sums.count(MetricSuite.IMPRESSIONS);
    long seen = pairs.positives() + pairs.negatives();
    if (seen != expected) {
      throw new IllegalArgumentException(
          "the pairs are of " + seen + " impressions, the cell has " + expected);
    }
    if (pairs.columns() != resampling.weighed()) {
      throw new IllegalArgumentException(
          "the pairs have " + pairs.columns() + " columns, expected " + resampling.weighed());
    }
    return estimate(auc.value(sums, pairs.auc()), pairs.columnAucs());
  }

  private Estimate estimate(Value value, double[] weighed) {
    return new Estimate(
        value,
        Arrays.copyOf(weighed, resampling.bootstraps()),
        Arrays.copyOfRange(weighed, resampling.bootstraps(), weighed.length));
  }

  /** Writes the sums; equal cells give equal bytes. Suite and resampling are not written. */
  public void write(DataOutput out) throws IOException {
    sums.write(out);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param suite the suite that the cell was made with
   * @param resampling the resampling that it was made with
   * @throws IOException if the bytes are not a cell of that shape
   */
  public static CellAccumulator read(MetricSuite suite, Resampling resampling, DataInput in)
      throws IOException {
    FixedPointSums sums = FixedPointSums.read(in);
    if (sums.statistics() != suite.replicated || sums.counts() != MetricSuite.COUNTS) {
      throw new IOException(
          "the cell has "
              + sums.statistics()
              + " statistics and "
              + sums.counts()
              + " counts, the suite "
              + suite.replicated
              + " and "
              + MetricSuite.COUNTS);
    }
    if (sums.replicates() != resampling.columns()) {
      throw new IOException(
          "the cell has " + sums.replicates() + " columns, expected those of " + resampling);
    }
    return new CellAccumulator(suite, resampling, sums);
  }
}
