package io.seminar.metrics;

import io.seminar.metrics.inference.Estimate;
import io.seminar.metrics.inference.FixedPointSums;
import io.seminar.metrics.ranking.AucAccumulator;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * One cell, that is one arm in one slice: sums over its users, plainly and in every bootstrap
 * replicate.
 *
 * <p>Adding and merging commute and associate to the last bit (see {@link FixedPointSums}, also for
 * range and resolution), so a cell is the same however its users were spread. Memory: about {@code
 * 8 S R} bytes, 80 KB for 25 statistics and 400 replicates.
 */
public final class CellAccumulator {
  private final MetricSuite suite;
  private final FixedPointSums sums;

  /**
   * @param replicates R, the length of every weight vector; may be 0
   */
  public CellAccumulator(MetricSuite suite, int replicates) {
    this(suite, suite.newSums(replicates));
  }

  private CellAccumulator(MetricSuite suite, FixedPointSums sums) {
    this.suite = suite;
    this.sums = sums;
  }

  public MetricSuite suite() {
    return suite;
  }

  public int replicates() {
    return sums.replicates();
  }

  /** The sums themselves. */
  public FixedPointSums sums() {
    return sums;
  }

  /**
   * Adds one user.
   *
   * @param statistics what {@link UserStatistics#copyTo} wrote at 0
   * @param weights (R) from {@link io.seminar.metrics.inference.BootstrapWeights#fill}
   */
  public void add(double[] statistics, long[] weights) {
    sums.add(statistics, 0, weights);
  }

  /** Adds one user whose statistics begin at {@code offset}. */
  public void add(double[] statistics, int offset, long[] weights) {
    sums.add(statistics, offset, weights);
  }

  /**
   * Adds all users of {@code other}.
   *
   * @throws IllegalArgumentException if its suite or number of replicates is another
   */
  public void merge(CellAccumulator other) {
    if (!suite.equals(other.suite)) {
      throw new IllegalArgumentException(
          "cannot merge cells of different metrics: "
              + suite.metrics()
              + ", "
              + other.suite.metrics());
    }
    sums.merge(other.sums);
  }

  /**
   * Value and replicates of an additive metric of the suite.
   *
   * @throws IllegalStateException for {@code auc}, which needs {@link #values(Metric,
   *     AucAccumulator)}
   */
  public Estimate values(Metric metric) {
    double[] replicates = new double[sums.replicates()];
    Arrays.setAll(replicates, r -> metric.value(sums, r));
    return new Estimate(metric.value(sums), replicates);
  }

  /**
   * Value and replicates of {@code auc}.
   *
   * @param pairs all impressions of this cell
   * @throws IllegalArgumentException if {@code pairs} has seen another number of impressions or has
   *     other replicates
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
    if (pairs.replicates() != sums.replicates()) {
      throw new IllegalArgumentException(
          "the pairs have " + pairs.replicates() + " replicates, the cell " + sums.replicates());
    }
    return new Estimate(auc.value(sums, pairs.auc()), pairs.replicateAucs());
  }

  /** Writes the sums; equal cells give equal bytes. The suite is not written. */
  public void write(DataOutput out) throws IOException {
    sums.write(out);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param suite the suite that the cell was made with
   * @throws IOException if the bytes are not a cell of that shape
   */
  public static CellAccumulator read(MetricSuite suite, DataInput in) throws IOException {
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
    return new CellAccumulator(suite, sums);
  }
}
