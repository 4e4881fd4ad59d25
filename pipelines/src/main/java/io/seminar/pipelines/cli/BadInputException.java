package io.seminar.pipelines.cli;

/** What the user gave cannot be used; the message says what was found and what was expected. */
final class BadInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadInputException(String message) {
    super(message);
  }

  BadInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
