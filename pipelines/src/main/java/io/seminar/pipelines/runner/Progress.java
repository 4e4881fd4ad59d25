package io.seminar.pipelines.runner;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Shows on the terminal how far a long piece of work is: done, rate, time left. On a terminal one
 * line is rewritten twice a second; elsewhere (a log file) a line is added every ten seconds, and a
 * last one in the end.
 */
public final class Progress {
  private static final long TERMINAL_MILLIS = 500;
  private static final long LOG_MILLIS = 10_000;

  private final String what;
  private final String unit;
  private final long total;
  private final LongSupplier done;
  private final String afterwards;
  private final PrintStream out;
  private final boolean terminal;
  private final long started = System.nanoTime();
  private final Thread thread;

  private Progress(
      String what,
      String unit,
      long total,
      LongSupplier done,
      String afterwards,
      PrintStream out,
      boolean terminal) {
    this.what = what;
    this.unit = unit;
    this.total = total;
    this.done = done;
    this.afterwards = afterwards;
    this.out = out;
    this.terminal = terminal;
    this.thread = new Thread(this::run, "progress");
    thread.setDaemon(true);
    thread.start();
  }

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
    Progress progress =
        new Progress(what, unit, total, done, afterwards, System.err, System.console() != null);
    try {
      return work.get();
    } finally {
      progress.close();
    }
  }

  private void run() {
    long interval = terminal ? TERMINAL_MILLIS : LOG_MILLIS;
    try {
      while (true) {
        Thread.sleep(interval);
        show(false);
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void show(boolean last) {
    double seconds = (System.nanoTime() - started) / 1e9;
    String line = line(what, unit, total, done.getAsLong(), seconds, afterwards, last);
    if (terminal) {
      out.print("\r" + line + "\u001b[K" + (last ? "\n" : ""));
      out.flush();
    } else {
      out.println(line);
    }
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
      line.append(", took ").append(duration(seconds));
    } else if (total > 0 && count > 0) {
      line.append(", ").append(duration((total - count) / rate)).append(" left");
    }
    return line.toString();
  }

  private static String duration(double seconds) {
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
  }

  private void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    show(true);
  }
}
