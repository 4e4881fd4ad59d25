package io.seminar.attention.retrieval;

/** Behaviours with what attention makes its output of. Legend: {@code d_v} floats of a value. */
public interface AttendedBehaviours extends Behaviours {
  /** d_v. */
  int valueSize();

  /** (L, d_v): the values of a head. */
  float[] values(int head);
}
