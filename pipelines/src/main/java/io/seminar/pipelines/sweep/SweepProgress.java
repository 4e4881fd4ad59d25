package io.seminar.pipelines.sweep;

import io.seminar.pipelines.runner.Durations;
import io.seminar.pipelines.runner.StatusLine;

/**
 * Shows how far a sweep is. Work is counted in seconds that it was expected to take; what is left
 * is that, corrected by how long the work so far has taken in fact.
 */
final class SweepProgress implements AutoCloseable {
  private final StatusLine status; // null: quiet
  private final long started = System.nanoTime();
  private volatile String step = "drawing requests";
  private double done; // guarded by this
  private double left; // guarded by this

  /**
   * Begins to show progress.
   *
   * @param seconds expected in all
   */
  SweepProgress(boolean quiet, double seconds) {
    left = seconds;
    if (quiet) {
      status = null;
    } else {
      status = StatusLine.onStandardError();
      status.show(this::line);
    }
  }

  /** Says what is done next. */
  void step(String what) {
    step = what;
  }

  /** Counts work as done. */
  synchronized void done(double seconds) {
    done += seconds;
    left = Math.max(0, left - seconds);
  }

  /** Changes what is expected to be left. */
  synchronized void expect(double seconds) {
    left = seconds;
  }

  private String line() {
    return line(step, (System.nanoTime() - started) / 1e9);
  }

  /** What is shown after so many seconds. */
  synchronized String line(String what, double seconds) {
    return "sweep: "
        + what
        + (done == 0 ? "" : ", about " + Durations.text(left * seconds / done) + " left");
  }

  @Override
  public void close() {
    if (status != null) {
      status.close();
      status.keep("sweep: took " + Durations.text((System.nanoTime() - started) / 1e9));
    }
  }
}
