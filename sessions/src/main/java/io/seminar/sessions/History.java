package io.seminar.sessions;

/**
 * A user's behaviours, oldest first. The arrays have one length, an entry a behaviour; they are not
 * copied, and nobody who is handed a history may change them.
 *
 * @param time milliseconds since 1970-01-01T00:00Z, never falling
 * @param item item ordinals
 * @param query ordinals of the queries that led to the items; 0: reached by browsing
 * @param action {@link Action} codes
 */
public record History(long[] time, int[] item, int[] query, byte[] action) {
  /** The history of a user who has done nothing yet. */
  public static final History EMPTY = new History(new long[0], new int[0], new int[0], new byte[0]);

  /** Number of behaviours. */
  public int length() {
    return time.length;
  }

  /**
   * How many behaviours a request at {@code time} may see: those strictly before it. A behaviour at
   * the very millisecond of the request is left out, since it may be the answer to that request.
   *
   * @return the number of behaviours with time {@code < time}; they are the first ones
   */
  public int lengthBefore(long time) {
    return lengthBefore(time, this.time, this.time.length);
  }

  /**
   * The same for behaviours that somebody else holds.
   *
   * @param times never falling
   * @param length how many of them there are
   * @return the number of times {@code < time}; they are the first ones
   */
  public static int lengthBefore(long time, long[] times, int length) {
    int low = 0;
    int high = length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (times[middle] < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
