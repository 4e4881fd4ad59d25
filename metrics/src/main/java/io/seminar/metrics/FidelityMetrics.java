package io.seminar.metrics;

import static io.seminar.metrics.Metric.Count.count;
import static io.seminar.metrics.Metric.Count.statistic;
import static io.seminar.metrics.Metric.mean;

import io.seminar.metrics.Metric.Counts;
import io.seminar.metrics.Metric.Direction;
import io.seminar.metrics.Metric.Reason;
import io.seminar.metrics.Metric.Scale;
import io.seminar.metrics.Metric.Unit;
import java.util.List;

/**
 * How faithful attention is: recall@K, mass kept, cosine and relative L2 error of the output.
 * {@code Σ recall@K for each K, n | Σ mass, n | Σ cosine, n | Σ relative L2, n}, over impressions.
 */
final class FidelityMetrics {
  private final int[] ks;
  private final int recall; // one for each K
  private final int recallCount;
  final int mass; // sum, n
  final int cosine; // sum, n
  final int relativeL2; // sum, n
  final int end;

  FidelityMetrics(int start, int[] ks) {
    this.ks = ks;
    recall = start;
    recallCount = recall + ks.length;
    mass = recallCount + 1;
    cosine = mass + 2;
    relativeL2 = cosine + 2;
    end = relativeL2 + 2;
  }

  /** What {@link UserStatistics#addFidelity} says. */
  void add(UserSums user, float[] recalls, int offset, double massKept, double cosines, double l2) {
    boolean undefined = Float.isNaN(recalls[offset]);
    for (int i = 0; i < ks.length; i++) {
      float share = recalls[offset + i];
      if (Float.isNaN(share) != undefined || share < 0 || share > 1) {
        throw new IllegalArgumentException(
            "recall "
                + i
                + " is "
                + share
                + ", expected 0..1, or NaN for every K; the first is "
                + recalls[offset]);
      }
    }
    // A little above 1 is what rounding makes of a sum of probabilities, and of a product of unit
    // vectors.
    checkWithin("mass kept", massKept, 0, 1 + 1e-4);
    checkWithin("cosine", cosines, -1 - 1e-4, 1 + 1e-4);
    checkWithin("relative L2", l2, 0, Double.MAX_VALUE);

    user.count(MetricSuite.FIDELITY_ROWS, 1);
    user.mark(MetricSuite.FIDELITY_USERS);
    if (!undefined) {
      for (int i = 0; i < ks.length; i++) {
        user.add(recall + i, recalls[offset + i]);
      }
      user.add(recallCount, 1);
      user.mark(MetricSuite.RECALL_USERS);
    }
    addOptional(user, Math.min(1, massKept), mass, MetricSuite.MASS_USERS);
    addOptional(user, Math.max(-1, Math.min(1, cosines)), cosine, MetricSuite.COSINE_USERS);
    addOptional(user, l2, relativeL2, MetricSuite.RELATIVE_L2_USERS);
  }

  /** Adds a number to the sum at {@code at} and 1 to the n behind it; NaN is left out. */
  private static void addOptional(UserSums user, double value, int at, int users) {
    if (!Double.isNaN(value)) {
      user.add(at, value);
      user.add(at + 1, 1);
      user.mark(users);
    }
  }

  private static void checkWithin(String what, double value, double low, double high) {
    if (value < low || value > high) { // NaN passes
      throw new IllegalArgumentException(
          what + " is " + value + ", expected " + low + ".." + high + " or NaN");
    }
  }

  void define(List<Metric> all) {
    for (int i = 0; i < ks.length; i++) {
      all.add(
          Metric.ofSums(
              "recall@" + ks[i],
              "Recall@" + ks[i],
              "Share of the exact top "
                  + ks[i]
                  + " behaviours that is retrieved, ties with the last one counting; mean over"
                  + " impressions with a history.",
              Scale.share(Unit.IMPRESSIONS),
              mean(recall + i, recallCount),
              undefined("every history is empty"),
              counts(recallCount, MetricSuite.RECALL_USERS)));
    }
    all.add(
        Metric.ofSums(
            "mass_kept",
            "Softmax mass kept",
            "Share of the exact softmax over the whole history that lies on the kept behaviours;"
                + " mean over impressions with a history.",
            Scale.share(Unit.IMPRESSIONS),
            mean(mass, mass + 1),
            undefined("every history is empty"),
            counts(mass + 1, MetricSuite.MASS_USERS)));
    all.add(
        Metric.ofSums(
            "output_cosine",
            "Cosine of the output",
            "Cosine of the attention output with that of full exact attention; mean over"
                + " impressions where neither is zero.",
            new Scale(-1, 1, Direction.HIGHER, Unit.IMPRESSIONS),
            mean(cosine, cosine + 1),
            undefined("an attention output is zero in every impression"),
            counts(cosine + 1, MetricSuite.COSINE_USERS)));
    all.add(
        Metric.ofSums(
            "output_rel_l2",
            "Relative L2 error of the output",
            "|output - exact| / |exact| against full exact attention; mean over impressions where"
                + " the exact output is not zero.",
            Scale.unbounded(Direction.LOWER, Unit.IMPRESSIONS),
            mean(relativeL2, relativeL2 + 1),
            undefined("the exact attention output is zero in every impression"),
            counts(relativeL2 + 1, MetricSuite.RELATIVE_L2_USERS)));
  }

  private static Counts counts(int n, int users) {
    return Counts.of(
        statistic(n),
        count(MetricSuite.FIDELITY_ROWS),
        count(users),
        count(MetricSuite.FIDELITY_USERS));
  }

  private static Reason undefined(String otherwise) {
    return sums -> sums.count(MetricSuite.FIDELITY_ROWS) == 0 ? "no impression" : otherwise;
  }
}
