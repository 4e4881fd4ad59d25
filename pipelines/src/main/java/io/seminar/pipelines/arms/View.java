package io.seminar.pipelines.arms;

/**
 * What only some arms read of a history, and what is therefore only written where an arm that reads
 * it is there.
 */
public enum View {
  /** The embedded pairs. */
  PAIRS,
  /** The vectors of the pairs' fields. */
  FIELDS,
  /** The behaviours' factors, where scores that are summed over the fields have them. */
  SCALES,
  /** The items' categories. */
  CATEGORIES
}
