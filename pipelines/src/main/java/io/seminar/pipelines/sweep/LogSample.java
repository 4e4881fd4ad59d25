package io.seminar.pipelines.sweep;

import io.seminar.metrics.inference.UserHash;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.History;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import io.seminar.sessions.UserReader;
import io.seminar.sessions.UserSplit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * What a sweep needs of a data set, drawn by seed in one pass over its users and in memory that
 * does not grow with them: requests of the evaluated part, one a user as long as there are users;
 * other users whose behaviours can be borrowed; and the times at which requests came.
 */
final class LogSample {
  /** Whether a model reads anything of a pair. */
  interface Readable {
    boolean holds(int item, int query);
  }

  /**
   * How much to draw.
   *
   * @param evaluateFrom requests from this time on, in ms since 1970
   * @param requests how many
   * @param longest L, of the longest histories to make
   * @param arrivals request times
   */
  record Wanted(long evaluateFrom, int requests, int longest, int arrivals) {}

  /**
   * A request drawn.
   *
   * @param own the user's behaviours before it that the model reads, at most the longest history's
   *     last
   */
  record Asked(String user, Request request, History own) {}

  /**
   * A user who can be borrowed from.
   *
   * @param behaviours that the model reads
   */
  record Donor(String user, History behaviours) {}

  /** Behaviours to borrow from, in lengths of the longest history: so that histories differ. */
  private static final int DONATED = 3;

  private record Ranked<T>(int round, long hash, T value) {
    private static final Comparator<Ranked<?>> LAST_FIRST =
        Comparator.<Ranked<?>>comparingInt(Ranked::round)
            .thenComparing(Ranked::hash, Long::compareUnsigned)
            .reversed();
  }

  private final Wanted wanted;
  private final Readable readable;
  private final long seed;
  private final PriorityQueue<Ranked<Asked>> asked = new PriorityQueue<>(Ranked.LAST_FIRST);
  private final PriorityQueue<Ranked<Donor>> donors = new PriorityQueue<>(Ranked.LAST_FIRST);
  private long donated;
  private long[] arrivals;
  private int arrived;
  private long badUsers;

  private LogSample(Wanted wanted, Readable readable, long seed) {
    this.wanted = wanted;
    this.readable = readable;
    this.seed = seed;
    this.arrivals = new long[2 * Math.max(1, wanted.arrivals())];
  }

  /** Draws; the same seed draws the same, however the users are split. */
  static LogSample read(Dataset dataset, Wanted wanted, Readable readable, long seed) {
    LogSample sample = new LogSample(wanted, readable, seed);
    for (UserSplit split : dataset.userSplits()) {
      try (UserReader reader = dataset.readUsers(split)) {
        while (reader.next()) {
          if (reader.problem() == null) {
            sample.look(reader.user());
          } else {
            sample.badUsers++;
          }
        }
      }
    }
    sample.keepEarliest();
    return sample;
  }

  private void look(User user) {
    History readableHistory = readable(user.history());
    if (readableHistory.length() == 0) {
      return;
    }
    offerDonor(user.id(), readableHistory);
    List<Ranked<Request>> requests = new ArrayList<>();
    for (Request request : user.requests()) {
      if (request.time() >= wanted.evaluateFrom()) {
        arrive(request.time());
        if (readableHistory.lengthBefore(request.time()) > 0) {
          requests.add(new Ranked<>(0, hash("request", user.id() + "/" + request.id()), request));
        }
      }
    }
    requests.sort(Ranked.LAST_FIRST.reversed());
    for (int round = 0; round < requests.size(); round++) {
      Request request = requests.get(round).value();
      int before = readableHistory.lengthBefore(request.time());
      int from = Math.max(0, before - wanted.longest());
      asked.add(
          new Ranked<>(
              round,
              hash("user", user.id()),
              new Asked(user.id(), request, part(readableHistory, from, before))));
      if (asked.size() > wanted.requests()) {
        asked.poll();
      }
    }
  }

  private void offerDonor(String user, History behaviours) {
    donors.add(new Ranked<>(0, hash("donor", user), new Donor(user, behaviours)));
    donated += behaviours.length();
    long needed = (long) DONATED * wanted.longest();
    while (donated - donors.peek().value().behaviours().length() >= needed) {
      donated -= donors.poll().value().behaviours().length();
    }
  }

  private void arrive(long time) {
    if (arrived == arrivals.length) {
      keepEarliest();
    }
    arrivals[arrived++] = time;
  }

  private void keepEarliest() {
    Arrays.sort(arrivals, 0, arrived);
    arrived = Math.min(arrived, wanted.arrivals());
  }

  private long hash(String purpose, String key) {
    return UserHash.of(seed + "/sweep/" + purpose + "/" + key);
  }

  private History readable(History history) {
    int n = 0;
    int[] rows = new int[history.length()];
    for (int l = 0; l < rows.length; l++) {
      if (readable.holds(history.item()[l], history.query()[l])) {
        rows[n++] = l;
      }
    }
    long[] time = new long[n];
    int[] item = new int[n];
    int[] query = new int[n];
    byte[] action = new byte[n];
    for (int i = 0; i < n; i++) {
      time[i] = history.time()[rows[i]];
      item[i] = history.item()[rows[i]];
      query[i] = history.query()[rows[i]];
      action[i] = history.action()[rows[i]];
    }
    return new History(time, item, query, action);
  }

  /** The behaviours {@code from} to {@code to}, without the last. */
  static History part(History history, int from, int to) {
    return new History(
        Arrays.copyOfRange(history.time(), from, to),
        Arrays.copyOfRange(history.item(), from, to),
        Arrays.copyOfRange(history.query(), from, to),
        Arrays.copyOfRange(history.action(), from, to));
  }

  /** The requests drawn, in the order of the draw: a first few are a smaller draw. */
  List<Asked> asked() {
    return asked.stream().sorted(Ranked.LAST_FIRST.reversed()).map(Ranked::value).toList();
  }

  /** The users to borrow from, in the order of the draw. */
  List<Donor> donors() {
    return donors.stream().sorted(Ranked.LAST_FIRST.reversed()).map(Ranked::value).toList();
  }

  /** Times of the earliest evaluated requests of all users, in order, ms since 1970. */
  long[] arrivals() {
    return Arrays.copyOf(arrivals, arrived);
  }

  /** Users whose record is bad: they are left out. */
  long badUsers() {
    return badUsers;
  }
}
