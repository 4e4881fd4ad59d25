package io.seminar.testdata.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the simulator is asked for. Immutable; checked when made. Two equal options give the same
 * bytes, whatever {@code threads} is.
 *
 * @param users number of users, at least 1
 * @param firstUser number of the first user: the same options with another one give other users of
 *     the same world, with the same items and queries
 * @param items size of the catalogue, at least 1
 * @param queries number of queries besides the browse query, at least 0
 * @param historyMean mean number of behaviours of a user, 1 to 1,000,000
 * @param historySpread standard deviation of the logarithm of the history length (log-normal about
 *     that mean); 0: every user has exactly the mean, rounded; at most 3
 * @param requestsPerUser logged pages of a user, 0 to 10,000
 * @param impressions items on a page, 1 to 200 and no more than the warm items
 * @param modalities in the data set's order; names distinct; queries have a vector if one is called
 *     {@value #TEXT}
 * @param latentDimension dimension of the space in which interests, queries and items live, 2 to
 *     1,024
 * @param interestsPerUser interests that a user has at a time, 1 to 64
 * @param drift distance (root of the expected squared length, on the unit sphere) that an interest
 *     walks over the time span, 0 to 10
 * @param renewals how often, on average, an interest dies over the time span and another is born in
 *     its place, 0 to 15
 * @param searchedShare expected share of behaviours reached by a query, 0 to 1
 * @param searchedRequestShare expected share of requests that are search pages, 0 to 1
 * @param coldItemShare share of the catalogue that is launched only in the middle of the request
 *     window, 0 to 0.9
 * @param coldTargetShare expected share of cold items among the impressions after the launch, 0 to
 *     1
 * @param missingModalityShare probability that an item lacks a modality, 0 to 0.95; every item
 *     keeps one at least
 * @param positionBias exponent of the examination probability {@code position^−positionBias}; 0:
 *     none; at most 3
 * @param clickBaseRate expected share of clicked impressions in either scenario, above 0 and below
 *     the mean examination probability
 * @param affinityStrength change of the click's log odds (given examination) by one standard
 *     deviation of affinity, 0 to 10
 * @param loggingStrength how strongly the logging policy follows its noisy view of the affinity; 0:
 *     uniform order; at most 3
 * @param categories clusters of items, 1 to 2,000
 * @param attributeVocabulary number of distinct attribute values, at least 1
 * @param tokenVocabulary number of distinct query tokens, at least 1
 * @param popularityExponent exponent of Zipf's law of item and query popularity, 0 to 3
 * @param start first moment of the time span
 * @param span length of the time span, an hour to 100 years
 * @param requestWindow share of the time span, at its end, that holds the requests, above 0 to 1
 * @param seed of everything that is drawn
 * @param threads that generate users, at least 1; changes nothing in the result
 */
public record SimulatorOptions(
    int users,
    int firstUser,
    int items,
    int queries,
    double historyMean,
    double historySpread,
    int requestsPerUser,
    int impressions,
    List<SimulatedModality> modalities,
    int latentDimension,
    int interestsPerUser,
    double drift,
    double renewals,
    double searchedShare,
    double searchedRequestShare,
    double coldItemShare,
    double coldTargetShare,
    double missingModalityShare,
    double positionBias,
    double clickBaseRate,
    double affinityStrength,
    double loggingStrength,
    int categories,
    int attributeVocabulary,
    int tokenVocabulary,
    double popularityExponent,
    Instant start,
    Duration span,
    double requestWindow,
    long seed,
    int threads) {
  /** Name of the modality whose space the query vectors share. */
  public static final String TEXT = "text";

  /**
   * @throws IllegalArgumentException if a value is outside its range; the message names the option,
   *     the value and the range
   */
  public SimulatorOptions {
    modalities = List.copyOf(modalities);
    atLeast("users", users, 1);
    atLeast("firstUser", firstUser, 0);
    atLeast("items", items, 1);
    atLeast("queries", queries, 0);
    within("historyMean", historyMean, 1, 1e6);
    within("historySpread", historySpread, 0, 3);
    within("requestsPerUser", requestsPerUser, 0, 10_000);
    within("impressions", impressions, 1, 200);
    within("latentDimension", latentDimension, 2, 1024);
    within("interestsPerUser", interestsPerUser, 1, 64);
    within("drift", drift, 0, 10);
    within("renewals", renewals, 0, UserInterests.EPOCHS - 1);
    within("searchedShare", searchedShare, 0, 1);
    within("searchedRequestShare", searchedRequestShare, 0, 1);
    within("coldItemShare", coldItemShare, 0, 0.9);
    within("coldTargetShare", coldTargetShare, 0, 1);
    within("missingModalityShare", missingModalityShare, 0, 0.95);
    within("positionBias", positionBias, 0, 3);
    within("affinityStrength", affinityStrength, 0, 10);
    within("loggingStrength", loggingStrength, 0, 3);
    within("categories", categories, 1, 2_000);
    atLeast("attributeVocabulary", attributeVocabulary, 1);
    atLeast("tokenVocabulary", tokenVocabulary, 1);
    within("popularityExponent", popularityExponent, 0, 3);
    within("requestWindow", requestWindow, Double.MIN_VALUE, 1);
    atLeast("threads", threads, 1);
    if (span.compareTo(Duration.ofHours(1)) < 0 || span.compareTo(Duration.ofDays(36_525)) > 0) {
      throw new IllegalArgumentException("span " + span + ": expected an hour to 100 years");
    }
    if (modalities.isEmpty()) {
      throw new IllegalArgumentException("modalities []: expected one at least");
    }
    Set<String> names = new HashSet<>();
    for (SimulatedModality modality : modalities) {
      if (!names.add(modality.name())) {
        throw new IllegalArgumentException(
            "modalities: \"" + modality.name() + "\" occurs twice: expected distinct names");
      }
    }
    if (queries == 0 && (searchedShare > 0 || searchedRequestShare > 0)) {
      throw new IllegalArgumentException(
          "queries 0: expected one at least for searchedShare "
              + searchedShare
              + " and searchedRequestShare "
              + searchedRequestShare);
    }
    int warm = items - coldItems(items, coldItemShare);
    if (warm < impressions) {
      throw new IllegalArgumentException(
          "items "
              + items
              + ": "
              + warm
              + " are warm with coldItemShare "
              + coldItemShare
              + ": expected at least the "
              + impressions
              + " impressions of a page");
    }
    double examined = 0;
    for (int position = 1; position <= impressions; position++) {
      examined += ClickModel.examination(position, positionBias) / impressions;
    }
    if (!(clickBaseRate > 0 && clickBaseRate < examined)) {
      throw new IllegalArgumentException(
          "clickBaseRate "
              + clickBaseRate
              + ": expected above 0 and below the mean examination probability "
              + examined
              + " of "
              + impressions
              + " positions with positionBias "
              + positionBias);
    }
    if (((long) firstUser + users) * Math.max(1, requestsPerUser) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "users "
              + users
              + (firstUser == 0 ? "" : " from " + firstUser + " on")
              + " with requestsPerUser "
              + requestsPerUser
              + ": expected at most "
              + Integer.MAX_VALUE
              + " requests in all");
    }
  }

  /**
   * Options at their defaults: a catalogue of 10,000 items, 1,000 users with about 500 behaviours
   * and 4 requests.
   */
  public static Builder builder() {
    return new Builder();
  }

  int coldItems() {
    return coldItems(items, coldItemShare);
  }

  private static int coldItems(int items, double share) {
    return (int) Math.round(items * share);
  }

  /** Position of the modality called {@value #TEXT}, or −1. */
  int textModality() {
    for (int m = 0; m < modalities.size(); m++) {
      if (modalities.get(m).name().equals(TEXT)) {
        return m;
      }
    }
    return -1;
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " " + value + ": expected at least " + least);
    }
  }

  private static void within(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " " + value + ": expected " + least + " to " + most);
    }
  }

  private static void within(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          name + " " + value + ": expected " + least + " to " + most);
    }
  }

  /** Collects options; {@link #build} checks them. */
  public static final class Builder {
    private int users = 1_000;
    private int firstUser;
    private int items = 10_000;
    private int queries = 2_000;
    private double historyMean = 500;
    private double historySpread = 0.6;
    private int requestsPerUser = 4;
    private int impressions = 20;
    private List<SimulatedModality> modalities =
        List.of(
            SimulatedModality.parse("text:64"),
            SimulatedModality.parse("image:64"),
            SimulatedModality.parse("attribute:64"));
    private int latentDimension = 32;
    private int interestsPerUser = 12;
    private double drift = 0.4;
    private double renewals = 0.3;
    private double searchedShare = 0.4;
    private double searchedRequestShare = 0.5;
    private double coldItemShare = 0.2;
    private double coldTargetShare = 0.2;
    private double missingModalityShare = 0.05;
    private double positionBias = 0.5;
    private double clickBaseRate = 0.15;
    private double affinityStrength = 2;
    private double loggingStrength = 0.5;
    private int categories = 40;
    private int attributeVocabulary = 2_000;
    private int tokenVocabulary = 10_000;
    private double popularityExponent = 0.8;
    private Instant start = Instant.parse("2026-01-01T00:00:00Z");
    private Duration span = Duration.ofDays(180);
    private double requestWindow = 0.2;
    private long seed = 1;
    private int threads = Runtime.getRuntime().availableProcessors();

    private Builder() {}

    public Builder users(int users) {
      this.users = users;
      return this;
    }

    public Builder firstUser(int firstUser) {
      this.firstUser = firstUser;
      return this;
    }

    public Builder items(int items) {
      this.items = items;
      return this;
    }

    public Builder queries(int queries) {
      this.queries = queries;
      return this;
    }

    public Builder historyMean(double historyMean) {
      this.historyMean = historyMean;
      return this;
    }

    public Builder historySpread(double historySpread) {
      this.historySpread = historySpread;
      return this;
    }

    public Builder requestsPerUser(int requestsPerUser) {
      this.requestsPerUser = requestsPerUser;
      return this;
    }

    public Builder impressions(int impressions) {
      this.impressions = impressions;
      return this;
    }

    public Builder modalities(List<SimulatedModality> modalities) {
      this.modalities = modalities;
      return this;
    }

    public Builder latentDimension(int latentDimension) {
      this.latentDimension = latentDimension;
      return this;
    }

    public Builder interestsPerUser(int interestsPerUser) {
      this.interestsPerUser = interestsPerUser;
      return this;
    }

    public Builder drift(double drift) {
      this.drift = drift;
      return this;
    }

    public Builder renewals(double renewals) {
      this.renewals = renewals;
      return this;
    }

    public Builder searchedShare(double searchedShare) {
      this.searchedShare = searchedShare;
      return this;
    }

    public Builder searchedRequestShare(double searchedRequestShare) {
      this.searchedRequestShare = searchedRequestShare;
      return this;
    }

    public Builder coldItemShare(double coldItemShare) {
      this.coldItemShare = coldItemShare;
      return this;
    }

    public Builder coldTargetShare(double coldTargetShare) {
      this.coldTargetShare = coldTargetShare;
      return this;
    }

    public Builder missingModalityShare(double missingModalityShare) {
      this.missingModalityShare = missingModalityShare;
      return this;
    }

    public Builder positionBias(double positionBias) {
      this.positionBias = positionBias;
      return this;
    }

    public Builder clickBaseRate(double clickBaseRate) {
      this.clickBaseRate = clickBaseRate;
      return this;
    }

    public Builder affinityStrength(double affinityStrength) {
      this.affinityStrength = affinityStrength;
      return this;
    }

    public Builder loggingStrength(double loggingStrength) {
      this.loggingStrength = loggingStrength;
      return this;
    }

    public Builder categories(int categories) {
      this.categories = categories;
      return this;
    }

    public Builder attributeVocabulary(int attributeVocabulary) {
      this.attributeVocabulary = attributeVocabulary;
      return this;
    }

    public Builder tokenVocabulary(int tokenVocabulary) {
      this.tokenVocabulary = tokenVocabulary;
      return this;
    }

    public Builder popularityExponent(double popularityExponent) {
      this.popularityExponent = popularityExponent;
      return this;
    }

    public Builder start(Instant start) {
      this.start = start;
      return this;
    }

    public Builder span(Duration span) {
      this.span = span;
      return this;
    }

    public Builder requestWindow(double requestWindow) {
      this.requestWindow = requestWindow;
      return this;
    }

    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    public Builder threads(int threads) {
      this.threads = threads;
      return this;
    }

    /**
     * The options.
     *
     * @throws IllegalArgumentException if a value is outside its range
     */
    public SimulatorOptions build() {
      return new SimulatorOptions(
          users,
          firstUser,
          items,
          queries,
          historyMean,
          historySpread,
          requestsPerUser,
          impressions,
          modalities,
          latentDimension,
          interestsPerUser,
          drift,
          renewals,
          searchedShare,
          searchedRequestShare,
          coldItemShare,
          coldTargetShare,
          missingModalityShare,
          positionBias,
          clickBaseRate,
          affinityStrength,
          loggingStrength,
          categories,
          attributeVocabulary,
          tokenVocabulary,
          popularityExponent,
          start,
          span,
          requestWindow,
          seed,
          threads);
    }
  }
}
