package io.seminar.sessions;

/** How often each item occurs in the data set: what decides whether it is cold. */
public final class ItemCounts {
  private final int[] historyEvents;
  private final int[] impressions;

  ItemCounts(int[] historyEvents, int[] impressions) {
    this.historyEvents = historyEvents;
    this.impressions = impressions;
  }

  /** Number of items. */
  public int size() {
    return historyEvents.length;
  }

  /** Behaviours, over all users, with this item. */
  public int historyEvents(int item) {
    return historyEvents[item];
  }

  /** Impressions, over all users, of this item. */
  public int impressions(int item) {
    return impressions[item];
  }
}
