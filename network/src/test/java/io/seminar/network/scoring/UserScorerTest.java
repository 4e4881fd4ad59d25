package io.seminar.network.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.network.model.Architecture;
import io.seminar.sessions.History;
import io.seminar.sessions.Request;
import java.nio.file.Path;
import java.util.Random;
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
    assertThat(close).as("of %d targets too close to call", targets).isLessThan(targets / 20);
  }
}
