package io.seminar.network.training;

import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.scoring.TrainedNetwork;
import io.seminar.network.scoring.UserScorer;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Scores a data set with checkpoints and prints every logit: a process that trained nothing. */
final class ScoreMain {
  private ScoreMain() {}

  public static void main(String[] arguments) {
    Dataset dataset = Dataset.open(Path.of(arguments[0]));
    for (int i = 1; i < arguments.length; i++) {
      Checkpoint checkpoint = Checkpoint.open(Path.of(arguments[i]));
      score(dataset, checkpoint).forEach(System.out::println);
    }
  }

  /** Exact logits of every impression, a line a request. */
  static List<String> score(Dataset dataset, Checkpoint checkpoint) {
    List<String> lines = new ArrayList<>();
    SmallWorld.withFeatures(
        dataset,
        checkpoint,
        (users, features) -> {
          UserScorer scorer = new UserScorer(new TrainedNetwork(features, checkpoint.parameters()));
          users.forEach(user -> lines.addAll(score(user, scorer)));
        });
    return lines;
  }

  private static List<String> score(User user, UserScorer scorer) {
    List<String> lines = new ArrayList<>();
    scorer.open(user.history());
    for (Request request : user.requests()) {
      float[] logits = new float[request.length()];
      scorer.score(request, logits);
      StringBuilder line = new StringBuilder(user.id() + " " + request.id());
      for (float logit : logits) {
        line.append(' ').append(Float.toHexString(logit));
      }
      lines.add(line.toString());
    }
    return lines;
  }
}
