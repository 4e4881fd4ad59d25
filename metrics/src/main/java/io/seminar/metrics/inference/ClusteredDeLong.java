package io.seminar.metrics.inference;

import java.util.Arrays;

/**
 * The AUC with its variance in closed form, for impressions that are correlated within users:
 * DeLong et al.'s structural components, summed up over each user's impressions.
 *
 * <pre>
 * V10(x) = share of the unclicked impressions that the clicked one x scores above, ties half
 * V01(y) = share of the clicked impressions that score above the unclicked one y, ties half
 * A      = mean of V10 = mean of V01 = AUC
 *
 * u_i = Σ_{x of user i} V10(x) - m_i A      m_i clicked impressions of user i, M of all, in I10 users
 * v_i = Σ_{y of user i} V01(y) - n_i A      n_i unclicked ones, N of all, in I01 users; I users have any
 *
 * var(A) = I10/(I10 - 1) Σ u_i² / M²  +  I01/(I01 - 1) Σ v_i² / N²  +  2 I/(I - 1) Σ u_i v_i / (M N)
 * </pre>
 *
 * Two arms over the same impressions have the covariance with {@code u_i u'_i}, {@code v_i v'_i}
 * and {@code (u_i v'_i + u'_i v_i) / 2} in the place of the squares. With one impression a user it
 * is DeLong's variance.
 *
 * <p>Time O(n log n) for the sorting of n impressions, memory O(users) once it is made. It is an
 * alternative to the delete-a-group jackknife where all impressions are at hand as arrays: it needs
 * no weights, but it does not come out of sums that many workers can share.
 *
 * <p>Source: Obuchowski, "Nonparametric analysis of clustered ROC curve data", 1997, equations 3 to
 * 6; DeLong, DeLong and Clarke-Pearson, "Comparing the areas under two or more correlated receiver
 * operating characteristic curves", 1988.
 */
public final class ClusteredDeLong {
  private final double auc;
  private final long clicked;
  private final long unclicked;
  private final int[] clicks; // (users) m
  private final int[] others; // (users) n
  private final double[] above; // (users) u
  private final double[] below; // (users) v

  private ClusteredDeLong(int[] clicks, int[] others, long[] twiceWon, long[] twiceLost) {
    this.clicks = clicks;
    this.others = others;
    clicked = Arrays.stream(clicks).asLongStream().sum();
    unclicked = Arrays.stream(others).asLongStream().sum();
    long won = Arrays.stream(twiceWon).sum();
    auc = clicked == 0 || unclicked == 0 ? Double.NaN : won / (2.0 * clicked * unclicked);
    above = new double[clicks.length];
    below = new double[clicks.length];
    for (int i = 0; i < clicks.length; i++) {
      above[i] = twiceWon[i] / (2.0 * unclicked) - clicks[i] * auc;
      below[i] = twiceLost[i] / (2.0 * clicked) - others[i] * auc;
    }
  }

  /**
   * The AUC of impressions in any order.
   *
   * @param scores (n) higher is better; not NaN
   * @param labels (n) grade in 0..127, clicked when {@code >= 1}
   * @param users (n) each in {@code 0..userCount-1}
   * @param userCount how many users there may be; those without an impression do not count
   */
  public static ClusteredDeLong of(float[] scores, byte[] labels, int[] users, int userCount) {
    if (labels.length != scores.length || users.length != scores.length) {
      throw new IllegalArgumentException(
          scores.length
              + " scores, "
              + labels.length
              + " labels and "
              + users.length
              + " users, expected as many of each");
    }
    long[] order = new long[scores.length];
    int[] clicks = new int[userCount];
    int[] others = new int[userCount];
    for (int i = 0; i < order.length; i++) {
      check(i, scores[i], labels[i], users[i], userCount);
      order[i] = (long) sortable(scores[i]) << 32 | i;
      (labels[i] > 0 ? clicks : others)[users[i]]++;
    }
    Arrays.sort(order);

    long[] twiceWon = new long[userCount]; // by the clicked impressions of each user
    long[] twiceLost = new long[userCount]; // by the unclicked ones: pairs that a clicked one wins
    long allClicked = Arrays.stream(clicks).asLongStream().sum();
    long clickedBelow = 0;
    long unclickedBelow = 0;
    for (int from = 0; from < order.length; ) {
      int to = from;
      long clickedTied = 0;
      long score = order[from] >> 32;
      while (to < order.length && order[to] >> 32 == score) {
        clickedTied += labels[(int) order[to]] > 0 ? 1 : 0;
        to++;
      }
      long unclickedTied = to - from - clickedTied;
      for (int at = from; at < to; at++) {
        int i = (int) order[at];
        if (labels[i] > 0) {
          twiceWon[users[i]] += 2 * unclickedBelow + unclickedTied;
        } else {
          twiceLost[users[i]] += 2 * (allClicked - clickedBelow) - clickedTied;
        }
      }
      clickedBelow += clickedTied;
      unclickedBelow += unclickedTied;
      from = to;
    }
    return new ClusteredDeLong(clicks, others, twiceWon, twiceLost);
  }

  /** The AUC; NaN unless both classes occur. */
  public double auc() {
    return auc;
  }

  /**
   * Variance of the AUC; NaN unless at least two users have a click and two an impression without.
   */
  public double variance() {
    return covariance(this);
  }

  /**
   * Covariance with the AUC of another arm over the same impressions; NaN as {@link #variance}.
   *
   * @throws IllegalArgumentException if a user's clicks or impressions differ between the two
   */
  public double covariance(ClusteredDeLong other) {
    if (!Arrays.equals(clicks, other.clicks) || !Arrays.equals(others, other.others)) {
      throw new IllegalArgumentException("the two arms are not of the same impressions and labels");
    }
    int usersWithClick = 0;
    int usersWithout = 0;
    int usersWithAny = 0;
    double byClicked = 0;
    double byUnclicked = 0;
    double byBoth = 0;
    for (int i = 0; i < clicks.length; i++) {
      usersWithClick += clicks[i] > 0 ? 1 : 0;
      usersWithout += others[i] > 0 ? 1 : 0;
      usersWithAny += clicks[i] + others[i] > 0 ? 1 : 0;
      byClicked += above[i] * other.above[i];
      byUnclicked += below[i] * other.below[i];
      byBoth += above[i] * other.below[i] + other.above[i] * below[i];
    }
    if (usersWithClick < 2 || usersWithout < 2) {
      return Double.NaN;
    }
    double m = clicked;
    double n = unclicked;
    return usersWithClick / (usersWithClick - 1.0) * byClicked / (m * m)
        + usersWithout / (usersWithout - 1.0) * byUnclicked / (n * n)
        + usersWithAny / (usersWithAny - 1.0) * byBoth / (m * n);
  }

  /** {@code auc ± z se} at {@code level}. */
  public Interval interval(double level) {
    String reason = whyNot();
    return reason == null
        ? Interval.normal(auc, Math.sqrt(variance()), fewestUsers(), level)
        : Interval.undefined(reason);
  }

  /** Interval of this AUC minus that of another arm over the same impressions, paired. */
  public Interval differenceInterval(ClusteredDeLong baseline, double level) {
    String reason = whyNot();
    if (reason != null) {
      return Interval.undefined(reason);
    }
    // An arm and itself may come out below 0 by rounding.
    double variance = Math.max(0, variance() + baseline.variance() - 2 * covariance(baseline));
    return Interval.normal(auc - baseline.auc, Math.sqrt(variance), fewestUsers(), level);
  }

  private String whyNot() {
    if (clicked == 0 || unclicked == 0) {
      return unclicked == 0 && clicked > 0
          ? "all of " + clicked + " impressions are clicks"
          : "no click among " + unclicked + " impressions";
    }
    return null;
  }

  /** Users with a click or users with an impression without one, whichever are fewer. */
  private long fewestUsers() {
    return Math.min(
        Arrays.stream(clicks).filter(m -> m > 0).count(),
        Arrays.stream(others).filter(n -> n > 0).count());
  }

  private static void check(int i, float score, byte label, int user, int userCount) {
    if (Float.isNaN(score)) {
      throw new IllegalArgumentException("score " + i + " is NaN");
    }
    if (label < 0) {
      throw new IllegalArgumentException("label " + i + " is " + label + ", expected 0 or more");
    }
    if (user < 0 || user >= userCount) {
      throw new IllegalArgumentException(
          "user " + i + " is " + user + ", expected 0.." + (userCount - 1));
    }
  }

  /** An integer that sorts like the score; -0 and 0 are one. */
  private static int sortable(float score) {
    int bits = Float.floatToRawIntBits(score + 0f);
    return bits ^ bits >> 31 & 0x7FFFFFFF;
  }
}
