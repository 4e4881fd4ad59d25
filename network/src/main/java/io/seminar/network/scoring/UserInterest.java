package io.seminar.network.scoring;

import io.seminar.sessions.History;

/**
 * What the targets of a request find in a user's history: search and interest of an architecture.
 * Not thread-safe. {@code find} allocates nothing, and what it finds for a target does not depend
 * on the others.
 */
interface UserInterest {
  /** Turns to a user. */
  void open(History history);

  /** L, behaviours that are present before a time. */
  int lengthBefore(long time);

  /**
   * Writes what goes into the prediction head.
   *
   * @param outputs (n, d), overwritten: before W_O
   * @param intensities (n, H), overwritten in networks with target attention
   */
  void find(TargetPage page, float[] outputs, float[] intensities);
}
