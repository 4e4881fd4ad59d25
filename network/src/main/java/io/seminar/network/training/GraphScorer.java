package io.seminar.network.training;

import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.Parameters;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Scores requests with the engine in padded batches, as training does: what the kernels of {@code
 * network.scoring} are compared with, in their results and in their speed. The position is fixed at
 * 1, as at serving.
 */
public final class GraphScorer {
  private final Torch torch;
  private final CatalogueFeatures features;
  private final Parameters parameters;
  private final BatchBuilder builder;

  /**
   * A scorer.
   *
   * @param longest behaviours that are read at most
   */
  public GraphScorer(Torch torch, CatalogueFeatures features, Parameters parameters, int longest) {
    this.torch = torch;
    this.features = features;
    this.parameters = parameters;
    this.builder = new BatchBuilder(features, longest);
  }

  /** Log odds of a click on every impression of all requests of some users, in one batch. */
  public float[][] scoreAll(List<User> users) {
    List<BatchBuilder.Example> examples = new ArrayList<>();
    for (User user : users) {
      for (Request request : user.requests()) {
        examples.add(new BatchBuilder.Example(user, request));
      }
    }
    return score(examples);
  }

  float[][] score(List<BatchBuilder.Example> examples) {
    Batch batch = builder.build(examples);
    Arrays.fill(batch.positions(), 1);
    float[] all =
        torch.forward(parameters, leaves -> new HeadGraph(features, leaves, batch).logits());
    float[][] logits = new float[examples.size()][];
    for (int i = 0; i < logits.length; i++) {
      int from = i * batch.targets();
      logits[i] = Arrays.copyOfRange(all, from, from + examples.get(i).request().length());
    }
    return logits;
  }
}
