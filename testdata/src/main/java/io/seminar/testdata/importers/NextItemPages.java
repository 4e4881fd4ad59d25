package io.seminar.testdata.importers;

import io.seminar.sessions.History;
import io.seminar.sessions.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Constructs pages for logs that say what a user took but not what else was shown: the item that
 * the user took next, among items drawn by popularity.
 *
 * <p>Each graded event in the last part of a user's events becomes a request at its own time. Its
 * page holds the item and up to n others, drawn with replacement from all events of the log (so an
 * item with twice the events comes up twice as often), without items that this user has anywhere in
 * the log and without repetition. The draw is a hash of (seed, user, event, attempt): the page is
 * part of the data and the same for every arm and every run. The place of the true item on the page
 * is drawn the same way. A small catalogue can run out of items: after {@value #ATTEMPTS} attempts
 * a place the page stays shorter.
 *
 * <p>Metrics on such pages compare arms with one another; they are no estimate of what a real page
 * would have shown, and sampled negatives can even change the order of arms (Krichene and Rendle,
 * "On Sampled Metrics for Item Recommendation", KDD 2020).
 */
final class NextItemPages {
  /** Most items that may be drawn for a page. */
  static final int MAX_NEGATIVES = 10_000;

  /** What the notes of a data set with such pages say. */
  static final String NOTE =
      "Pages: for each event in the last part of a user's events, the item taken there among items that nobody knows to have"
          + " been shown: drawn by a seeded hash in proportion to their events in the whole log, later ones included, without"
          + " items of the same user; the draw is frozen in the data. Positions are drawn too. Metrics on sampled pages compare"
          + " arms and estimate nothing.";

  private static final int ATTEMPTS = 20;

  private final double share;
  private final int negatives;
  private final long seed;
  private final long[] cumulative;
  private final List<Request> requests = new ArrayList<>();
  private long next;

  /**
   * @param share of each user's events, at the end, that become requests: in (0, 1]
   * @param negatives items drawn beside the true one
   * @param seed of the draw
   * @param counts by item: events of it in the log; consumed
   */
  NextItemPages(double share, int negatives, long seed, long[] counts) {
    this.share = share;
    this.negatives = negatives;
    this.seed = seed;
    if (negatives < 0 || negatives > MAX_NEGATIVES) {
      throw new IllegalArgumentException(
          "negatives " + negatives + ": expected 0 to " + MAX_NEGATIVES);
    }
    for (int i = 1; i < counts.length; i++) {
      counts[i] += counts[i - 1];
    }
    this.cumulative = counts;
  }

  /** Events of each item, for the constructor; from the staged tables. */
  static long[] countEvents(ImportDatabase db) {
    long[] counts = new long[Math.toIntExact(db.number("SELECT count(*) FROM item_source"))];
    db.forEach(
        "SELECT item, count(*) FROM events GROUP BY item",
        row -> counts[row.getInt(1)] = row.getLong(2));
    return counts;
  }

  /**
   * The first event that belongs to the last part. At least one event is left before it and at
   * least one after; a single event stays history.
   */
  static int firstOfLastPart(int length, double share) {
    return length < 2
        ? length
        : Math.max(1, length - Math.max(1, (int) Math.floor(length * share)));
  }

  /**
   * The requests of a user. Ids are counted through over all calls, from 0.
   *
   * @param grades an entry a behaviour: the label of its item on a page; 0: no page for it
   */
  List<Request> requests(String user, History history, byte[] grades) {
    requests.clear();
    int[] own = history.item().clone();
    Arrays.sort(own);
    long key = FeatureHashing.mix(seed) ^ FeatureHashing.key(user);
    for (int e = firstOfLastPart(history.length(), share); e < history.length(); e++) {
      if (grades[e] > 0) {
        requests.add(request(history, e, grades[e], own, FeatureHashing.mix(key + e)));
      }
    }
    return List.copyOf(requests);
  }

  private Request request(History history, int event, byte grade, int[] own, long key) {
    int[] items = new int[1 + negatives];
    items[0] = history.item()[event];
    int length = 1;
    long total = cumulative[cumulative.length - 1];
    for (int attempt = 0; attempt < negatives * ATTEMPTS && length < items.length; attempt++) {
      long drawn = Long.remainderUnsigned(FeatureHashing.mix(key + attempt + 1), total);
      int item = itemOf(drawn);
      if (Arrays.binarySearch(own, item) < 0 && !contains(items, length, item)) {
        items[length++] = item;
      }
    }
    int place = (int) Long.remainderUnsigned(FeatureHashing.mix(~key), length);
    items[0] = items[place];
    items[place] = history.item()[event];
    byte[] labels = new byte[length];
    labels[place] = grade;
    short[] positions = new short[length];
    for (int i = 0; i < length; i++) {
      positions[i] = (short) (i + 1);
    }
    return new Request(
        next++,
        history.time()[event],
        history.query()[event],
        Arrays.copyOf(items, length),
        positions,
        labels,
        null);
  }

  /**
   * The item whose events cover the drawn one: the first with more than {@code drawn} events up to
   * and with it.
   */
  private int itemOf(long drawn) {
    int low = 0;
    int high = cumulative.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (cumulative[middle] > drawn) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private static boolean contains(int[] items, int length, int item) {
    for (int i = 0; i < length; i++) {
      if (items[i] == item) {
        return true;
      }
    }
    return false;
  }
}
