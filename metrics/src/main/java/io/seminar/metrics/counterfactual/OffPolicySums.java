package io.seminar.metrics.counterfactual;

import io.seminar.metrics.counterfactual.Support.Verdict;
import io.seminar.metrics.inference.Estimate;
import io.seminar.metrics.inference.FixedPointSums;
import io.seminar.metrics.inference.Value;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Logged decisions, summed up over clusters, plainly and in every bootstrap replicate: {@link #add}
 * for each decision of a cluster in the order of the log, then {@link #endCluster}.
 *
 * <p>Adding clusters and merging commute and associate to the last bit. Nothing is allocated a row.
 * Not for use by two threads at a time.
 */
public final class OffPolicySums {
  static final int ROWS = 0;
  static final int WEIGHT = 1; // Σ w
  static final int WEIGHTED_REWARD = 2; // Σ w r
  static final int CLIPPED = 3; // Σ min(w, M)
  static final int CLIPPED_REWARD = 4; // Σ min(w, M) r
  static final int ROBUST = 5; // Σ q(π) + w (r - q(a))
  static final int MATCHED = 6; // Σ π
  static final int MATCHED_REWARD = 7; // Σ π r
  private static final int STATISTICS = 8;

  private static final int CLUSTERS = 0;
  private static final int ZEROS = 1; // rows with w = 0
  private static final int MATCHED_CLUSTERS = 2; // with a row of w > 0
  private static final int CLIPPED_ROWS = 3;
  private static final int MODELLED_ROWS = 4;
  private static final int COUNTS = 5;

  private static final byte FORMAT = 1;

  /**
   * Propensities that differ by less than this, relatively, are equal: they are written in decimal.
   */
  private static final double SAME = 1e-5;

  private final double clip;
  private final FixedPointSums sums;
  private final SquareSum squares = new SquareSum();
  private final SquareSum clippedSquares = new SquareSum();
  private double largestWeight;
  private double leastPropensity = Double.POSITIVE_INFINITY;
  private double largestPropensity;

  private final double[] cluster = new double[STATISTICS + COUNTS];

  /**
   * @param clip M, what a weight is clipped at by {@link OffPolicyEstimator#CLIPPED_IPS}; above 0
   * @param replicates R, the length of every weight vector; may be 0
   */
  public OffPolicySums(double clip, int replicates) {
    this(clip, new FixedPointSums(STATISTICS, COUNTS, replicates));
  }

  private OffPolicySums(double clip, FixedPointSums sums) {
    if (!(clip > 0 && clip < FixedPointSums.LARGEST_SUM)) {
      throw new IllegalArgumentException(
          "weights can be clipped at a number above 0 and below 2^33, was " + clip);
    }
    this.clip = clip;
    this.sums = sums;
  }

  /**
   * Adds a decision for which no reward is predicted: doubly robust is undefined then.
   *
   * @see #add(long, double, double, double, double, double)
   */
  public void add(long row, double reward, double propensity, double target) {
    double weight = weight(row, reward, propensity, target);
    addRow(reward, propensity, target, weight);
  }

  /**
   * Adds a decision of the current cluster.
   *
   * @param row what the decision is called in messages: its number in the log
   * @param reward finite
   * @param propensity with which the logging policy took the logged action, above 0 and at most 1
   * @param target with which the target policy takes the same action, 0..1
   * @param predictedLogged q(a): predicted reward of the logged action, finite
   * @param predictedTarget q(π): predicted reward of the target policy, finite
   * @throws IllegalArgumentException if a number is outside its range; the decision has not been
   *     added then
   */
  public void add(
      long row,
      double reward,
      double propensity,
      double target,
      double predictedLogged,
      double predictedTarget) {
    double weight = weight(row, reward, propensity, target);
    checkFinite(row, "predicted reward of the logged action", predictedLogged);
    checkFinite(row, "predicted reward of the target policy", predictedTarget);
    addRow(reward, propensity, target, weight);
    cluster[ROBUST] += predictedTarget + weight * (reward - predictedLogged);
    cluster[STATISTICS + MODELLED_ROWS]++;
  }

  private static double weight(long row, double reward, double propensity, double target) {
    checkFinite(row, "reward", reward);
    if (!(propensity > 0 && propensity <= 1)) { // also catches NaN
      throw new IllegalArgumentException(
          "row "
              + row
              + ": propensity is "
              + propensity
              + ", expected above 0 and at most 1: the logging policy took the action");
    }
    if (!(target >= 0 && target <= 1)) {
      throw new IllegalArgumentException(
          "row " + row + ": probability of the target policy is " + target + ", expected 0..1");
    }
    double weight = target / propensity;
    if (weight >= FixedPointSums.LARGEST_SUM) {
      throw new IllegalArgumentException(
          "row " + row + ": propensity " + propensity + " makes a weight of " + weight);
    }
    return weight;
  }

  private static void checkFinite(long row, String what, double value) {
    if (!(Math.abs(value) < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "row " + row + ": " + what + " is " + value + ", expected a finite number");
    }
  }

  private void addRow(double reward, double propensity, double target, double weight) {
    double clipped = Math.min(weight, clip);
    cluster[ROWS]++;
    cluster[WEIGHT] += weight;
    cluster[WEIGHTED_REWARD] += weight * reward;
    cluster[CLIPPED] += clipped;
    cluster[CLIPPED_REWARD] += clipped * reward;
    cluster[MATCHED] += target;
    cluster[MATCHED_REWARD] += target * reward;
    if (weight == 0) {
      cluster[STATISTICS + ZEROS]++;
    } else {
      cluster[STATISTICS + MATCHED_CLUSTERS] = 1;
    }
    if (weight > clip) {
      cluster[STATISTICS + CLIPPED_ROWS]++;
    }
    squares.add(weight);
    clippedSquares.add(clipped);
    largestWeight = Math.max(largestWeight, weight);
    leastPropensity = Math.min(leastPropensity, propensity);
    largestPropensity = Math.max(largestPropensity, propensity);
  }

  /**
   * Ends the current cluster; one without a decision adds nothing.
   *
   * @param weights (R) how often the cluster is drawn in each replicate, from {@link
   *     io.seminar.metrics.inference.UserWeights#fill}
   * @throws ArithmeticException if a sum leaves the range of {@link FixedPointSums}
   */
  public void endCluster(long[] weights) {
    if (cluster[ROWS] == 0) {
      return;
    }
    cluster[STATISTICS + CLUSTERS] = 1;
    sums.add(cluster, 0, weights);
    Arrays.fill(cluster, 0);
  }

  /**
   * Adds all clusters of {@code other}.
   *
   * @throws IllegalArgumentException if it clips elsewhere or has other replicates
   * @throws IllegalStateException if a cluster has not been ended
   */
  public void merge(OffPolicySums other) {
    if (other.clip != clip) {
      throw new IllegalArgumentException(
          "cannot merge sums clipped at " + other.clip + " into sums clipped at " + clip);
    }
    checkEnded();
    other.checkEnded();
    sums.merge(other.sums);
    squares.merge(other.squares);
    clippedSquares.merge(other.clippedSquares);
    largestWeight = Math.max(largestWeight, other.largestWeight);
    leastPropensity = Math.min(leastPropensity, other.leastPropensity);
    largestPropensity = Math.max(largestPropensity, other.largestPropensity);
  }

  private void checkEnded() {
    if (cluster[ROWS] != 0) {
      throw new IllegalStateException(
          "a cluster of " + (long) cluster[ROWS] + " rows has not been ended");
    }
  }

  /** How many rows have a weight above the clip. */
  public long clippedRows() {
    return sums.count(CLIPPED_ROWS);
  }

  /** What the weights of the ended clusters can carry. */
  public Support support() {
    return Support.of(
        Math.round(sums.sum(ROWS)),
        sums.sum(WEIGHT),
        squares.value(),
        largestWeight,
        sums.count(ZEROS),
        false);
  }

  /** What the clipped weights can carry. */
  public Support clippedSupport() {
    return Support.of(
        Math.round(sums.sum(ROWS)),
        sums.sum(CLIPPED),
        clippedSquares.value(),
        Math.min(clip, largestWeight),
        sums.count(ZEROS),
        true);
  }

  /** What decides about an estimator: the clipped weights for the one that clips. */
  public Support support(OffPolicyEstimator estimator) {
    return estimator == OffPolicyEstimator.CLIPPED_IPS ? clippedSupport() : support();
  }

  /** Value and replicates of an estimator. */
  public Estimate estimate(OffPolicyEstimator estimator) {
    String reason = whyUndefined(estimator);
    double[] replicates = new double[sums.replicates()];
    if (reason == null) {
      Arrays.setAll(replicates, r -> estimator.apply(s -> sums.sum(s, r)));
    } else {
      Arrays.fill(replicates, Double.NaN);
    }
    double number = reason == null ? estimator.apply(sums::sum) : Double.NaN;
    long rows = Math.round(sums.sum(ROWS));
    long leftOut = estimator == OffPolicyEstimator.REPLAY ? sums.count(ZEROS) : 0;
    long users =
        estimator == OffPolicyEstimator.REPLAY
            ? sums.count(MATCHED_CLUSTERS)
            : sums.count(CLUSTERS);
    return new Estimate(
        new Value(number, reason, rows - leftOut, users, sums.count(CLUSTERS) - users, leftOut),
        replicates,
        new double[0]);
  }

  private String whyUndefined(OffPolicyEstimator estimator) {
    Support support = support(estimator);
    if (support.verdict() == Verdict.INSUFFICIENT) {
      return support.reason();
    }
    long rows = support.rows();
    if (estimator == OffPolicyEstimator.DOUBLY_ROBUST && sums.count(MODELLED_ROWS) < rows) {
      return "a reward is predicted for " + sums.count(MODELLED_ROWS) + " of " + rows + " rows";
    }
    if (estimator == OffPolicyEstimator.REPLAY
        && largestPropensity - leastPropensity > SAME * largestPropensity) {
      return "propensities are "
          + leastPropensity
          + ".."
          + largestPropensity
          + ", replay needs a log in which all actions were equally likely";
    }
    return null;
  }

  /**
   * Writes the sums; equal sums give equal bytes.
   *
   * @throws IllegalStateException if the current cluster has not been ended
   */
  public void write(DataOutput out) throws IOException {
    checkEnded();
    out.writeByte(FORMAT);
    out.writeDouble(clip);
    sums.write(out);
    squares.write(out);
    clippedSquares.write(out);
    out.writeDouble(largestWeight);
    out.writeDouble(leastPropensity);
    out.writeDouble(largestPropensity);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if the bytes are no such sums
   */
  public static OffPolicySums read(DataInput in) throws IOException {
    int format = in.readByte();
    if (format != FORMAT) {
      throw new IOException("off-policy sums of format " + format + ", expected " + FORMAT);
    }
    double clip = in.readDouble();
    FixedPointSums read = FixedPointSums.read(in);
    if (!(clip > 0 && clip < FixedPointSums.LARGEST_SUM)
        || read.statistics() != STATISTICS
        || read.counts() != COUNTS) {
      throw new IOException(
          "off-policy sums of "
              + read.statistics()
              + " statistics and "
              + read.counts()
              + " counts, clipped at "
              + clip);
    }
    OffPolicySums sums = new OffPolicySums(clip, read);
    sums.squares.read(in);
    sums.clippedSquares.read(in);
    sums.largestWeight = in.readDouble();
    sums.leastPropensity = in.readDouble();
    sums.largestPropensity = in.readDouble();
    return sums;
  }
}
