package io.seminar.network.examples;

import io.seminar.sessions.History;
import io.seminar.sessions.Request;

/** How often items occur before the end of training: what a network can know of their ids. */
public final class Occurrences {
  private Occurrences() {}

  /**
   * Counts every item's behaviours and impressions, clicked or not, before T1: one pass over the
   * users.
   *
   * @return (items); exact up to 2^24, rounded to a float beyond
   */
  public static float[] before(UserWindows users, TimeSplit split) {
    // Counted in integers: a float that has reached 2^24 would not grow by 1.
    int[] counts = new int[users.dataset().descriptor().counts().items()];
    users.forEach(
        user -> {
          History history = user.history();
          int length = history.lengthBefore(split.trainUntil());
          for (int l = 0; l < length; l++) {
            counts[history.item()[l]]++;
          }
          for (Request request : user.requests()) {
            if (split.trains(request.time())) {
              for (int item : request.item()) {
                counts[item]++;
              }
            }
          }
        });
    float[] occurrences = new float[counts.length];
    for (int item = 0; item < counts.length; item++) {
      occurrences[item] = counts[item];
    }
    return occurrences;
  }
}
