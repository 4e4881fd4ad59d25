package io.seminar.metrics;

import io.seminar.metrics.inference.Estimate;
import io.seminar.metrics.inference.FixedPointSums;
import io.seminar.metrics.inference.Jackknife;
import io.seminar.metrics.inference.StudentT;
import io.seminar.metrics.inference.Value;

/**
 * Two-sided tests of "the two arms do not differ", paired over users.
 *
 * <p>It stands beside {@link Metric}, not with the rest of the inference, because a flip is put
 * into the metric's own formula, which only this package sees: a metric of exchanged arms is not
 * the difference of anything that an {@link Estimate} holds.
 */
public final class PairedTest {
  private PairedTest() {}

  /**
   * What a test says.
   *
   * @param p two-sided p-value; NaN if there is none
   * @param method {@code sign_flip} or {@code jackknife_t}
   * @param reason why there is no p-value; null exactly when there is one
   */
  public record Test(double p, String method, String reason) {
    /** {@link PairedTest#signFlip}. */
    public static final String SIGN_FLIP = "sign_flip";

    /** {@link PairedTest#jackknifeT}. */
    public static final String JACKKNIFE_T = "jackknife_t";

    public boolean isDefined() {
      return reason == null;
    }
  }

  /**
   * Sign-flip (permutation) test of an additive metric.
   *
   * <p>If the arms do not differ, a user's numbers by one arm could as well be those by the other.
   * Flip f exchanges the arms of the users whose coin shows 1:
   *
   * <pre>
   * A'_f = A(f) + B - B(f)      B'_f = B(f) + A - A(f)       A(f): sum of arm A over the users with coin 1
   * d_f  = metric(A'_f) - metric(B'_f)
   * p    = (1 + #{f : |d_f| >= |d|}) / (P + 1)
   * </pre>
   *
   * (which of the two halves of the users is exchanged changes nothing but the sign of d_f). The
   * sums are integers, so flips that give the same sums tie exactly; a flip under which the metric
   * is undefined counts as at least as extreme. The smallest possible p is 1/(P + 1), and two arms
   * that agree have p = 1. The test keeps its level for any number of users if the arms are
   * exchangeable, and in large samples if only the metric is the same.
   *
   * <p>Source: Fisher, "The design of experiments", 1935, section 21; the p-value as in Phipson and
   * Smyth, "Permutation p-values should never be zero", 2010.
   *
   * @param arm sums of the arm, with flips
   * @param baseline sums of what it is compared with, of the same users under the same weights
   * @throws IllegalArgumentException if suites or resamplings differ
   * @throws IllegalStateException if the metric is not additive
   */
  public static Test signFlip(Metric metric, CellAccumulator arm, CellAccumulator baseline) {
    if (!arm.suite().equals(baseline.suite())) {
      throw new IllegalArgumentException("cannot compare cells of different metrics");
    }
    if (!arm.resampling().equals(baseline.resampling())) {
      throw new IllegalArgumentException(
          "cannot pair a cell of " + arm.resampling() + " with one of " + baseline.resampling());
    }
    FixedPointSums a = arm.sums();
    FixedPointSums b = baseline.sums();
    Value ours = metric.value(a);
    Value theirs = metric.value(b);
    if (!ours.isDefined()) {
      return undefined(Test.SIGN_FLIP, ours.reason());
    }
    if (!theirs.isDefined()) {
      return undefined(Test.SIGN_FLIP, "undefined for the baseline: " + theirs.reason());
    }
    int flips = arm.resampling().flips();
    if (flips == 0) {
      return undefined(Test.SIGN_FLIP, "no sign flips were drawn");
    }
    double observed = Math.abs(ours.value() - theirs.value());
    Exchanged first = new Exchanged(a, b);
    Exchanged second = new Exchanged(b, a);
    int column = arm.resampling().weighed();
    int extreme = 0;
    for (int flip = 0; flip < flips; flip++) {
      first.column = column + flip;
      second.column = column + flip;
      double difference = Math.abs(metric.apply(first) - metric.apply(second));
      extreme += difference < observed ? 0 : 1; // NaN is not smaller
    }
    return new Test((1.0 + extreme) / (flips + 1.0), Test.SIGN_FLIP, null);
  }

  /**
   * t-test of a paired difference over its delete-a-group standard error, for a metric that is not
   * additive: {@code t = d / se}, Student's t with the degrees of freedom of {@link Jackknife}.
   *
   * @param difference from {@link Estimate#minus}
   */
  public static Test jackknifeT(Estimate difference) {
    Value value = difference.value();
    double[] deleted = difference.deleted();
    String reason = value.isDefined() ? Jackknife.whyNot(deleted, value.users()) : value.reason();
    if (reason != null) {
      return undefined(Test.JACKKNIFE_T, reason);
    }
    double error = Jackknife.standardError(value.value(), deleted);
    if (value.value() == 0 && error == 0) {
      return new Test(1, Test.JACKKNIFE_T, null); // an arm and itself
    }
    if (error == 0) {
      return undefined(
          Test.JACKKNIFE_T,
          "the difference is the same without each of " + deleted.length + " groups");
    }
    double degrees = Jackknife.degreesOfFreedom(deleted.length, value.users());
    return new Test(StudentT.twoSided(value.value() / error, degrees), Test.JACKKNIFE_T, null);
  }

  private static Test undefined(String method, String reason) {
    return new Test(Double.NaN, method, reason);
  }

  /** The sums of an arm after a flip; one object for all flips. */
  private static final class Exchanged implements Metric.Sums {
    private final FixedPointSums own;
    private final FixedPointSums other;
    private int column;

    Exchanged(FixedPointSums own, FixedPointSums other) {
      this.own = own;
      this.other = other;
    }

    @Override
    public double get(int statistic) {
      long kept = Math.subtractExact(other.units(statistic), other.units(statistic, column));
      return FixedPointSums.real(Math.addExact(own.units(statistic, column), kept));
    }
  }
}
