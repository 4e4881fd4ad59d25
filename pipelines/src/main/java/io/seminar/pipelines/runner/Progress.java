package io.seminar.pipelines.runner;

import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Shows on the terminal how far a long piece of work is: done, rate, time left, and a last line in
 * the end.
 */
public final class Progress {
  private Progress() {}

  /**
   * Does a piece of work while its progress is shown on standard error.
   *
   * @param quiet show nothing
   * @param what the work, for example {@code replay}
   * @param unit what is counted, for example {@code users}
   * @param total how many there are; 0 or less where that is not known
   * @param done how many are done, asked from another thread
   * @param afterwards what goes on once all are done, for example {@code evaluating}
   * @return what the work returns
   */
  public static <T> T during(
      boolean quiet,
      String what,
      String unit,
      long total,
      LongSupplier done,
      String afterwards,
      Supplier<T> work) {
    if (quiet) {
      return work.get();
    }
    long started = System.nanoTime();
    StatusLine status = StatusLine.onStandardError();
    status.show(() -> line(what, unit, total, done.getAsLong(), since(started), afterwards, false));
    try {
      return work.get();
    } finally {
      status.close();
      status.keep(line(what, unit, total, done.getAsLong(), since(started), afterwards, true));
    }
  }

  private static double since(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  /**
   * What is shown: done, rate, and the time left, or taken where it is the last line; once all are
   * done, what goes on.
   */
  static String line(
      String what,
      String unit,
      long total,
      long count,
      double seconds,
      String afterwards,
      boolean last) {
    double rate = seconds > 0 ? count / seconds : 0;
    StringBuilder line = new StringBuilder(what).append(": ");
    line.append(String.format(Locale.ROOT, "%,d", count));
    if (total > 0) {
      line.append(String.format(Locale.ROOT, " of %,d", total));
    }
    line.append(' ').append(unit);
    if (!last && total > 0 && count >= total) {
      return line.append(", ").append(afterwards).toString();
    }
    line.append(String.format(Locale.ROOT, ", %,.0f a second", rate));
    if (last) {
      line.append(", took ").append(Durations.text(seconds));
    } else if (total > 0 && count > 0) {
      line.append(", ").append(Durations.text((total - count) / rate)).append(" left");
    }
    return line.toString();
  }
}
