package io.seminar.reports.gate;

import java.util.Collection;
import java.util.Comparator;

/** What the gate says, of one number or of all of them. */
public enum Verdict {
  /** The whole interval is within the limit. */
  PASS(0, "PASS"),
  /** The interval reaches over the limit: these users cannot show which side is true. */
  NOT_ENOUGH_EVIDENCE(3, "NOT ENOUGH EVIDENCE"),
  /** There is nothing to judge by, or it must not be compared. */
  DID_NOT_RUN(2, "DID NOT RUN"),
  /** The whole interval is beyond the limit. */
  FAIL(1, "FAIL");

  private final int exitCode;
  private final String title;

  Verdict(int exitCode, String title) {
    this.exitCode = exitCode;
    this.title = title;
  }

  /** What a command ends with: 0, 3, 2 and 1 in the order above. */
  public int exitCode() {
    return exitCode;
  }

  /** For headings. */
  public String title() {
    return title;
  }

  /**
   * The verdict over several: a regression that was shown outweighs what could not be looked at,
   * and that outweighs what could not be decided. Over nothing: nothing ran.
   */
  public static Verdict of(Collection<Verdict> verdicts) {
    return verdicts.stream().max(Comparator.naturalOrder()).orElse(DID_NOT_RUN);
  }
}
