package io.seminar.pipelines.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.seminar.pipelines.replay.RandomDataset;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.History;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import io.seminar.sessions.UserReader;
import io.seminar.sessions.UserSplit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaseBuilderTest {
  private static final int ITEMS = 90;
  private static final int USERS = 25;

  @TempDir static Path folder;
  private static Dataset dataset;
  private static final Map<String, User> USER = new HashMap<>();

  /** The model reads nothing of every tenth item. */
  private static final LogSample.Readable READABLE = (item, query) -> item % 10 != 0;

  @BeforeAll
  static void write() {
    dataset =
        Dataset.open(
            new RandomDataset(5, ITEMS, 12)
                .history(20, 60)
                .pages(4, 6)
                .write(folder.resolve("data"), USERS));
    for (UserSplit split : dataset.userSplits()) {
      try (UserReader reader = dataset.readUsers(split)) {
        while (reader.next()) {
          USER.put(reader.user().id(), reader.user());
        }
      }
    }
  }

  private static LogSample sample(long from, int requests, int longest, int arrivals, long seed) {
    return LogSample.read(
        dataset, new LogSample.Wanted(from, requests, longest, arrivals), READABLE, seed);
  }

  private static List<SweepRequest> requests(LogSample sample, int length, int targets) {
    return new CaseBuilder(sample, READABLE, ITEMS, 1).requests(length, targets);
  }

  @Test
  void everyRequestHasAUserOfItsOwnAsLongAsThereAreUsers() {
    List<LogSample.Asked> twenty = sample(0, 20, 30, 5, 1).asked();
    assertThat(twenty).extracting(LogSample.Asked::user).doesNotHaveDuplicates().hasSize(20);
    List<LogSample.Asked> forty = sample(0, 40, 30, 5, 1).asked();
    assertThat(forty).hasSize(40);
    assertThat(forty.subList(0, 20))
        .as("a smaller draw is the beginning of a larger one")
        .extracting(asked -> asked.user() + "/" + asked.request().id())
        .containsExactlyElementsOf(
            twenty.stream().map(asked -> asked.user() + "/" + asked.request().id()).toList());
    assertThat(forty.subList(0, USERS)).extracting(LogSample.Asked::user).doesNotHaveDuplicates();
    assertThat(sample(0, 20, 30, 5, 2).asked())
        .as("another seed, another draw")
        .extracting(LogSample.Asked::user)
        .isNotEqualTo(twenty.stream().map(LogSample.Asked::user).toList());
  }

  @Test
  void onlyEvaluatedRequestsAreDrawnAndTimed() {
    List<Long> times = new ArrayList<>();
    USER.values().forEach(user -> user.requests().forEach(r -> times.add(r.time())));
    times.sort(null);
    long from = times.get(times.size() / 2);
    LogSample sample = sample(from, 1_000, 30, 7, 1);
    assertThat(sample.asked())
        .isNotEmpty()
        .allSatisfy(asked -> assertThat(asked.request().time()).isGreaterThanOrEqualTo(from));
    assertThat(sample.arrivals())
        .containsExactly(
            times.stream().filter(t -> t >= from).limit(7).mapToLong(t -> t).toArray());
    assertThat(sample.badUsers()).isZero();
  }

  @Test
  void historiesHaveTheLengthAndEndWithTheUsersOwn() {
    for (int length : new int[] {1, 15, 200, 3_000}) {
      for (SweepRequest request : requests(sample(0, 12, length, 1, 1), length, 4)) {
        History history = request.history();
        assertThat(history.length()).isEqualTo(length);
        for (int l = 0; l < length; l++) {
          assertThat(READABLE.holds(history.item()[l], history.query()[l])).isTrue();
          assertThat(history.time()[l]).isLessThan(request.page().time());
          assertThat(l == 0 || history.time()[l - 1] <= history.time()[l]).isTrue();
        }
        List<String> own = ownBefore(request);
        int taken = Math.min(length, own.size());
        assertThat(behaviours(history).subList(length - taken, length))
            .isEqualTo(own.subList(own.size() - taken, own.size()));
        assertThat(request.borrowed()).isEqualTo(length - taken);
        Set<String> pairs = new HashSet<>();
        for (int l = 0; l < length; l++) {
          pairs.add(history.item()[l] + "/" + history.query()[l]);
        }
        assertThat(request.distinct()).isEqualTo(pairs.size());
      }
    }
  }

  @Test
  void whatIsBorrowedIsOthersAndRepeatedOnlyOnceAllIsUsedUp() {
    int all = 0;
    for (User user : USER.values()) {
      all += readable(user.history()).size();
    }
    int length = 2 * all;
    for (SweepRequest request : requests(sample(0, 5, length, 1, 1), length, 1)) {
      int others = all - readable(USER.get(request.user()).history()).size();
      assertThat(request.borrowed()).isGreaterThan(others);
      assertThat(request.repeated()).isEqualTo(request.borrowed() - others);
    }
    // Which behaviours: all of the others', before any of them comes again.
    for (SweepRequest request : requests(sample(0, 5, all, 1, 1), all, 1)) {
      Map<String, Integer> borrowed = new HashMap<>();
      for (int l = 0; l < request.borrowed(); l++) {
        borrowed.merge(
            request.history().item()[l] + "/" + request.history().query()[l], 1, Integer::sum);
      }
      Map<String, Integer> others = new HashMap<>();
      USER.forEach(
          (id, user) -> {
            if (!id.equals(request.user())) {
              for (String behaviour : readable(user.history())) {
                others.merge(behaviour.substring(behaviour.indexOf(' ') + 1), 1, Integer::sum);
              }
            }
          });
      others.forEach(
          (pair, times) ->
              assertThat(borrowed.getOrDefault(pair, 0)).isGreaterThanOrEqualTo(times));
      assertThat(others.keySet()).containsAll(borrowed.keySet());
    }
  }

  @Test
  void pagesBeginWithTheLogAndAreFilledUpWithItemsOfTheCatalogue() {
    for (SweepRequest request : requests(sample(0, 12, 10, 1, 1), 10, 9)) {
      Request logged =
          USER.get(request.user()).requests().stream()
              .filter(r -> r.id() == request.page().id())
              .findFirst()
              .orElseThrow();
      int[] shown =
          Arrays.stream(logged.item())
              .distinct()
              .filter(item -> READABLE.holds(item, logged.query()))
              .toArray();
      assertThat(request.logged()).isBetween(shown.length, 9);
      assertThat(Arrays.copyOf(request.page().item(), shown.length)).isEqualTo(shown);
      assertThat(request.page().item()).hasSize(9).doesNotHaveDuplicates();
      assertThat(Arrays.stream(request.page().item()))
          .allSatisfy(item -> assertThat(READABLE.holds(item, logged.query())).isTrue());
      assertThat(request.page().query()).isEqualTo(logged.query());
    }
    assertThat(requests(sample(0, 12, 10, 1, 1), 10, 2))
        .extracting(SweepRequest::logged)
        .containsOnly(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> requests(sample(0, 1, 10, 1, 1), 10, 82))
        .withMessageContaining("82 targets")
        .withMessageContaining("90 items");
  }

  @Test
  void forksReadWhatWasBuilt() {
    List<SweepRequest> built = requests(sample(0, 12, 40, 1, 1), 40, 5);
    Path file = folder.resolve("requests");
    RequestsFile.write(file, built);
    assertThat(RequestsFile.read(file, 100)).usingRecursiveComparison().isEqualTo(built);
    assertThat(RequestsFile.read(file, 3))
        .usingRecursiveComparison()
        .isEqualTo(built.subList(0, 3));
  }

  private static List<String> ownBefore(SweepRequest request) {
    History history = USER.get(request.user()).history();
    int before = history.lengthBefore(request.page().time());
    return readable(LogSample.part(history, 0, before));
  }

  private static List<String> readable(History history) {
    List<String> behaviours = new ArrayList<>();
    for (int l = 0; l < history.length(); l++) {
      if (READABLE.holds(history.item()[l], history.query()[l])) {
        behaviours.add(behaviour(history, l));
      }
    }
    return behaviours;
  }

  private static List<String> behaviours(History history) {
    List<String> behaviours = new ArrayList<>();
    for (int l = 0; l < history.length(); l++) {
      behaviours.add(behaviour(history, l));
    }
    return behaviours;
  }

  private static String behaviour(History history, int l) {
    return history.time()[l] + " " + history.item()[l] + "/" + history.query()[l];
  }
}
