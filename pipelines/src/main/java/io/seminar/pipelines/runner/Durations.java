package io.seminar.pipelines.runner;

import java.util.Locale;

/** How long something takes, for people. */
public final class Durations {
  private Durations() {}

  /** {@code 12.3 s}, {@code 4 min 05 s}, {@code 2 h 46 min}. */
  public static String text(double seconds) {
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
  }
}
