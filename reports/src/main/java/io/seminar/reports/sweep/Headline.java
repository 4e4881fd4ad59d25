package io.seminar.reports.sweep;

import io.seminar.reports.store.SweepPoint;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The fastest arm of a setting that reaches a recall, against exact attention.
 *
 * @param setting the setting
 * @param recall least mean recall
 * @param fastest arm with the smallest median among those that reach it; empty if none does
 * @param rival the fastest of those that are not exact attention; empty if there is none
 * @param exact the exact arm; empty if it was not measured
 * @param pruned arms that reach the recall but were not measured, because they cannot be the
 *     fastest or could not be built
 */
public record Headline(
    Setting setting,
    double recall,
    Optional<SweepPoint> fastest,
    Optional<SweepPoint> rival,
    Optional<SweepPoint> exact,
    List<SweepPoint> pruned) {
  public Headline {
    pruned = List.copyOf(pruned);
  }

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
        results.exact(setting),
        results.pruned(setting).stream().filter(reaches).toList());
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
                          + times(Ratio.of(exact.orElseThrow(), r).inverse())
                          + " as long.")
              .orElse(
                  "no other arm that was measured reaches that"
                      + (pruned.isEmpty()
                          ? "."
                          : "; pruned were "
                              + pruned.stream()
                                  .map(p -> p.key().arm())
                                  .collect(Collectors.joining(", "))
                              + "."));
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

  private static String times(Ratio ratio) {
    return two(ratio.value())
        + " times"
        + (ratio.hasRange()
            ? " (" + two(ratio.low()) + " to " + two(ratio.high()) + " over the forks)"
            : " (one fork, so without a range)");
  }

  private static String two(double x) {
    return String.format(Locale.ROOT, "%.2f", x);
  }
}
