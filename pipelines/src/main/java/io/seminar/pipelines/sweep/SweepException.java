package io.seminar.pipelines.sweep;

/** A sweep that cannot go on; the message says why. */
public final class SweepException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SweepException(String message) {
    super(message);
  }

  SweepException(String message, Throwable cause) {
    super(message, cause);
  }
}
