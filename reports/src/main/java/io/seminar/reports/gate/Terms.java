package io.seminar.reports.gate;

/** How formulas name a number. */
final class Terms {
  static final String ALL = "all";

  private Terms() {}

  /** {@code auc(pq@16)}, or {@code auc(pq@16, item=cold)} in another slice than everything. */
  static String of(String metric, String arm, String slice) {
    return metric + "(" + arm + (slice.equals(ALL) ? "" : ", " + slice) + ")";
  }
}
