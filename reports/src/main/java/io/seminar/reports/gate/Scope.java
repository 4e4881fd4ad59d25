package io.seminar.reports.gate;

/**
 * Which numbers a rule is about.
 *
 * @param metric key of the metric, e.g. {@code recall@50}
 * @param arms name of the arm; {@code *} stands for any letters, so that one rule is about several
 * @param slices name of the slice, likewise; {@code all} is everything
 */
public record Scope(String metric, String arms, String slices) {
  public Scope {
    check("metric", metric);
    check("arm", arms);
    check("slice", slices);
    if (metric.contains("*")) {
      throw new IllegalArgumentException(
          "metric: found '" + metric + "', expected the key of one metric: margins are a metric's");
    }
  }

  private static void check(String what, String name) {
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException(
          what + ": found " + (name == null ? "nothing" : "'" + name + "'") + ", expected a name");
    }
  }

  @Override
  public String toString() {
    return metric + " of " + arms + " in " + slices;
  }
}
