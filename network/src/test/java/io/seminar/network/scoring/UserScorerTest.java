package io.seminar.network.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seminar.network.model.Architecture;
import io.seminar.sessions.History;
import io.seminar.sessions.Request;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UserScorerTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void agreesWithAForwardPassWrittenFromTheFormulas(Architecture architecture) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int targets = 0;
    int close = 0;
    for (int round = 0; round < 8; round++) {
      try (RandomNetwork network =
          new RandomNetwork(
              folder.resolve("set" + round), RandomNetwork.draw(architecture, random), random)) {
        ReferenceNetwork reference = new ReferenceNetwork(network);
        UserScorer scorer =
            new UserScorer(new TrainedNetwork(network.features, network.parameters));
        for (int user = 0; user < 5; user++) {
          History history = network.history(user == 0 ? 0 : 40);
          scorer.open(history);
          for (int page = 0; page < 3; page++) {
            Request request = network.request(history, page == 0 ? 40 : 1 + random.nextInt(5));
            float[] logits = new float[request.length()];
            scorer.score(request, logits);
            for (int i = 0; i < request.length(); i++) {
              double expected = reference.logit(history, request, request.item()[i]);
              targets++;
              if (reference.close) {
                close++;
              } else {
                assertThat((double) logits[i])
                    .as("seed %d, round %d, %s, target %d", seed, round, network.spec, i)
                    .isCloseTo(expected, within(1e-4 * Math.abs(expected) + 1e-5));
              }
            }
          }
        }
      }
    }
    assertThat(close).as("of %d targets too close to call", targets).isLessThan(targets / 4);
  }

  /** A network of each architecture, with users and pages. */
  private void eachRound(Architecture architecture, Round check) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 6; round++) {
      try (RandomNetwork network =
          new RandomNetwork(
              folder.resolve("set" + round), RandomNetwork.draw(architecture, random), random)) {
        TrainedNetwork trained = new TrainedNetwork(network.features, network.parameters);
        check.accept(network, trained, random, "seed " + seed + ", " + network.spec);
      }
    }
  }

  private interface Round {
    void accept(RandomNetwork network, TrainedNetwork trained, Random random, String what);
  }

  private static float[] score(UserScorer scorer, Request request) {
    float[] logits = new float[request.length()];
    scorer.score(request, logits);
    return logits;
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void behavioursFromTheRequestOnChangeNothing(Architecture architecture) {
    eachRound(
        architecture,
        (network, trained, random, what) -> {
          UserScorer scorer = new UserScorer(trained);
          History history = network.history(60);
          Request request = network.request(history, 20);
          int before = history.lengthBefore(request.time());
          scorer.open(history);
          float[] logits = score(scorer, request);
          scorer.open(part(history, 0, before));
          assertThat(score(scorer, request)).as(what).containsExactly(logits);
          // The same past, then what the page shows: the nearest to leaking there is.
          int planted = 30;
          long[] time = Arrays.copyOf(history.time(), before + planted);
          int[] item = Arrays.copyOf(history.item(), before + planted);
          int[] query = Arrays.copyOf(history.query(), before + planted);
          for (int l = before; l < before + planted; l++) {
            time[l] = request.time() + (l - before) / 10;
            item[l] = request.item()[l % 20];
            query[l] = request.query();
          }
          scorer.open(new History(time, item, query, new byte[before + planted]));
          assertThat(score(scorer, request)).as(what).containsExactly(logits);
        });
  }

  private static History part(History history, int from, int to) {
    return new History(
        Arrays.copyOfRange(history.time(), from, to),
        Arrays.copyOfRange(history.item(), from, to),
        Arrays.copyOfRange(history.query(), from, to),
        Arrays.copyOfRange(history.action(), from, to));
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void aBehaviourBeforeTheRequestChangesWhatReadsBehaviours(Architecture architecture) {
    int[] changed = new int[1];
    eachRound(
        architecture,
        (network, trained, random, what) -> {
          UserScorer scorer = new UserScorer(trained);
          Request request = RandomNetwork.request(1_700_000_000_000L, 3, 0, 1, 2);
          scorer.open(History.EMPTY);
          float[] logits = score(scorer, request);
          long[] time = {request.time() - 1};
          scorer.open(new History(time, new int[] {0}, new int[] {3}, new byte[1]));
          changed[0] += Arrays.equals(score(scorer, request), logits) ? 0 : 1;
        });
    assertThat(changed[0] > 0).isEqualTo(architecture != Architecture.POPULARITY);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void aTargetsLogitIsTheSameToTheBitOnAnyPageAndAfterAnyOtherRequest(Architecture architecture) {
    eachRound(
        architecture,
        (network, trained, random, what) -> {
          UserScorer scorer = new UserScorer(trained);
          History history = network.history(80);
          scorer.open(history);
          Request[] pages = new Request[4];
          float[][] logits = new float[pages.length][];
          for (int p = 0; p < pages.length; p++) {
            pages[p] = network.request(history, 1 + random.nextInt(70));
            logits[p] = score(scorer, pages[p]);
          }
          scorer.open(network.history(100)); // another user, and back
          scorer.open(history);
          for (int again = 0; again < 6; again++) {
            int p = random.nextInt(pages.length);
            Request page = pages[p];
            int[] places =
                random.ints(1 + random.nextInt(40), 0, page.length()).toArray(); // with repeats
            int[] items = Arrays.stream(places).map(i -> page.item()[i]).toArray();
            float[] found = score(scorer, RandomNetwork.request(page.time(), page.query(), items));
            for (int i = 0; i < places.length; i++) {
              assertThat(found[i]).as(what).isEqualTo(logits[p][places[i]]);
            }
          }
        });
  }

  @Test
  void refusesBadInputByName() {
    eachRound(
        Architecture.SEMINAR,
        (network, trained, random, what) -> {
          UserScorer scorer = new UserScorer(trained);
          Request request = RandomNetwork.request(5, 3, 0, 1, 2);
          assertThatThrownBy(() -> scorer.score(request, new float[3]))
              .isInstanceOf(IllegalStateException.class)
              .hasMessage("no user is open");
          assertThatThrownBy(
                  () ->
                      scorer.open(
                          new History(new long[2], new int[] {0, 60}, new int[2], new byte[2])))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage(
                  "behaviour 1 is of item 60 and query 0: expected ordinals below 60 and 15");
          assertThatThrownBy(() -> scorer.score(request, new float[3]))
              .as("the user before is not open any more")
              .isInstanceOf(IllegalStateException.class);
          scorer.open(History.EMPTY);
          assertThatThrownBy(() -> scorer.score(request, new float[2]))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage("logits has 2 floats: expected at least 3");
          Request unknown = RandomNetwork.request(5, 15, 0);
          assertThatThrownBy(() -> scorer.score(unknown, new float[1]))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage(
                  "impression 0 is of item 0 and query 15: expected ordinals below 60 and 15");
        });
  }
}
