package io.seminar.reports.gate;

/** Which side of a limit is the good one. */
public enum Bound {
  AT_LEAST("≥"),
  AT_MOST("≤"),
  EQUAL("=");

  private final String sign;

  Bound(String sign) {
    this.sign = sign;
  }

  /** The sign between a number and its limit. */
  public String sign() {
    return sign;
  }

  boolean holds(long number, long limit) {
    return switch (this) {
      case AT_LEAST -> number >= limit;
      case AT_MOST -> number <= limit;
      case EQUAL -> number == limit;
    };
  }
}
