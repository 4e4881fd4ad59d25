package io.seminar.metrics.counterfactual;

import java.util.Locale;

/**
 * Whether a log can carry an estimate for a target policy: what the importance weights w = π/p look
 * like, and a verdict.
 *
 * <pre>
 * effective sample size = (Σw)² / Σw²                 1..rows: as many equally weighted rows would say as much (Kish)
 * mean weight           = Σw / rows                   1 in expectation if p is right and every action of the target
 *                                                     policy could have been logged
 * INSUFFICIENT  effective sample size below 30: refused, since a handful of rows decides
 * THIN          effective sample size below 300 or below a tenth of the rows, or the mean weight is more than four of
 *               its standard errors from 1: the estimate is given, with the reason for doubting it
 * SUFFICIENT    otherwise
 * </pre>
 *
 * The standard error of the mean weight is that of independent rows. Clipping moves the mean weight
 * on purpose, so it is not looked at for clipped weights.
 *
 * <p>The limits are conventions, not theorems: with 30 rows a mean's distribution is taken to be
 * near enough to normal, and a tenth of the rows means that intervals are three times as wide as
 * the number of rows suggests.
 *
 * <p>Source: Kish, "Survey sampling", 1965 (effective sample size); Owen, "Monte Carlo theory,
 * methods and examples", 2013, section 9.3 (diagnostics of importance weights).
 *
 * @param rows logged decisions
 * @param effectiveSampleSize 0 if every weight is 0
 * @param largestWeight 0 if every weight is 0
 * @param zeroShare share of the rows with weight 0; NaN without a row
 * @param meanWeight NaN without a row
 * @param verdict what follows
 * @param reason a clause; null exactly for SUFFICIENT
 */
public record Support(
    long rows,
    double effectiveSampleSize,
    double largestWeight,
    double zeroShare,
    double meanWeight,
    Verdict verdict,
    String reason) {
  /** What may be done with an estimate. */
  public enum Verdict {
    /** Nothing speaks against it. */
    SUFFICIENT,
    /** Shown with a warning. */
    THIN,
    /** Not given. */
    INSUFFICIENT
  }

  /** A smaller effective sample is refused. */
  public static final double LEAST_EFFECTIVE = 30;

  /** A smaller effective sample is warned of. */
  public static final double FEW_EFFECTIVE = 300;

  /** A smaller share of the rows that is effective is warned of. */
  public static final double LEAST_SHARE = 0.1;

  /** A mean weight that is further from 1, in its standard errors, is warned of. */
  public static final double MOST_ERRORS = 4;

  static Support of(
      long rows, double weights, double squares, double largest, long zeros, boolean clipped) {
    double mean = weights / rows;
    double effective = weights == 0 ? 0 : weights * weights / squares;
    double zeroShare = (double) zeros / rows;
    Verdict verdict;
    String reason = null;
    if (rows == 0) {
      verdict = Verdict.INSUFFICIENT;
      reason = "no logged decision";
    } else if (weights == 0) {
      verdict = Verdict.INSUFFICIENT;
      reason = "the target policy takes the logged action in none of " + rows + " rows";
    } else if (effective < LEAST_EFFECTIVE) {
      verdict = Verdict.INSUFFICIENT;
      reason =
          effectiveOf(effective, rows)
              + format(
                  ", at least %.0f needed; the largest weight is %.4g", LEAST_EFFECTIVE, largest);
    } else if (effective < FEW_EFFECTIVE || effective < LEAST_SHARE * rows) {
      verdict = Verdict.THIN;
      reason = effectiveOf(effective, rows) + format("; the largest weight is %.4g", largest);
    } else if (!clipped && errorsFromOne(rows, mean, squares) > MOST_ERRORS) {
      verdict = Verdict.THIN;
      reason =
          format(
              "the mean weight is %.4g, %.1f standard errors from 1: propensities are wrong, or the"
                  + " target policy takes actions that were never logged",
              mean, errorsFromOne(rows, mean, squares));
    } else {
      verdict = Verdict.SUFFICIENT;
    }
    return new Support(rows, effective, largest, zeroShare, mean, verdict, reason);
  }

  private static String effectiveOf(double effective, long rows) {
    return format("an effective sample of %.1f of %d rows", effective, rows);
  }

  private static String format(String text, Object... numbers) {
    return String.format(Locale.ROOT, text, numbers);
  }

  /** Infinite if weights are equal and not 1. */
  private static double errorsFromOne(long rows, double mean, double squares) {
    double variance = Math.max(0, squares / rows - mean * mean) / rows;
    // What rounding leaves of equal weights that are 1.
    double distance = Math.abs(mean - 1);
    return distance < 1e-8 ? 0 : distance / Math.sqrt(variance);
  }
}
