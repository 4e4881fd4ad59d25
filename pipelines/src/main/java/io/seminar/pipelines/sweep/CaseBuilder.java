package io.seminar.pipelines.sweep;

import io.seminar.metrics.inference.UserHash;
import io.seminar.sessions.History;
import io.seminar.sessions.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Makes requests with histories of an exact length. A user's own last behaviours come last; where
 * there are fewer, behaviours of other users, drawn by seed and in time order, stand before them,
 * moved back in time as far as that takes.
 */
final class CaseBuilder {
  private final LogSample sample;
  private final LogSample.Readable readable;
  private final int items;
  private final long seed;

  /**
   * Sets up.
   *
   * @param items of the catalogue, from which pages are filled up
   */
  CaseBuilder(LogSample sample, LogSample.Readable readable, int items, long seed) {
    this.sample = sample;
    this.readable = readable;
    this.items = items;
    this.seed = seed;
  }

  /**
   * The requests with histories of one length.
   *
   * @param length L
   * @param targets candidates of every page
   * @throws IllegalArgumentException if the catalogue does not fill a page
   */
  List<SweepRequest> requests(int length, int targets) {
    List<SweepRequest> requests = new ArrayList<>();
    for (LogSample.Asked asked : sample.asked()) {
      requests.add(request(asked, length, targets));
    }
    return requests;
  }

  private SweepRequest request(LogSample.Asked asked, int length, int targets) {
    History own = asked.own();
    int taken = Math.min(length, own.length());
    Borrowed borrowed = borrow(asked.user(), length - taken, own.time()[own.length() - taken]);
    History history = join(borrowed.history(), own, taken);
    Set<Long> pairs = new HashSet<>();
    for (int l = 0; l < length; l++) {
      pairs.add((long) history.item()[l] << 32 | history.query()[l]);
    }
    Request logged = asked.request();
    int[] page = page(asked, targets);
    Set<Integer> shown = new HashSet<>();
    Arrays.stream(logged.item()).forEach(shown::add);
    int onPage = (int) Arrays.stream(page).filter(shown::contains).count();
    return new SweepRequest(
        asked.user(),
        new Request(
            logged.id(),
            logged.time(),
            logged.query(),
            page,
            new short[targets],
            new byte[targets],
            null),
        onPage,
        history,
        length - taken,
        borrowed.repeated(),
        pairs.size());
  }

  private record Borrowed(History history, int repeated) {}

  /** The last behaviours of other users in an order of this user's own, none after {@code last}. */
  private Borrowed borrow(String user, int n, long last) {
    if (n == 0) {
      return new Borrowed(History.EMPTY, 0);
    }
    List<LogSample.Donor> donors = new ArrayList<>();
    sample.donors().stream().filter(donor -> !donor.user().equals(user)).forEach(donors::add);
    if (donors.isEmpty()) {
      throw new IllegalArgumentException(
          "user "
              + user
              + " has "
              + n
              + " behaviours too few and there is no other user, expected one to borrow from");
    }
    donors.sort(
        Comparator.comparing(
            donor -> UserHash.of(seed + "/borrow/" + user + "/" + donor.user()),
            Long::compareUnsigned));
    long[] time = new long[n];
    int[] item = new int[n];
    int[] query = new int[n];
    byte[] action = new byte[n];
    int filled = 0;
    int once = -1;
    for (int d = 0; filled < n; d++) {
      if (d == donors.size()) {
        once = filled;
      }
      History from = donors.get(d % donors.size()).behaviours();
      int taken = Math.min(n - filled, from.length());
      int start = from.length() - taken;
      System.arraycopy(from.time(), start, time, filled, taken);
      System.arraycopy(from.item(), start, item, filled, taken);
      System.arraycopy(from.query(), start, query, filled, taken);
      System.arraycopy(from.action(), start, action, filled, taken);
      filled += taken;
    }
    History sorted = inTimeOrder(new History(time, item, query, action));
    long back = Math.max(0, sorted.time()[n - 1] - last);
    for (int l = 0; l < n; l++) {
      sorted.time()[l] -= back;
    }
    return new Borrowed(sorted, once < 0 ? 0 : n - once);
  }

  private static History inTimeOrder(History history) {
    int n = history.length();
    Integer[] order = new Integer[n];
    Arrays.setAll(order, l -> l);
    Arrays.sort(order, Comparator.comparingLong(l -> history.time()[l])); // stable
    long[] time = new long[n];
    int[] item = new int[n];
    int[] query = new int[n];
    byte[] action = new byte[n];
    for (int l = 0; l < n; l++) {
      time[l] = history.time()[order[l]];
      item[l] = history.item()[order[l]];
      query[l] = history.query()[order[l]];
      action[l] = history.action()[order[l]];
    }
    return new History(time, item, query, action);
  }

  /** All of one history, then the last behaviours of another. */
  private static History join(History first, History second, int taken) {
    int n = first.length();
    int from = second.length() - taken;
    History joined =
        new History(
            Arrays.copyOf(first.time(), n + taken),
            Arrays.copyOf(first.item(), n + taken),
            Arrays.copyOf(first.query(), n + taken),
            Arrays.copyOf(first.action(), n + taken));
    System.arraycopy(second.time(), from, joined.time(), n, taken);
    System.arraycopy(second.item(), from, joined.item(), n, taken);
    System.arraycopy(second.query(), from, joined.query(), n, taken);
    System.arraycopy(second.action(), from, joined.action(), n, taken);
    return joined;
  }

  /** The logged candidates that the model reads, each once, then others drawn by seed. */
  private int[] page(LogSample.Asked asked, int targets) {
    Request request = asked.request();
    LinkedHashSet<Integer> page = new LinkedHashSet<>();
    for (int item : request.item()) {
      if (page.size() < targets && readable.holds(item, request.query())) {
        page.add(item);
      }
    }
    SplittableRandom random =
        new SplittableRandom(UserHash.of(seed + "/fill/" + asked.user() + "/" + request.id()));
    for (long tries = 100L * (targets + items); page.size() < targets; tries--) {
      if (tries == 0) {
        throw new IllegalArgumentException(
            "a page of "
                + targets
                + " targets cannot be filled from a catalogue of "
                + items
                + " items, expected as many that the model reads");
      }
      int item = random.nextInt(items);
      if (readable.holds(item, request.query())) {
        page.add(item);
      }
    }
    return page.stream().mapToInt(Integer::intValue).toArray();
  }
}
