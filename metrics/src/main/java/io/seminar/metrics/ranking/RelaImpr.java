package io.seminar.metrics.ranking;

import io.seminar.metrics.inference.Estimate;
import io.seminar.metrics.inference.Value;

/**
 * How much further than a baseline an AUC is above chance.
 *
 * <pre>
 * RelaImpr = (AUC - 0.5) / (AUC_baseline - 0.5) - 1
 * </pre>
 *
 * For AUC and GAUC alike, whose value is 0.5 for scores without information. Range -∞..∞, 0 if both
 * are equal. Undefined where the baseline's AUC is not above 0.5: there would be nothing to improve
 * upon.
 *
 * <p>Source: Yan, Li, Xue and Han, "Coupled group lasso for web-scale CTR prediction in display
 * advertising", 2014.
 */
public final class RelaImpr {
  private static final double CHANCE = 0.5;

  private RelaImpr() {}

  /** RelaImpr of two AUCs; NaN if one is NaN or the baseline's is not above 0.5. */
  public static double of(double auc, double baseline) {
    return baseline > CHANCE ? (auc - CHANCE) / (baseline - CHANCE) - 1 : Double.NaN;
  }

  /**
   * RelaImpr with its replicates, paired: both were computed under the same weights. What it rests
   * on is what the difference of the two rests on.
   *
   * @throws IllegalArgumentException if the numbers of replicates differ
   */
  public static Estimate of(Estimate auc, Estimate baseline) {
    Value difference = auc.minus(baseline).value();
    double number = of(auc.value().value(), baseline.value().value());
    String reason = difference.reason();
    if (reason == null && Double.isNaN(number)) {
      reason = "the baseline's AUC of " + baseline.value().value() + " is not above " + CHANCE;
    }
    return new Estimate(
        new Value(
            number,
            reason,
            difference.n(),
            difference.users(),
            difference.leftOutUsers(),
            difference.leftOut()),
        each(auc.replicates(), baseline.replicates()),
        each(auc.deleted(), baseline.deleted()));
  }

  private static double[] each(double[] aucs, double[] baselines) {
    double[] improvements = new double[aucs.length];
    for (int i = 0; i < improvements.length; i++) {
      improvements[i] = of(aucs[i], baselines[i]);
    }
    return improvements;
  }
}
