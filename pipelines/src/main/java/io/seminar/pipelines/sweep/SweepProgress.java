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
  private double doneAt; // seconds; guarded by this

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
  void done(double expected) {
    done(expected, since());
  }

  /** The same, so many seconds after the beginning. */
  synchronized void done(double expected, double seconds) {
    done += expected;
    left = Math.max(0, left - expected);
    doneAt = seconds;
  }

  /** Changes what is expected to be left. */
  synchronized void expect(double seconds) {
    left = seconds;
  }

  private String line() {
    return line(step, since());
  }

  private double since() {
    return (System.nanoTime() - started) / 1e9;
  }

  /** What is shown after so many seconds. */
  synchronized String line(String what, double seconds) {
    double still = Math.max(0, left * doneAt / done - (seconds - doneAt));
    return "sweep: " + what + (done == 0 ? "" : ", about " + Durations.text(still) + " left");
  }

  @Override
  public void close() {
    if (status != null) {
      status.close();
      status.keep("sweep: took " + Durations.text(since()));
    }
  }
}
