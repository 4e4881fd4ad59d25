package io.seminar.reports.sweep;

import io.seminar.reports.store.SweepPoint;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The fastest arm of a setting that reaches a recall, against exact attention.
 *
 * @param setting the setting
 * @param recall least mean recall
 * @param fastest arm with the smallest median among those that reach it; empty if none does
 * @param rival the fastest of those that are not exact attention; empty if there is none
 * @param exact the exact arm; empty if it was not measured
 */
public record Headline(
    Setting setting,
    double recall,
    Optional<SweepPoint> fastest,
    Optional<SweepPoint> rival,
    Optional<SweepPoint> exact) {

  /** The headline of a setting. */
  public static Headline of(SweepResults results, Setting setting, double recall) {
    Predicate<SweepPoint> reaches = point -> point.fidelity().recall() >= recall;
    return new Headline(
        setting,
        recall,
        results.measured(setting).stream().filter(reaches).findFirst(),
        results.measured(setting).stream()
            .filter(reaches.and(point -> !SweepResults.isExact(point)))
            .findFirst(),
        results.exact(setting));
  }

  /** How many times as fast as exact attention the fastest is; empty if one of them is missing. */
  public Optional<Ratio> speedup() {
    return exact.flatMap(e -> fastest.map(f -> Ratio.of(e, f)));
  }

  /** Whether exact attention itself is the fastest. */
  public boolean exactWins() {
    return fastest.filter(SweepResults::isExact).isPresent();
  }

  /** The headline in words, without the setting. */
  public String sentence() {
    String level = String.format(Locale.ROOT, "%.2f", recall);
    if (fastest.isEmpty()) {
      return "No arm that was measured has a recall of " + level + " or more.";
    }
    if (exactWins()) {
      return "Exact attention is the fastest with recall ≥ "
          + level
          + ": "
          + rival
              .map(
                  r ->
                      "the next, "
                          + r.key().arm()
                          + ", takes "
                          + times(inverse(Ratio.of(exact.orElseThrow(), r)))
                          + " as long.")
              .orElse("no other arm reaches that.");
    }
    SweepPoint winner = fastest.get();
    String name = winner.key().arm();
    String doubts =
        (winner.fidelity().recallLow() < recall
                ? " The interval of its recall reaches below " + level + "."
                : "")
            + (winner.warmup().settled() ? "" : " Its warm-up did not settle.");
    if (exact.isEmpty()) {
      return name
          + " is the fastest with recall ≥ "
          + level
          + "; exact attention was not measured here."
          + doubts;
    }
    Ratio speedup = speedup().orElseThrow();
    return name
        + " is the fastest with recall ≥ "
        + level
        + (speedup.clearlyFaster()
            ? ": " + times(speedup) + " as fast as exact attention."
            : ", but not clearly faster than exact attention: " + times(speedup) + " as fast.")
        + doubts;
  }

  private static Ratio inverse(Ratio ratio) {
    return new Ratio(1 / ratio.value(), 1 / ratio.high(), 1 / ratio.low());
  }

  private static String times(Ratio ratio) {
    return two(ratio.value())
        + " times"
        + (Double.isNaN(ratio.low())
            ? ""
            : " (" + two(ratio.low()) + " to " + two(ratio.high()) + " over the forks)");
  }

  private static String two(double x) {
    return String.format(Locale.ROOT, "%.2f", x);
  }
}
