package io.seminar.sessions;

/**
 * One logged page: what was shown, where, and what was clicked. The arrays have one length, an
 * entry an impression, at least one; they are not copied and nobody may change them.
 *
 * @param id unique among the user's requests
 * @param time milliseconds since 1970-01-01T00:00Z
 * @param query ordinal of the query searched for; 0: a page of the browse feed
 * @param item item ordinals
 * @param position place on the page as logged
 * @param label 0: not clicked; 1 or more: clicked, larger grades are better
 * @param propensity probability, in (0, 1], with which the logging policy showed this item at this
 *     position; NaN where it was not logged; {@code null}: logged for none
 */
public record Request(
    long id, long time, int query, int[] item, short[] position, byte[] label, float[] propensity) {
  /** Number of impressions. */
  public int length() {
    return item.length;
  }
}
