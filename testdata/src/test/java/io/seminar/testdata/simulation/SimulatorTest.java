package io.seminar.testdata.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetDescriptor;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.History;
import io.seminar.sessions.ItemCounts;
import io.seminar.sessions.QueryTable;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import io.seminar.sessions.UserReader;
import io.seminar.sessions.UserSplit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatorTest {
  @TempDir private Path folder;

  private static SimulatorOptions.Builder small() {
    return SimulatorOptions.builder()
        .users(60)
        .items(500)
        .queries(80)
        .categories(10)
        .historyMean(120)
        .requestsPerUser(4)
        .impressions(10)
        .latentDimension(12)
        .interestsPerUser(4)
        .modalities(
            List.of(
                SimulatedModality.parse("text:16"),
                SimulatedModality.parse("image:12:0.9"),
                SimulatedModality.parse("attribute:8")))
        .threads(2);
  }

  private Dataset write(String name, SimulatorOptions options) {
    Path out = folder.resolve(name);
    new Simulator(options).write(out, false, users -> {});
    return Dataset.open(out);
  }

  private static List<User> users(Dataset dataset) {
    List<User> users = new ArrayList<>();
    for (UserSplit split : dataset.userSplits()) {
      try (UserReader reader = dataset.readUsers(split)) {
        while (reader.next()) {
          assertThat(reader.problem()).isNull();
          users.add(reader.user());
        }
      }
    }
    return users;
  }

  private SimulationTruth truth(Dataset dataset) {
    return SimulationTruth.open(SimulationTruth.folderOf(dataset.folder()), dataset.digest());
  }

  private static BitSet cold(SimulatorOptions options) {
    BitSet cold = new BitSet();
    for (int item : new LatentWorld(options).coldItem) {
      cold.set(item);
    }
    return cold;
  }

  @Test
  void theBytesDoNotDependOnTheNumberOfThreads() {
    // Long histories, so that there are several chunks to hand over.
    SimulatorOptions.Builder options = small().users(150).historyMean(1_500);
    Set<String> digests = new HashSet<>();
    Set<String> truths = new HashSet<>();
    for (int threads : new int[] {1, 2, 4}) {
      Dataset dataset = write("threads" + threads, options.threads(threads).build());
      digests.add(dataset.digest());
      try (SimulationTruth truth = truth(dataset)) {
        truths.add(truth.description().sha256());
      }
    }
    assertThat(digests).hasSize(1);
    assertThat(truths).hasSize(1);
  }

  @Test
  void anotherSeedGivesAnotherWorldAndOtherUsers() {
    Dataset one = write("one", small().seed(1).build());
    Dataset two = write("two", small().seed(2).build());
    assertThat(one.catalogueDigest()).isNotEqualTo(two.catalogueDigest());
    assertThat(users(one).get(0).history().time()).isNotEqualTo(users(two).get(0).history().time());
  }

  @Test
  void theFirstUsersOfALargerDataSetAreThoseOfASmallerOne() {
    List<User> few = users(write("few", small().users(20).build()));
    List<User> many = users(write("many", small().users(60).build()));
    for (int u = 0; u < few.size(); u++) {
      assertThat(many.get(u)).usingRecursiveComparison().isEqualTo(few.get(u));
    }
  }

  @Test
  void otherUsersOfTheSameWorldAreThoseThatALargerDataSetHasBehindTheFirst() {
    Dataset all = write("all", small().users(60).build());
    Dataset later = write("later", small().users(40).firstUser(20).build());
    assertThat(later.catalogueDigest()).isEqualTo(all.catalogueDigest());
    List<User> expected = users(all).subList(20, 60);
    List<User> found = users(later);
    assertThat(found).hasSameSizeAs(expected);
    for (int u = 0; u < found.size(); u++) {
      assertThat(found.get(u).id()).isEqualTo(expected.get(u).id());
      assertThat(found.get(u).history())
          .usingRecursiveComparison()
          .isEqualTo(expected.get(u).history());
      for (int r = 0; r < found.get(u).requests().size(); r++) {
        // Requests are numbered within a data set.
        assertThat(found.get(u).requests().get(r))
            .usingRecursiveComparison()
            .ignoringFields("id")
            .isEqualTo(expected.get(u).requests().get(r));
      }
    }
  }

  @Test
  void historiesDoNotDependOnTheRequests() {
    List<User> two = users(write("two", small().requestsPerUser(2).build()));
    List<User> none = users(write("none", small().requestsPerUser(0).build()));
    List<User> other =
        users(write("other", small().requestsPerUser(5).clickBaseRate(0.3).seed(1).build()));
    for (int u = 0; u < two.size(); u++) {
      assertThat(none.get(u).requests()).isEmpty();
      assertThat(none.get(u).history()).usingRecursiveComparison().isEqualTo(two.get(u).history());
      assertThat(other.get(u).history()).usingRecursiveComparison().isEqualTo(two.get(u).history());
    }
  }

  @Test
  void historiesAreInTimeOrderInBurstsAndSearchedAsOftenAsAsked() {
    SimulatorOptions options = small().users(200).historySpread(0).searchedShare(0.3).build();
    Dataset dataset = write("histories", options);
    Calendar calendar = Calendar.of(options);
    long searched = 0;
    long close = 0;
    long events = 0;
    for (User user : users(dataset)) {
      History history = user.history();
      assertThat(history.length()).isEqualTo(120);
      events += history.length();
      for (int l = 0; l < history.length(); l++) {
        assertThat(history.time()[l])
            .isBetween(l == 0 ? calendar.start() : history.time()[l - 1], calendar.end() - 1);
        searched += history.query()[l] > 0 ? 1 : 0;
        close += l > 0 && history.time()[l] - history.time()[l - 1] <= 120_000 ? 1 : 0;
      }
    }
    // An intent lasts 1/0.4 behaviours or less: a share's standard error is below that of events /
    // 4 independent draws.
    assertThat(searched / (double) events)
        .isCloseTo(0.3, within(5 * Math.sqrt(0.3 * 0.7 / (events / 4.0))));
    // Sessions of 8: seven gaps of eight are short.
    assertThat(close / (double) events).isCloseTo(7.0 / 8, within(0.03));
  }

  @Test
  void historyLengthsHaveTheMeanAndSpreadAskedFor() {
    SimulatorOptions options = small().users(20_000).historyMean(300).historySpread(0.8).build();
    RandomStream random = new RandomStream();
    double sum = 0;
    double logs = 0;
    double squares = 0;
    for (int u = 0; u < options.users(); u++) {
      int length = UserSimulator.historyLength(options, u, random);
      sum += length;
      logs += Math.log(length);
      squares += Math.log(length) * Math.log(length);
    }
    int n = options.users();
    double deviation = Math.sqrt(squares / n - logs / n * (logs / n));
    // Five standard errors of the mean of a log-normal with this spread.
    double error = 300 * Math.sqrt((Math.exp(0.64) - 1) / n);
    assertThat(sum / n).isCloseTo(300, within(5 * error));
    assertThat(deviation).isCloseTo(0.8, within(0.03));
  }

  @Test
  void coldItemsAreInNoHistoryAndOnNoPageBeforeTheLaunch() {
    SimulatorOptions options =
        small().users(300).coldItemShare(0.25).coldTargetShare(0.3).requestsPerUser(5).build();
    Dataset dataset = write("cold", options);
    BitSet cold = cold(options);
    assertThat(cold.cardinality()).isEqualTo(125);
    ItemCounts counts = dataset.itemCounts();
    long shownCold = 0;
    for (int item = cold.nextSetBit(0); item >= 0; item = cold.nextSetBit(item + 1)) {
      assertThat(counts.historyEvents(item)).isZero();
      shownCold += counts.impressions(item);
    }
    assertThat(shownCold).isPositive();
    long launch;
    try (SimulationTruth truth = truth(dataset)) {
      launch = truth.description().launch();
    }
    long median = dataset.descriptor().medianRequestTime();
    long coldAfter = 0;
    long after = 0;
    for (User user : users(dataset)) {
      int before = 0;
      for (Request request : user.requests()) {
        before += request.time() < launch ? 1 : 0;
        for (int item : request.item()) {
          if (request.time() < launch || request.time() < median) {
            assertThat(cold.get(item)).isFalse();
          } else {
            after++;
            coldAfter += cold.get(item) ? 1 : 0;
          }
        }
      }
      // The earlier half of every user's requests, rounded up.
      assertThat(before).isEqualTo(3);
    }
    assertThat(coldAfter).isEqualTo(shownCold);
    assertThat(coldAfter / (double) after).isCloseTo(0.3, within(5 * Math.sqrt(0.3 * 0.7 / after)));
  }

  @Test
  void pagesHoldDistinctItemsFromTheTopPositionWithPropensities() {
    // As many warm items as places: the hardest page to fill.
    SimulatorOptions options =
        small().items(30).coldItemShare(0.4).coldTargetShare(0.9).impressions(18).build();
    Dataset dataset = write("pages", options);
    Set<Long> ids = new HashSet<>();
    int searches = 0;
    for (User user : users(dataset)) {
      long last = Long.MIN_VALUE;
      for (Request request : user.requests()) {
        assertThat(ids.add(request.id())).isTrue();
        assertThat(request.time()).isGreaterThanOrEqualTo(last);
        last = request.time();
        searches += request.query() > 0 ? 1 : 0;
        Set<Integer> items = new HashSet<>();
        for (int i = 0; i < request.length(); i++) {
          assertThat(items.add(request.item()[i])).isTrue();
          assertThat((int) request.position()[i]).isEqualTo(i + 1);
          assertThat(request.propensity()[i]).isGreaterThan(0).isLessThanOrEqualTo(1);
        }
      }
    }
    assertThat(ids).hasSize(240);
    assertThat(searches).isBetween(80, 160);
  }

  @Test
  void modalitiesAreMissingAsOftenAsAskedButNeverAll() {
    SimulatorOptions options = small().items(5_000).missingModalityShare(0.3).build();
    Dataset dataset = write("missing", options);
    int missing = 0;
    try (Catalogue catalogue = dataset.openCatalogue()) {
      for (int i = 0; i < catalogue.size(); i++) {
        int present = 0;
        for (int m = 0; m < 3; m++) {
          present += catalogue.has(m, i) ? 1 : 0;
        }
        assertThat(present).isPositive();
        missing += 3 - present;
        for (int attribute : catalogue.attributes(i)) {
          assertThat(attribute).isBetween(0, options.attributeVocabulary() - 1);
        }
        assertThat(catalogue.category(i)).isBetween(0, options.categories() - 1);
      }
    }
    // Of 0.3, the 0.3³ where all would be missing give one of three back.
    double expected = 0.3 - 0.3 * 0.3 * 0.3 / 3;
    assertThat(missing / 15_000.0).isCloseTo(expected, within(5 * Math.sqrt(0.3 * 0.7 / 15_000)));
  }

  @Test
  void aQueryIsNearTheTextOfItsOwnTopicsItems() {
    SimulatorOptions options = small().items(2_000).queries(200).missingModalityShare(0).build();
    Dataset dataset = write("queries", options);
    LatentWorld world = new LatentWorld(options);
    float[] query = new float[16];
    float[] item = new float[16];
    double own = 0;
    double others = 0;
    RandomStream random = new RandomStream().restart(5, Purpose.USER_HISTORY, 0);
    try (QueryTable queries = dataset.openQueries();
        Catalogue catalogue = dataset.openCatalogue()) {
      assertThat(queries.has(0)).isFalse();
      for (int q = 1; q < queries.size(); q++) {
        queries.copyVector(q, query, 0);
        assertThat(queries.tokens(q)).isNotEmpty();
        catalogue.copyVector(0, world.warmByTopic.draw(world.queryTopic(q), random), item, 0);
        own += Vectors.dot(query, 0, item, 0, 16) / 200;
        catalogue.copyVector(0, random.nextInt(2_000), item, 0);
        others += Vectors.dot(query, 0, item, 0, 16) / 200;
      }
    }
    assertThat(own).isGreaterThan(0.45);
    assertThat(Math.abs(others)).isLessThan(0.15);
  }

  @Test
  void withoutTextOrQueriesPagesAreBrowsed() {
    SimulatorOptions options =
        small()
            .queries(0)
            .searchedShare(0)
            .searchedRequestShare(0)
            .modalities(List.of(SimulatedModality.parse("image:8")))
            .build();
    Dataset dataset = write("browsed", options);
    assertThat(dataset.descriptor().schema().queryDimension()).isZero();
    for (User user : users(dataset)) {
      assertThat(user.history().query()).containsOnly(0);
      assertThat(user.requests()).allMatch(request -> request.query() == 0);
    }
  }

  @Test
  void theSmallestWorldWorks() {
    SimulatorOptions options =
        small()
            .users(1)
            .items(1)
            .queries(1)
            .coldItemShare(0)
            .missingModalityShare(0)
            .historyMean(1)
            .historySpread(0)
            .impressions(1)
            .interestsPerUser(1)
            .categories(1)
            .build();
    DatasetDescriptor descriptor = write("smallest", options).descriptor();
    assertThat(descriptor.counts().events()).isEqualTo(1);
    assertThat(descriptor.counts().impressions()).isEqualTo(4);
  }

  @Test
  void progressRisesToTheNumberOfUsers() {
    List<Long> told = new ArrayList<>();
    new Simulator(small().users(200).historyMean(2_000).build())
        .write(folder.resolve("progress"), false, told::add);
    assertThat(told).isSorted().doesNotHaveDuplicates().hasSizeGreaterThan(1).endsWith(200L);
  }

  @Test
  void whatStandsThereIsReplacedOnlyIfThatIsAllowed() {
    Path out = folder.resolve("twice");
    SimulatorOptions options = small().build();
    String digest = new Simulator(options).write(out, false, users -> {}).digest();
    assertThatThrownBy(() -> new Simulator(options).write(out, false, users -> {}))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("twice");
    assertThat(Dataset.open(out).digest()).isEqualTo(digest);
    SimulatorOptions next = small().seed(9).build();
    DatasetDescriptor replaced = new Simulator(next).write(out, true, users -> {});
    assertThat(replaced.digest()).isNotEqualTo(digest);
    try (SimulationTruth truth = truth(Dataset.open(out))) {
      assertThat(truth.description().datasetDigest()).isEqualTo(replaced.digest());
    }
  }

  @Test
  void aSimulationThatBreaksOffLeavesNothingBehind() throws IOException {
    IllegalStateException stop = new IllegalStateException("stop");
    assertThatThrownBy(
            () ->
                new Simulator(small().build())
                    .write(
                        folder.resolve("broken"),
                        false,
                        users -> {
                          throw stop;
                        }))
        .isSameAs(stop);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void theTruthOfAnotherDataSetOrADamagedOneIsRefused() throws IOException {
    Dataset dataset = write("truthful", small().build());
    Path beside = SimulationTruth.folderOf(dataset.folder());
    assertThat(beside).isEqualTo(dataset.folder().resolveSibling("truthful.truth"));
    assertThatThrownBy(() -> SimulationTruth.open(beside, "0123"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("datasetDigest", dataset.digest(), "0123");
    assertThatThrownBy(() -> SimulationTruth.open(folder.resolve("none"), dataset.digest()))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("truth.json");
    try (SimulationTruth truth = truth(dataset)) {
      assertThatThrownBy(() -> truth.page(240))
          .isInstanceOf(DatasetException.class)
          .hasMessageContainingAll("request 240", "0 to 239");
    }
    Path rows = beside.resolve("truth-00000.arrow");
    byte[] bytes = Files.readAllBytes(rows);
    Files.write(rows, Arrays.copyOf(bytes, bytes.length - 100));
    assertThatThrownBy(() -> truth(dataset))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("truth-00000.arrow", bytes.length + " bytes");
  }
}
