package io.seminar.network.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.seminar.network.model.NetworkSpec;

/** Interests that are one pooled pair: DIN's, SDIM's and the plain mean. */
final class PooledGraph {
  private final NetworkSpec spec;
  private final Leaves leaves;
  private final Batch batch;
  private final PairGraph pairs;
  private final int b;
  private final int p;
  private final int l;
  private final int d;

  PooledGraph(NetworkSpec spec, Leaves leaves, Batch batch, PairGraph pairs) {
    this.spec = spec;
    this.leaves = leaves;
    this.batch = batch;
    this.pairs = pairs;
    this.b = batch.requests();
    this.p = batch.targets();
    this.l = batch.length();
    this.d = spec.hidden();
  }

  /** The interest of every target: the pooled pair through values and output, no intensities. */
  InterestGraph.Interest interest() {
    NDArray pool =
        switch (spec.architecture().interest()) {
          case ACTIVATION_UNIT -> activationUnit();
          case HASH_COLLISIONS -> hashCollisions();
          case MEAN -> mean();
          case TARGET_ATTENTION, NONE ->
              throw new IllegalStateException(spec.architecture().key() + " pools nothing");
        }; // (B, P or 1, d)
    NDArray wide = pool.getShape().get(1) == p ? pool : pool.broadcast(new Shape(b, p, d));
    NDArray value =
        EmbeddingGraph.linear(wide.reshape((long) b * p, d), leaves.dense("attention.value"));
    return new InterestGraph.Interest(
        EmbeddingGraph.linear(value, leaves.dense("attention.output")).reshape(b, p, d), null);
  }

  private NDArray mean() {
    NDArray real = pairs.real().reshape(b, 1, l);
    NDArray count = Arithmetic.atLeast(real.sum(new int[] {2}, true), 1);
    return real.matMul(pairs.history(true)).div(count);
  }

  /** DIN: weights by an MLP over the last K, not normalised. */
  private NDArray activationUnit() {
    int k = Math.min(spec.keep(), l);
    int[] places = new int[b * k];
    float[] valid = new float[b * k];
    for (int i = 0; i < b; i++) {
      int length = batch.lengths()[i];
      for (int n = 0; n < Math.min(k, length); n++) {
        places[i * k + n] = i * l + length - 1 - n;
        valid[i * k + n] = 1;
      }
    }
    NDArray row = leaves.indices(places, new Shape((long) b * k));
    NDArray recent =
        pairs
            .of(
                pairs.historyItems().take(row),
                pairs.historyQueries().take(row),
                pairs.embeddings().items(),
                pairs.embeddings().queries())
            .reshape(b, 1, k, d);
    NDArray weight = leaves.dense("unit.0.weight"); // (36, 4 d): of e_l, e_t, e_l − e_t, e_l ⊙ e_t
    NDArray ofBehaviour = columns(weight, 0).add(columns(weight, 2));
    NDArray ofTarget = columns(weight, 1).sub(columns(weight, 2));
    NDArray product = recent.mul(pairs.targets().reshape(b, p, 1, d)); // (B, P, k, d)
    NDArray hidden =
        EmbeddingGraph.linear(product, columns(weight, 3))
            .add(EmbeddingGraph.linear(recent, ofBehaviour))
            .add(EmbeddingGraph.linear(pairs.targets().reshape(b, p, 1, d), ofTarget))
            .add(leaves.dense("unit.0.bias"));
    NDArray weights =
        EmbeddingGraph.linear(Activation.relu(hidden), leaves.dense("unit.1.weight"))
            .add(leaves.dense("unit.1.bias"))
            .reshape(b, p, k)
            .mul(leaves.numbers(valid, new Shape(b, 1, k)));
    return weights.matMul(recent.reshape(b, k, d)); // (B, P, d)
  }

  private NDArray columns(NDArray weight, int block) {
    return weight.get(new NDIndex(":, {}:{}", block * d, (block + 1) * d));
  }

  /** SDIM: normalised sums over the behaviours whose group of bits is the target's. */
  private NDArray hashCollisions() {
    int groups = spec.hashBits() / spec.hashGroup();
    NDArray behaviours = pairs.history(true); // (B, L, d)
    NDArray left =
        pairs
            .signatures(pairs.targets(), p, spec.hashBits())
            .reshape(b, p, groups, spec.hashGroup());
    NDArray right =
        pairs.signatures(behaviours, l, spec.hashBits()).reshape(b, l, groups, spec.hashGroup());
    NDArray agreement =
        left.transpose(0, 2, 1, 3).matMul(right.transpose(0, 2, 3, 1)); // (B, G, P, L)
    NDArray equal =
        agreement.gt(spec.hashGroup() - 0.5).toType(leaves.type(), false).mul(pairs.real());
    NDArray sums = equal.matMul(behaviours.reshape(b, 1, l, d)); // (B, G, P, d)
    NDArray norm = Arithmetic.plus(sums.square().sum(new int[] {3}, true), 1e-12).sqrt();
    return sums.div(norm).mean(new int[] {1}); // (B, P, d)
  }
}
