package io.seminar.pipelines.replay;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What went through a replay, and what did not.
 *
 * @param users replayed
 * @param requests replayed
 * @param impressions scored
 * @param behaviours in the users' histories
 * @param unread an entry a model that arms retrieve for, in the order of {@link
 *     ReplaySpec#attentionModels()}; empty where nothing was replayed
 * @param deadLetters bad records that were set aside
 */
record ReplayCounts(
    long users,
    long requests,
    long impressions,
    long behaviours,
    List<Unread> unread,
    long deadLetters)
    implements Serializable {
  /** Nothing yet. */
  public static final ReplayCounts NONE = new ReplayCounts(0, 0, 0, 0, List.of(), 0);

  /**
   * What holds nothing that a model reads, no vector at all for example.
   *
   * @param behaviours left out of the model's arms
   * @param impressions that the model knows nothing of (fidelity undefined)
   */
  public record Unread(long behaviours, long impressions) implements Serializable {}

  /** Copies the list, so that it can be written. */
  public ReplayCounts {
    unread = new ArrayList<>(unread);
  }

  /** The sum of both. */
  public ReplayCounts plus(ReplayCounts other) {
    return new ReplayCounts(
        users + other.users,
        requests + other.requests,
        impressions + other.impressions,
        behaviours + other.behaviours,
        sum(unread, other.unread),
        deadLetters + other.deadLetters);
  }

  private static List<Unread> sum(List<Unread> some, List<Unread> others) {
    if (some.isEmpty() || others.isEmpty()) {
      return some.isEmpty() ? others : some;
    }
    List<Unread> sums = new ArrayList<>();
    for (int m = 0; m < some.size(); m++) {
      sums.add(
          new Unread(
              some.get(m).behaviours + others.get(m).behaviours,
              some.get(m).impressions + others.get(m).impressions));
    }
    return sums;
  }
}
