package io.seminar.network.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.NetworkSpec;

/**
 * The network's forward pass over a batch, from embeddings to logits (SEMINAR, section 4): {@code
 * MLP[u ; e_t ; u ⊙ e_t ; intensities ; context]}, and the position's bias.
 */
final class HeadGraph {
  private final Leaves leaves;
  private final Batch batch;
  private final NDArray logits; // (B, P)
  private final NDArray auxiliary; // (B, P) or null

  HeadGraph(CatalogueFeatures features, Leaves leaves, Batch batch) {
    this.leaves = leaves;
    this.batch = batch;
    EmbeddingGraph embeddings =
        new EmbeddingGraph(features, leaves, batch.items(), batch.queries());
    InterestGraph interests = new InterestGraph(features, leaves, batch, embeddings);
    InterestGraph.Interest interest = interests.interest();
    int b = batch.requests();
    int p = batch.targets();
    NDList inputs = new NDList(interest.u(), interests.targets());
    inputs.add(interest.u().mul(interests.targets()));
    if (interest.intensities() != null) {
      inputs.add(interest.intensities());
    }
    inputs.add(context(leaves, batch));
    inputs.add(relevance(features, leaves, batch, embeddings));
    NDArray x = NDArrays.concat(inputs, 2).reshape((long) b * p, -1); // (B P, in)
    int layers = NetworkSpec.HEAD.length;
    for (int n = 0; n <= layers; n++) {
      x =
          EmbeddingGraph.linear(x, leaves.dense("head." + n + ".weight"))
              .add(leaves.dense("head." + n + ".bias"));
      if (n < layers) {
        x = Activation.relu(x);
      }
    }
    NDArray position =
        EmbeddingGraph.lookUp(
            leaves.dense("head.position").reshape(-1, 1),
            leaves.indices(batch.positions(), new Shape((long) b * p))); // (B P, 1)
    this.logits = x.add(position).reshape(b, p);
    this.auxiliary = interests.auxiliary();
  }

  /** Cosine of query and item; 0 for browsing, and without queries: (B, P, 1). */
  private static NDArray relevance(
      CatalogueFeatures features, Leaves leaves, Batch batch, EmbeddingGraph embeddings) {
    int b = batch.requests();
    int p = batch.targets();
    if (!features.spec().queries()) {
      return leaves.numbers(new float[b * p], new Shape(b, p, 1));
    }
    float[] searched = new float[b * p];
    for (int at = 0; at < searched.length; at++) {
      searched[at] = batch.queries()[batch.targetQueries()[at]] != 0 ? 1 : 0;
    }
    Shape flat = new Shape((long) b * p);
    NDArray query =
        EmbeddingGraph.lookUp(embeddings.queries(), leaves.indices(batch.targetQueries(), flat));
    NDArray item =
        EmbeddingGraph.lookUp(embeddings.items(), leaves.indices(batch.targetItems(), flat));
    return Losses.unit(query)
        .mul(Losses.unit(item))
        .sum(new int[] {1})
        .mul(leaves.numbers(searched, flat))
        .reshape(b, p, 1);
  }

  /** Whether the request is a search, and log(1 + L) / 10: (B, P, 2). */
  private static NDArray context(Leaves leaves, Batch batch) {
    int b = batch.requests();
    int p = batch.targets();
    float[] context = new float[b * p * 2];
    for (int i = 0; i < b; i++) {
      for (int t = 0; t < p; t++) {
        int at = (i * p + t) * 2;
        context[at] = batch.queries()[batch.targetQueries()[i * p]] != 0 ? 1 : 0;
        context[at + 1] = (float) Math.log1p(batch.lengths()[i]) / 10;
      }
    }
    return leaves.numbers(context, new Shape(b, p, 2));
  }

  /** Log odds of a click at the logged position, (B, P); padding has some number too. */
  NDArray logits() {
    return logits;
  }

  /**
   * Mean cross-entropy over the impressions, plus SIM's auxiliary one.
   *
   * @return the sum, and the auxiliary loss or null
   */
  NDArray[] losses() {
    Shape shape = new Shape(batch.requests(), batch.targets());
    NDArray labels = leaves.numbers(batch.labels(), shape);
    NDArray mask = leaves.numbers(batch.targetMask(), shape);
    NDArray loss = Losses.crossEntropy(logits, labels, mask);
    if (auxiliary == null) {
      return new NDArray[] {loss, null};
    }
    NDArray own = Losses.crossEntropy(auxiliary, labels, mask);
    return new NDArray[] {loss.add(own), own};
  }
}
