package io.seminar.reports.compare;

/**
 * A difference that may have caused what failed.
 *
 * @param difference from the last good run
 * @param why what speaks for it or against it, as a clause
 */
public record Cause(Difference difference, String why) {
  /** One sentence for a report. */
  @Override
  public String toString() {
    return difference + " (" + why + ")";
  }
}
