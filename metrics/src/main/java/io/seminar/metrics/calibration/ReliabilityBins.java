package io.seminar.metrics.calibration;

import io.seminar.metrics.inference.Estimate;
import io.seminar.metrics.inference.FixedPointSums;
import io.seminar.metrics.inference.Interval;
import io.seminar.metrics.inference.IntervalMethod;
import io.seminar.metrics.inference.Value;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The bins of a reliability diagram: in each, the mean predicted probability beside the observed
 * click rate.
 *
 * <p>Bin b holds {@code edge_b <= p < edge_{b+1}}; the first reaches down to 0 and the last up to
 * and including 1. Edges of equal mass ({@link #equalMass}) put about equally many predictions into
 * each bin, which is what keeps sparse bins from dominating; equal predictions are never split, so
 * heavy ties make fewer bins.
 *
 * <p>Bins are additive over users like every metric: {@link #add} fills the user's statistics,
 * which are summed up in {@link FixedPointSums} with {@code statistics()} statistics and {@code
 * counts()} counts, and {@link #read} makes rows with bootstrap intervals over users of the
 * observed rate. (A binomial interval over impressions would be too narrow: a user's clicks are
 * correlated.)
 *
 * <p>Source: equal-mass bins as in Nguyen and O'Connor, "Posterior calibration and exploratory
 * analysis for natural language processing models", 2015. {@link CalibrationError} is the ECE over
 * these bins.
 */
public final class ReliabilityBins implements Serializable {
  private static final long serialVersionUID = 1;

  private final double[] innerEdges;

  private ReliabilityBins(double[] innerEdges) {
    this.innerEdges = innerEdges;
  }

  /**
   * One row of the diagram.
   *
   * @param lower lower edge, inclusive
   * @param upper upper edge, exclusive but for the last bin
   * @param n impressions
   * @param meanPredicted Σp / n; NaN if empty
   * @param observed Σy / n; NaN if empty
   * @param interval of {@code observed}
   */
  public record Bin(
      double lower,
      double upper,
      long n,
      double meanPredicted,
      double observed,
      Interval interval) {}

  /**
   * Bins with the given inner edges.
   *
   * @param innerEdges strictly rising, strictly between 0 and 1; none gives one bin
   */
  public static ReliabilityBins of(double... innerEdges) {
    for (int i = 0; i < innerEdges.length; i++) {
      double below = i == 0 ? 0 : innerEdges[i - 1];
      if (!(innerEdges[i] > below && innerEdges[i] < 1)) {
        throw new IllegalArgumentException(
            "inner edges must rise between 0 and 1, were " + Arrays.toString(innerEdges));
      }
    }
    return new ReliabilityBins(innerEdges.clone());
  }

  /**
   * Up to {@code bins} bins that hold equally many of {@code probabilities}.
   *
   * @param probabilities (n) in any order, at least one; left unchanged
   * @param bins at least 1
   */
  public static ReliabilityBins equalMass(double[] probabilities, int bins) {
    if (bins < 1) {
      throw new IllegalArgumentException("bins must be at least 1, was " + bins);
    }
    if (probabilities.length == 0) {
      throw new IllegalArgumentException("no probability to make bins of");
    }
    double[] sorted = probabilities.clone();
    for (double p : sorted) {
      checkProbability(p);
    }
    Arrays.sort(sorted);
    double[] edges = new double[bins - 1];
    int count = 0;
    for (int b = 1; b < bins; b++) {
      double edge = sorted[(int) ((long) b * sorted.length / bins)];
      // An edge at the smallest value, or at the one before, would bound an empty bin.
      if (edge > sorted[0] && edge < 1 && (count == 0 || edge > edges[count - 1])) {
        edges[count++] = edge;
      }
    }
    return new ReliabilityBins(Arrays.copyOf(edges, count));
  }

  /** How many bins. */
  public int size() {
    return innerEdges.length + 1;
  }

  /** The bin of {@code probability}. */
  public int bin(double probability) {
    checkProbability(probability);
    int at = Arrays.binarySearch(innerEdges, probability);
    return at >= 0 ? at + 1 : -at - 1;
  }

  /** How many statistics a user contributes: n, Σp, Σy for each bin. */
  public int statistics() {
    return 3 * size();
  }

  /**
   * How many counts a user contributes, behind the statistics: for each bin, whether the user is in
   * it, and then whether in any.
   */
  public int counts() {
    return size() + 1;
  }

  /** The count of users that are in any bin. */
  int usersCount() {
    return size();
  }

  /** The statistic that holds the impressions of a bin. */
  static int n(int bin) {
    return 3 * bin;
  }

  /** The statistic that holds the sum of the probabilities in a bin. */
  static int predicted(int bin) {
    return 3 * bin + 1;
  }

  /** The statistic that holds the clicks in a bin. */
  static int clicked(int bin) {
    return 3 * bin + 2;
  }

  /**
   * New sums of the right shape; users' weights may be longer than the replicates of the bootstrap.
   */
  public FixedPointSums newSums(int replicates) {
    return new FixedPointSums(statistics(), counts(), replicates);
  }

  /**
   * Adds one impression to a user's numbers.
   *
   * @param user {@code (statistics() + counts())} from {@code offset}; zeros before the user's
   *     first impression
   */
  public void add(double probability, boolean clicked, double[] user, int offset) {
    int bin = bin(probability);
    user[offset + n(bin)] += 1;
    user[offset + predicted(bin)] += probability;
    user[offset + clicked(bin)] += clicked ? 1 : 0;
    user[offset + statistics() + bin] = 1;
    user[offset + statistics() + usersCount()] = 1;
  }

  /** The rows of the diagram, lowest bin first, with intervals at {@code level}. */
  public List<Bin> read(FixedPointSums sums, double level) {
    checkShape(sums);
    List<Bin> rows = new ArrayList<>();
    for (int b = 0; b < size(); b++) {
      double n = sums.sum(n(b));
      double[] replicates = new double[sums.replicates()];
      for (int r = 0; r < replicates.length; r++) {
        replicates[r] = ratio(sums.sum(clicked(b), r), sums.sum(n(b), r));
      }
      double observed = ratio(sums.sum(clicked(b)), n);
      Value value = new Value(observed, n == 0 ? "empty bin" : null, (long) n, sums.count(b), 0, 0);
      rows.add(
          new Bin(
              b == 0 ? 0 : innerEdges[b - 1],
              b == innerEdges.length ? 1 : innerEdges[b],
              (long) n,
              ratio(sums.sum(predicted(b)), n),
              observed,
              new Estimate(value, replicates, new double[0])
                  .interval(IntervalMethod.PERCENTILE, level)));
    }
    return rows;
  }

  /**
   * @throws IllegalArgumentException if the sums are not of these bins
   */
  void checkShape(FixedPointSums sums) {
    if (sums.statistics() != statistics() || sums.counts() != counts()) {
      throw new IllegalArgumentException(
          "sums of " + sums.statistics() + " statistics are not of these " + size() + " bins");
    }
  }

  private static double ratio(double numerator, double denominator) {
    return denominator == 0 ? Double.NaN : numerator / denominator;
  }

  private static void checkProbability(double p) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("probability " + p + " is outside 0..1");
    }
  }
}
