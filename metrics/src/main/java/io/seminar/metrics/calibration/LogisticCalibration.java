package io.seminar.metrics.calibration;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The map from scores to probabilities, {@code p(s) = σ(intercept + slope s)}, fitted by maximum
 * likelihood.
 *
 * <p>The fit is Newton's method on the score and an intercept; a step that would lower the
 * likelihood is halved until it does not. The negative log-likelihood is convex, and strictly so
 * unless all scores are equal, so there is one optimum, and it is finite exactly if the classes
 * overlap: some clicked score lies strictly below some unclicked one and the other way round. Both
 * conditions are checked on the data beforehand instead of being guessed from an iteration that
 * runs away.
 *
 * <p>Rows are sorted before they are summed, so the coefficients do not depend on their order, to
 * the last bit.
 *
 * <p>Source: Platt, "Probabilistic outputs for support vector machines", 1999, with plain 0/1
 * targets; existence of the optimum: Albert and Anderson, "On the existence of maximum likelihood
 * estimates in logistic regression models", 1984.
 *
 * @param intercept log-odds at score 0; NaN if there is no fit
 * @param slope change of the log-odds by a unit of score; NaN if there is no fit. Negative where
 *     higher scores click less
 * @param rows how many rows the fit rests on
 * @param iterations Newton steps taken
 * @param logLoss mean loss at the optimum in nats; NaN if there is no fit
 * @param reason why there is no fit; null exactly when there is one
 */
public record LogisticCalibration(
    double intercept, double slope, long rows, int iterations, double logLoss, String reason)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** With fewer rows than this there is no fit. */
  public static final int FEWEST_ROWS = 10;

  private static final int MOST_ITERATIONS = 100;

  /** Stop when the next step can gain less than this, a row, in nats. */
  private static final double SMALLEST_GAIN = 1e-16;

  /** Relative rounding error that a mean loss over many rows may have. */
  private static final double ROUNDING = 1e-12;

  public boolean isDefined() {
    return reason == null;
  }

  /**
   * The probability of a click at {@code score}, in 0..1.
   *
   * @throws IllegalStateException if there is no fit
   * @throws IllegalArgumentException if the score is NaN
   */
  public double probability(double score) {
    if (reason != null) {
      throw new IllegalStateException("there is no calibration: " + reason);
    }
    if (Double.isNaN(score)) {
      throw new IllegalArgumentException("score is NaN");
    }
    return sigmoid(intercept + slope * score);
  }

  /**
   * Fits to rows {@code from..to-1}.
   *
   * @param scores finite
   * @param labels clicked when {@code >= 1}
   * @throws IllegalArgumentException if a score is NaN or infinite, or a label is negative
   */
  public static LogisticCalibration fit(float[] scores, byte[] labels, int from, int to) {
    if (from < 0 || to < from || to > scores.length || to > labels.length) {
      throw new IllegalArgumentException(
          "rows " + from + ".." + to + " of " + scores.length + " and " + labels.length);
    }
    long[] keys = new long[to - from];
    for (int i = from; i < to; i++) {
      if (!Float.isFinite(scores[i])) {
        throw new IllegalArgumentException("score " + i + " is " + scores[i]);
      }
      if (labels[i] < 0) {
        throw new IllegalArgumentException(
            "label " + i + " is " + labels[i] + ", expected 0 or more");
      }
      int bits = Float.floatToRawIntBits(scores[i] + 0f);
      bits ^= bits >> 31 & 0x7FFFFFFF; // sorts like the number
      keys[i - from] = (long) bits << 1 | (labels[i] > 0 ? 1 : 0);
    }
    Arrays.sort(keys);
    int groups = 0;
    for (int i = 0; i < keys.length; i++) {
      groups += i == 0 || keys[i] >> 1 != keys[i - 1] >> 1 ? 1 : 0;
    }
    double[] score = new double[groups];
    long[] unclicked = new long[groups];
    long[] clicked = new long[groups];
    int g = -1;
    for (int i = 0; i < keys.length; i++) {
      if (i == 0 || keys[i] >> 1 != keys[i - 1] >> 1) {
        int bits = (int) (keys[i] >> 1);
        score[++g] = Float.intBitsToFloat(bits ^ bits >> 31 & 0x7FFFFFFF);
      }
      if ((keys[i] & 1) == 1) {
        clicked[g]++;
      } else {
        unclicked[g]++;
      }
    }
    return fit(score, unclicked, clicked);
  }

  /**
   * Fits to grouped rows: so a stream can be fitted in bounded memory, with scores rounded to a
   * grid and counted.
   *
   * @param scores (G) strictly rising, finite
   * @param unclicked (G) rows of each score that were not clicked
   * @param clicked (G) rows of each score that were clicked
   */
  public static LogisticCalibration fit(double[] scores, long[] unclicked, long[] clicked) {
    checkGroups(scores, unclicked, clicked);
    long no = sum(unclicked);
    long yes = sum(clicked);
    String reason = refuse(scores, unclicked, clicked, no, yes);
    return reason != null
        ? new LogisticCalibration(Double.NaN, Double.NaN, no + yes, 0, Double.NaN, reason)
        : new Newton(scores, unclicked, clicked, no, yes).run();
  }

  private static String refuse(
      double[] scores, long[] unclicked, long[] clicked, long no, long yes) {
    if (no + yes < FEWEST_ROWS) {
      return no + yes + " rows, a fit needs at least " + FEWEST_ROWS;
    }
    if (yes == 0) {
      return "no click among " + no + " rows";
    }
    if (no == 0) {
      return "all of " + yes + " rows are clicks";
    }
    double lowestNo = scores[first(unclicked)];
    double highestNo = scores[last(unclicked)];
    double lowestYes = scores[first(clicked)];
    double highestYes = scores[last(clicked)];
    if (Math.min(lowestNo, lowestYes) == Math.max(highestNo, highestYes)) {
      return "all " + (no + yes) + " scores are " + lowestNo;
    }
    if (highestNo <= lowestYes) {
      return "separable: no score of a click (lowest "
          + lowestYes
          + ") lies below one without (highest "
          + highestNo
          + ")";
    }
    if (highestYes <= lowestNo) {
      return "separable: no score of a click (highest "
          + highestYes
          + ") lies above one without (lowest "
          + lowestNo
          + ")";
    }
    return null;
  }

  private static void checkGroups(double[] scores, long[] unclicked, long[] clicked) {
    if (unclicked.length != scores.length || clicked.length != scores.length) {
      throw new IllegalArgumentException(
          "lengths differ: " + scores.length + ", " + unclicked.length + ", " + clicked.length);
    }
    for (int g = 0; g < scores.length; g++) {
      if (!Double.isFinite(scores[g]) || g > 0 && !(scores[g] > scores[g - 1])) {
        throw new IllegalArgumentException(
            "score " + g + " is " + scores[g] + ", expected finite and rising");
      }
      if (unclicked[g] < 0 || clicked[g] < 0) {
        throw new IllegalArgumentException(
            "counts of score " + g + " are " + unclicked[g] + " and " + clicked[g]);
      }
    }
  }

  private static long sum(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum = Math.addExact(sum, count);
    }
    return sum;
  }

  private static int first(long[] counts) {
    int g = 0;
    while (counts[g] == 0) {
      g++;
    }
    return g;
  }

  private static int last(long[] counts) {
    int g = counts.length - 1;
    while (counts[g] == 0) {
      g--;
    }
    return g;
  }

  private static double sigmoid(double t) {
    // Only ever the exponential of a negative number: no overflow on either side.
    double e = StrictMath.exp(-Math.abs(t));
    return t >= 0 ? 1 / (1 + e) : e / (1 + e);
  }

  /** ln(1 + e^t). */
  private static double softplus(double t) {
    return Math.max(t, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(t)));
  }

  /**
   * One fit: coefficients are of the standardised score {@code z = (s - mean) / deviation}, where
   * the Hessian is tame.
   */
  private static final class Newton {
    private final double[] z;
    private final long[] unclicked;
    private final long[] clicked;
    private final double rows;
    private final double mean;
    private final double deviation;
    private double constant;
    private double slope;

    Newton(double[] scores, long[] unclicked, long[] clicked, long no, long yes) {
      this.unclicked = unclicked;
      this.clicked = clicked;
      rows = (double) no + yes;
      double sum = 0;
      for (int g = 0; g < scores.length; g++) {
        sum += scores[g] * count(g);
      }
      mean = sum / rows;
      double squares = 0;
      for (int g = 0; g < scores.length; g++) {
        squares += (scores[g] - mean) * (scores[g] - mean) * count(g);
      }
      deviation = Math.sqrt(squares / rows);
      z = new double[scores.length];
      for (int g = 0; g < z.length; g++) {
        z[g] = (scores[g] - mean) / deviation;
      }
      constant = StrictMath.log((double) yes / no);
    }

    private double count(int g) {
      return (double) unclicked[g] + clicked[g];
    }

    LogisticCalibration run() {
      double loss = loss(constant, slope);
      for (int iteration = 1; iteration <= MOST_ITERATIONS; iteration++) {
        // Gradient and Hessian of the mean loss.
        double g0 = 0;
        double g1 = 0;
        double h00 = 0;
        double h01 = 0;
        double h11 = 0;
        for (int g = 0; g < z.length; g++) {
          double p = sigmoid(constant + slope * z[g]);
          double residual = count(g) * p - clicked[g];
          double weight = count(g) * p * (1 - p);
          g0 += residual;
          g1 += residual * z[g];
          h00 += weight;
          h01 += weight * z[g];
          h11 += weight * z[g] * z[g];
        }
        double determinant = h00 * h11 - h01 * h01;
        double d0 = -(h11 * g0 - h01 * g1) / determinant;
        double d1 = -(h00 * g1 - h01 * g0) / determinant;
        double gain = -(g0 * d0 + g1 * d1) / 2 / rows;
        if (gain <= SMALLEST_GAIN) {
          // The last step is inside the rounding of the loss: take it, it still betters the
          // gradient.
          constant += d0;
          slope += d1;
          return result(iteration, loss(constant, slope));
        }
        double step = 1;
        double next = loss(constant + d0, slope + d1);
        // Near the optimum the loss changes by less than it is rounded: there the gradient alone is
        // to be trusted.
        while (!(next <= loss * (1 + ROUNDING))) {
          step /= 2;
          if (step < 0x1p-50) {
            return result(iteration, loss); // no representable step is better
          }
          next = loss(constant + step * d0, slope + step * d1);
        }
        constant += step * d0;
        slope += step * d1;
        loss = next;
      }
      return new LogisticCalibration(
          Double.NaN,
          Double.NaN,
          (long) rows,
          MOST_ITERATIONS,
          Double.NaN,
          "no optimum after " + MOST_ITERATIONS + " Newton steps");
    }

    private LogisticCalibration result(int iterations, double loss) {
      double perUnit = slope / deviation;
      return new LogisticCalibration(
          constant - perUnit * mean, perUnit, (long) rows, iterations, loss, null);
    }

    private double loss(double constant, double slope) {
      double sum = 0;
      for (int g = 0; g < z.length; g++) {
        double t = constant + slope * z[g];
        sum += clicked[g] * softplus(-t) + unclicked[g] * softplus(t);
      }
      return sum / rows;
    }
  }
}
