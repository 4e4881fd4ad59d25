package io.seminar.network.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.network.model.Architecture;
import io.seminar.network.model.Initialization;
import io.seminar.network.model.Parameters;
import io.seminar.network.scoring.RandomNetwork;
import io.seminar.network.training.BatchBuilder.Example;
import io.seminar.sessions.History;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchBuilderTest {
  @TempDir Path folder;
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @Test
  void readsTheLastBehavioursStrictlyBeforeTheRequestThatHoldAnything() {
    for (int round = 0; round < 4; round++) {
      try (RandomNetwork network =
          new RandomNetwork(
              folder.resolve("set" + round),
              RandomNetwork.draw(Architecture.TWIN, random),
              random)) {
        int longest = 1 + random.nextInt(25);
        BatchBuilder builder = new BatchBuilder(network.features, longest);
        for (int again = 0; again < 3; again++) { // a builder is used for many batches
          List<Example> examples = new ArrayList<>();
          for (int i = 0; i < 5; i++) {
            History history = network.history(i == 0 ? 0 : 40);
            Request request = network.request(history, 1 + random.nextInt(6));
            examples.add(new Example(new User("user", history, List.of(request)), request));
          }
          check(network, builder, examples, longest);
        }
      }
    }
  }

  private void check(
      RandomNetwork network, BatchBuilder builder, List<Example> examples, int longest) {
    Batch batch = builder.build(examples);
    assertThat(batch.items()).as("seed %d", seed).doesNotHaveDuplicates();
    assertThat(batch.queries()).as("seed %d", seed).doesNotHaveDuplicates().startsWith(0);
    for (int i = 0; i < examples.size(); i++) {
      History history = examples.get(i).user().history();
      Request request = examples.get(i).request();
      List<String> expected = new ArrayList<>();
      for (int l = history.length() - 1; l >= 0 && expected.size() < longest; l--) {
        if (history.time()[l] < request.time()
            && network.features.hasPair(history.item()[l], history.query()[l])) {
          long age = request.time() - history.time()[l];
          expected.add(
              0,
              history.item()[l]
                  + " "
                  + history.query()[l]
                  + " "
                  + Initialization.recencyBucket(age));
        }
      }
      List<String> found = new ArrayList<>();
      for (int k = 0; k < batch.lengths()[i]; k++) {
        int at = i * batch.length() + k;
        found.add(
            batch.items()[batch.historyItems()[at]]
                + " "
                + batch.queries()[batch.historyQueries()[at]]
                + " "
                + batch.recency()[at]);
      }
      assertThat(found).as("seed %d", seed).isEqualTo(expected);
      assertThat(batch.lengths()[i])
          .isLessThanOrEqualTo(builder.length(examples.get(i)))
          .isLessThanOrEqualTo(batch.length());
      for (int t = 0; t < batch.targets(); t++) {
        int at = i * batch.targets() + t;
        assertThat(batch.targetMask()[at]).isEqualTo(t < request.length() ? 1 : 0);
        if (t < request.length()) {
          assertThat(batch.items()[batch.targetItems()[at]]).isEqualTo(request.item()[t]);
          assertThat(batch.queries()[batch.targetQueries()[at]]).isEqualTo(request.query());
        }
      }
    }
  }

  @Test
  void positionsAndLabelsAreThoseOfTheLogWithinTheirRanges() {
    try (RandomNetwork network =
        new RandomNetwork(
            folder.resolve("set"), RandomNetwork.draw(Architecture.DIN, random), random)) {
      Request request =
          new Request(
              1,
              5,
              0,
              new int[] {1, 2, 3, 4},
              new short[] {-1, 7, 199, 500},
              new byte[] {0, 1, 5, 0},
              null);
      Batch batch =
          new BatchBuilder(network.features, 3)
              .build(List.of(new Example(new User("u", History.EMPTY, List.of(request)), request)));
      int last = Parameters.POSITIONS - 1;
      assertThat(batch.positions()).containsExactly(0, 7, 199, last);
      assertThat(batch.labels()).containsExactly(0, 1, 1, 0);
      assertThat(batch.lengths()).containsExactly(0);
      assertThat(batch.length()).isEqualTo(1);
      assertThat(batch.recency()).isNull();
    }
  }
}
