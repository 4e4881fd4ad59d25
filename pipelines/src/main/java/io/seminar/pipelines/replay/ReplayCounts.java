package io.seminar.pipelines.replay;

import java.io.Serializable;

/**
 * What went through a replay, and what did not.
 *
 * @param users replayed
 * @param requests replayed
 * @param impressions scored
 * @param behaviours in the users' histories
 * @param behavioursWithoutVector left out of every arm, as they have no vector at all
 * @param impressionsWithoutVector left unscored (score 0, fidelity undefined) for the same reason
 * @param deadLetters bad records that were set aside
 */
public record ReplayCounts(
    long users,
    long requests,
    long impressions,
    long behaviours,
    long behavioursWithoutVector,
    long impressionsWithoutVector,
    long deadLetters)
    implements Serializable {
  /** Nothing yet. */
  public static final ReplayCounts NONE = new ReplayCounts(0, 0, 0, 0, 0, 0, 0);

  /** The sum of both. */
  public ReplayCounts plus(ReplayCounts other) {
    return new ReplayCounts(
        users + other.users,
        requests + other.requests,
        impressions + other.impressions,
        behaviours + other.behaviours,
        behavioursWithoutVector + other.behavioursWithoutVector,
        impressionsWithoutVector + other.impressionsWithoutVector,
        deadLetters + other.deadLetters);
  }
}
