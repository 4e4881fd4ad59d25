package io.seminar.pipelines.nightly.faults;

/** Something that can go wrong between the steps of a night. */
public sealed interface Fault permits OutcomesFault, SystemFault {
  /** What a fault spoils. */
  enum Reach {
    /** The candidate alone: the baseline shows the difference. */
    CANDIDATE,
    /** The log, and so candidate and baseline alike: no comparison of the two shows it. */
    LOG
  }

  /** Name for machines, stable. */
  String key();

  /** What it does, with its size: one phrase. */
  String description();

  /** What it spoils. */
  Reach reach();
}
