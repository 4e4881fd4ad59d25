package io.seminar.attention.quantization;

/**
 * A codebook folder that cannot be used: names file, field, what was found and what was expected.
 */
public final class CodebookException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  CodebookException(Object file, String field, Object found, Object expected) {
    super(file + ": " + field + " is " + found + ": expected " + expected);
  }

  CodebookException(Object file, String what, Throwable cause) {
    super(file + ": " + what + ": " + cause, cause);
  }
}
