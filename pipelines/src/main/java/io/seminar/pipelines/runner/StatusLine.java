package io.seminar.pipelines.runner;

import java.io.PrintStream;
import java.util.function.Supplier;

/**
 * One line that says how things stand. On a terminal it is rewritten twice a second, clipped where
 * the terminal is narrower; elsewhere (a log file) a line is added every ten seconds. Lines that
 * are to stay can be put above it from any thread.
 */
public final class StatusLine implements AutoCloseable {
  private static final long TERMINAL_MILLIS = 500;
  private static final long LOG_MILLIS = 10_000;

  private static final String CLEAR_TO_END = "\u001b[K";
  private static final String CLIP = "\u001b[?7l"; // a line that wrapped could not be rewritten
  private static final String WRAP = "\u001b[?7h";

  private final PrintStream out;
  private final boolean terminal;
  private Thread thread; // guarded by this
  private boolean closed; // guarded by this

  StatusLine(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** A line on standard error, which shows nothing yet. */
  public static StatusLine onStandardError() {
    return new StatusLine(System.err, System.console() != null);
  }

  /**
   * Begins to show it. At most once.
   *
   * @param status what it says, asked from another thread
   */
  public synchronized void show(Supplier<String> status) {
    thread = new Thread(() -> run(status), "progress");
    thread.setDaemon(true);
    thread.start();
  }

  private void run(Supplier<String> status) {
    try {
      while (true) {
        Thread.sleep(terminal ? TERMINAL_MILLIS : LOG_MILLIS);
        rewrite(status.get());
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private synchronized void rewrite(String line) {
    if (closed) {
      return;
    }
    if (terminal) {
      out.print(CLIP + "\r" + line + CLEAR_TO_END + WRAP);
      out.flush();
    } else {
      out.println(line);
    }
  }

  /** Adds a line that stays, also after the end. */
  public synchronized void keep(String line) {
    if (terminal) {
      out.print("\r" + line + CLEAR_TO_END + "\n");
      out.flush();
    } else {
      out.println(line);
    }
  }

  /** Ends it; on a terminal the line goes. */
  @Override
  public synchronized void close() {
    closed = true;
    if (terminal) {
      out.print("\r" + CLEAR_TO_END);
      out.flush();
    }
    if (thread != null) {
      thread.interrupt();
    }
  }
}
