package io.seminar.network.examples;

import io.seminar.sessions.DatasetException;
import io.seminar.sessions.History;
import io.seminar.sessions.Problem;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How much there is to train and validate on, so that training that cannot work is refused before
 * it starts. Nothing from T2 on is looked at.
 *
 * @param data the data set's folder, for messages
 * @param split what separates the periods
 * @param training requests before T1
 * @param validation requests from T1 to T2
 * @param rankedUsers users whose impressions in validation are clicked and not clicked: GAUC is
 *     defined over these
 * @param behaviours before T1
 * @param searchedBehaviours those of them that a query led to
 */
public record ExampleCounts(
    String data,
    TimeSplit split,
    Period training,
    Period validation,
    long rankedUsers,
    long behaviours,
    long searchedBehaviours) {
  /**
   * Sums over a period.
   *
   * @param requests pages
   * @param impressions on these
   * @param clicks impressions with a label of 1 or more
   */
  public record Period(long requests, long impressions, long clicks) {
    private void putInto(SortedMap<String, Long> counts, String period) {
      counts.put(period + "-requests", requests);
      counts.put(period + "-impressions", impressions);
      counts.put(period + "-clicks", clicks);
    }
  }

  /** Counts in one pass over the users. */
  public static ExampleCounts of(UserWindows users, TimeSplit split) {
    Counter counter = new Counter(split);
    users.forEach(counter::add);
    return new ExampleCounts(
        users.dataset().folder().toString(),
        split,
        counter.training.toPeriod(),
        counter.validation.toPeriod(),
        counter.rankedUsers,
        counter.behaviours,
        counter.searchedBehaviours);
  }

  /** The counts for a record: the period and what is counted, with a hyphen between. */
  public SortedMap<String, Long> byName() {
    SortedMap<String, Long> counts = new TreeMap<>();
    training.putInto(counts, "training");
    validation.putInto(counts, "validation");
    counts.put("validation-ranked-users", rankedUsers);
    counts.put("training-behaviours", behaviours);
    counts.put("training-searched-behaviours", searchedBehaviours);
    return counts;
  }

  /**
   * Refuses what no ranking can be learned from, or validated on.
   *
   * @throws DatasetException if no request is for training or none for validation, if the
   *     impressions for training are all clicked or none is, or if no user's impressions for
   *     validation are of both classes
   */
  public void requireBothClasses() {
    String trainingPeriod = "before " + Instant.ofEpochMilli(split.trainUntil());
    String validationPeriod =
        "from "
            + Instant.ofEpochMilli(split.trainUntil())
            + " to "
            + Instant.ofEpochMilli(split.validateUntil());
    requireRequests(training, trainingPeriod, "train");
    requireRequests(validation, validationPeriod, "validate");
    if (training.clicks == 0 || training.clicks == training.impressions) {
      throw refusal(
          trainingPeriod,
          training.impressions
              + " impressions, "
              + (training.clicks == 0 ? "none" : "all")
              + " of them clicked",
          "clicked and other ones to train on");
    }
    if (rankedUsers == 0) {
      throw refusal(
          validationPeriod,
          validation.impressions
              + " impressions, "
              + validation.clicks
              + " of them clicked, but no user with clicked and other ones",
          "such users to validate on");
    }
  }

  /**
   * Refuses what nothing can be learned from behaviours alone.
   *
   * @throws DatasetException if there is no behaviour before T1
   */
  public void requireBehaviours() {
    if (behaviours == 0) {
      throw new DatasetException(
          new Problem(
              data,
              -1,
              "history",
              "no behaviour before " + Instant.ofEpochMilli(split.trainUntil()),
              "behaviours to pretrain on"));
    }
  }

  private void requireRequests(Period found, String period, String purpose) {
    if (found.requests == 0) {
      throw refusal(period, "no request", "requests to " + purpose + " on");
    }
  }

  private DatasetException refusal(String period, String found, String expected) {
    return new DatasetException(new Problem(data, -1, "requests " + period, found, expected));
  }

  private static final class Counter {
    private final TimeSplit split;
    private final Sums training = new Sums();
    private final Sums validation = new Sums();
    private long rankedUsers;
    private long behaviours;
    private long searchedBehaviours;

    Counter(TimeSplit split) {
      this.split = split;
    }

    void add(User user) {
      History history = user.history();
      int length = history.lengthBefore(split.trainUntil());
      behaviours += length;
      for (int l = 0; l < length; l++) {
        searchedBehaviours += history.query()[l] != 0 ? 1 : 0;
      }
      long impressionsBefore = validation.impressions;
      long clicksBefore = validation.clicks;
      for (Request request : user.requests()) {
        if (split.trains(request.time())) {
          training.add(request);
        } else if (split.validates(request.time())) {
          validation.add(request);
        }
      }
      long clicks = validation.clicks - clicksBefore;
      rankedUsers += clicks > 0 && clicks < validation.impressions - impressionsBefore ? 1 : 0;
    }
  }

  private static final class Sums {
    private long requests;
    private long impressions;
    private long clicks;

    void add(Request request) {
      requests++;
      impressions += request.length();
      for (byte label : request.label()) {
        clicks += label > 0 ? 1 : 0;
      }
    }

    Period toPeriod() {
      return new Period(requests, impressions, clicks);
    }
  }
}
