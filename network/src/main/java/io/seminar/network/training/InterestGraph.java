package io.seminar.network.training;

import ai.djl.ndarray.NDArray;
import io.seminar.network.model.CatalogueFeatures;

/** From the history to the interest u of each target: search and attention, or pooling. */
final class InterestGraph {
  private final PairGraph pairs;
  private final Interest interest;
  private final NDArray auxiliary;

  /**
   * What the head reads.
   *
   * @param u (B, P, d)
   * @param intensities (B, P, H): log Σ exp(s) − log L a head; null where nothing attends
   */
  record Interest(NDArray u, NDArray intensities) {}

  /** Interests over a batch, as the features' network has them. */
  InterestGraph(CatalogueFeatures features, Leaves leaves, Batch batch, EmbeddingGraph embeddings) {
    this.pairs = new PairGraph(leaves, batch, embeddings, features.spec().hidden());
    switch (features.spec().architecture().interest()) {
      case TARGET_ATTENTION -> {
        SearchGraph search = new SearchGraph(features, leaves, batch, pairs);
        this.interest = new AttentionGraph(features, leaves, batch, pairs).interest(search);
        this.auxiliary = search.auxiliary();
      }
      case ACTIVATION_UNIT, HASH_COLLISIONS, MEAN -> {
        this.interest = new PooledGraph(features.spec(), leaves, batch, pairs).interest();
        this.auxiliary = null;
      }
      default ->
          throw new IllegalStateException(
              features.spec().architecture().key() + " has nothing to train");
    }
  }

  /** e_t, (B, P, d). */
  NDArray targets() {
    return pairs.targets();
  }

  /** The interest of every target. */
  Interest interest() {
    return interest;
  }

  /** SIM's auxiliary logit, (B, P); null for other networks. */
  NDArray auxiliary() {
    return auxiliary;
  }
}
