package io.seminar.network.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.examples.TimeSplit;
import io.seminar.network.model.Architecture;
import io.seminar.network.scoring.TrainedNetwork;
import io.seminar.network.scoring.UserScorer;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidationTest {
  @TempDir Path folder;
  private final List<User> users = SmallWorld.users(30);

  @Test
  void measuresWhatTheDefinitionsSayWhateverTheThreads() {
    Dataset dataset = SmallWorld.write(folder.resolve("set"), users);
    Checkpoint trained =
        Finetuning.run(
            new Training(),
            SmallWorld.options(dataset, folder.resolve("out"), 1, 3),
            SmallWorld.FINETUNING,
            SmallWorld.network(Architecture.TWIN),
            new SmallWorld.Quiet());
    // Two requests a user, so that a user's impressions are ranked across pages.
    TimeSplit split = new TimeSplit(SmallWorld.T1 - 200 * 3_600_000L, SmallWorld.T2);
    SmallWorld.withFeatures(
        dataset,
        trained,
        (windows, features) -> {
          TrainedNetwork network = new TrainedNetwork(features, trained.parameters());
          SortedMap<String, Double> measures =
              new Validation(windows, split, 1).measure(features, trained.parameters());
          assertThat(measures).containsOnlyKeys("validation.gauc", "validation.logloss");
          double[] expected = byDefinition(network, split);
          assertThat(measures.get("validation.gauc")).isCloseTo(expected[0], within(1e-9));
          assertThat(measures.get("validation.logloss")).isCloseTo(expected[1], within(1e-6));
          for (int threads : new int[] {2, 7, 50}) {
            assertThat(
                    new Validation(windows, split, threads).measure(features, trained.parameters()))
                .isEqualTo(measures);
          }
          TimeSplit nothing = new TimeSplit(1, 2);
          assertThat(new Validation(windows, nothing, 2).measure(features, trained.parameters()))
              .containsEntry("validation.gauc", Double.NaN)
              .containsEntry("validation.logloss", Double.NaN);
        });
  }

  /** GAUC over all pairs of a clicked and another impression of a user, and the log loss. */
  private double[] byDefinition(TrainedNetwork network, TimeSplit split) {
    double weighted = 0;
    long weights = 0;
    double logLoss = 0;
    long impressions = 0;
    UserScorer scorer = new UserScorer(network);
    for (User user : users) {
      scorer.open(user.history());
      double better = 0;
      long pairs = 0;
      long shown = 0;
      for (Request one : user.requests()) {
        for (int i = 0; i < one.length() && split.validates(one.time()); i++) {
          double p = 1 / (1 + Math.exp(-logits(scorer, one)[i]));
          logLoss -= Math.log(one.label()[i] > 0 ? p : 1 - p);
          shown++;
          for (Request other : user.requests()) {
            for (int j = 0; j < other.length() && split.validates(other.time()); j++) {
              if (one.label()[i] > 0 && other.label()[j] == 0) {
                float clicked = logits(scorer, one)[i];
                float not = logits(scorer, other)[j];
                better += clicked > not ? 1 : clicked == not ? 0.5 : 0;
                pairs++;
              }
            }
          }
        }
      }
      impressions += shown;
      if (pairs > 0) {
        weighted += shown * better / pairs;
        weights += shown;
      }
    }
    return new double[] {weighted / weights, logLoss / impressions};
  }

  private static float[] logits(UserScorer scorer, Request request) {
    float[] logits = new float[request.length()];
    scorer.score(request, logits);
    return logits;
  }
}
