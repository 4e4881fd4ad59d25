package io.seminar.network.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.NetworkSpec;

/**
 * The general search unit: which behaviours a target attends to (SEMINAR, section 4, and the
 * baselines'). Done on values that no gradient flows through.
 */
final class SearchGraph {
  /** Scores below are masked ones. */
  private static final float FOUND = -1e8f;

  private final CatalogueFeatures features;
  private final NetworkSpec spec;
  private final Leaves leaves;
  private final Batch batch;
  private final PairGraph pairs;
  private final int b;
  private final int p;
  private final int l;
  private final int d;
  private NDArray auxiliary; // (B, P), SIM's auxiliary logit

  /**
   * What a search found.
   *
   * @param places in the history, (B, H or 1, P, k)
   * @param valid 1 for a behaviour, 0 where there were fewer than k, the same shape
   */
  record Found(NDArray places, NDArray valid) {}

  /** The attention's own scores, for those who search by them. */
  interface Scores {
    /** Of all behaviours, without a gradient, (B, H, P, L). */
    NDArray all();
  }

  SearchGraph(CatalogueFeatures features, Leaves leaves, Batch batch, PairGraph pairs) {
    this.features = features;
    this.spec = features.spec();
    this.leaves = leaves;
    this.batch = batch;
    this.pairs = pairs;
    this.b = batch.requests();
    this.p = batch.targets();
    this.l = batch.length();
    this.d = spec.hidden();
  }

  /** SIM's auxiliary logit, (B, P), once its search is done; null for other networks. */
  NDArray auxiliary() {
    return auxiliary;
  }

  /** Searches. */
  Found find(Scores scores) {
    return switch (spec.architecture().search()) {
      case ATTENTION, BIASED_ATTENTION -> best(scores.all().add(pairs.padding()), spec.keep());
      case CASCADE -> best(cascade(scores.all()), spec.keep());
      case INNER_PRODUCT -> innerProduct();
      case SIM_HASH -> simHash();
      case CATEGORY -> category();
      case RECENT, ALL, NONE ->
          throw new IllegalStateException(spec.architecture() + " does not search by attention");
    };
  }

  /** The best of the last axis: (…, L) → (…, k). */
  private Found best(NDArray scores, int keep) {
    NDList top = scores.topK(Math.min(keep, l), 3, true, false);
    return new Found(top.get(1), top.get(0).gt(FOUND).toType(leaves.type(), false));
  }

  /** Masks what the request's query does not find among its K1 best; (B, H, P, L). */
  private NDArray cascade(NDArray scores) {
    NDArray masked = scores.add(pairs.padding());
    if (!spec.queries() || l <= spec.cascade()) {
      return masked;
    }
    int[] query = new int[b];
    float[] searched = new float[b];
    for (int i = 0; i < b; i++) {
      query[i] = batch.targetQueries()[i * p];
      searched[i] = batch.queries()[query[i]] != 0 ? 1 : 0;
    }
    NDArray asked =
        EmbeddingGraph.lookUp(
                PairGraph.stop(pairs.embeddings().queries()), leaves.indices(query, new Shape(b)))
            .reshape(b, d, 1);
    NDArray relevance =
        pairs.history(false).matMul(asked).reshape(b, 1, 1, l).add(pairs.padding()); // (B, 1, 1, L)
    NDArray found = relevance.topK(spec.cascade(), 3, true, false).get(1); // (B, 1, 1, K1)
    NDArray left =
        relevance
            .onesLike()
            .scatter(found, leaves.numbers(new float[b * spec.cascade()], found.getShape()), 3)
            .mul(leaves.numbers(searched, new Shape(b, 1, 1, 1)));
    return masked.add(Arithmetic.times(left, PairGraph.MASKED));
  }

  /** SIM's soft search; leaves the auxiliary logit behind. */
  private Found innerProduct() {
    NDArray behaviours = pairs.history(true); // (B, L, d)
    NDArray left =
        EmbeddingGraph.linear(
                pairs.targets().reshape((long) b * p, d), leaves.dense("search.target"))
            .reshape(b, p, d);
    NDArray right =
        EmbeddingGraph.linear(behaviours.reshape((long) b * l, d), leaves.dense("search.behaviour"))
            .reshape(b, l, d);
    NDArray scores = left.matMul(right.transpose(0, 2, 1)); // (B, P, L)
    NDArray real = pairs.padding().eq(0).toType(leaves.type(), false).reshape(b, 1, l);
    NDArray count = Arithmetic.atLeast(real.sum(new int[] {2}, true), 1); // (B, 1, 1)
    NDArray pooled = scores.mul(real).div(count).matMul(behaviours); // (B, P, d)
    NDArray weights = leaves.dense("search.auxiliary"); // (2 d + 1)
    NDArray ones = leaves.manager().ones(new Shape(b, p, 1), leaves.type());
    auxiliary =
        NDArrays.concat(new NDList(pooled, pairs.targets(), ones), 2)
            .mul(weights.reshape(1, 1, 2L * d + 1))
            .sum(new int[] {2}); // (B, P)
    return best(scores.stopGradient().reshape(b, 1, p, l).add(pairs.padding()), spec.keep());
  }

  private Found simHash() {
    NDArray agreement =
        pairs
            .signatures(pairs.targets(), p, spec.hashBits())
            .matMul(pairs.signatures(pairs.history(false), l, spec.hashBits()).transpose(0, 2, 1));
    // Agreement moves in steps of 2, so a fraction below 1 orders equal ones by recency.
    float[] recency = new float[l];
    for (int k = 0; k < l; k++) {
      recency[k] = (float) k / (l + 1);
    }
    NDArray scores =
        agreement.reshape(b, 1, p, l).add(leaves.numbers(recency, new Shape(1, 1, 1, l)));
    return best(scores.add(pairs.padding()), spec.keep());
  }

  /** The last K of the target's category; found outside the engine, it is a matter of integers. */
  private Found category() {
    int k = Math.min(spec.keep(), l);
    int[] places = new int[b * p * k];
    float[] valid = new float[b * p * k];
    for (int i = 0; i < b; i++) {
      for (int t = 0; t < p; t++) {
        int category = features.category(batch.items()[batch.targetItems()[i * p + t]]);
        int n = 0;
        for (int at = batch.lengths()[i] - 1; at >= 0 && n < k && category >= 0; at--) {
          if (features.category(batch.items()[batch.historyItems()[i * l + at]]) == category) {
            places[(i * p + t) * k + n] = at;
            valid[(i * p + t) * k + n] = 1;
            n++;
          }
        }
      }
    }
    return new Found(
        leaves.indices(places, new Shape(b, 1, p, k)),
        leaves.numbers(valid, new Shape(b, 1, p, k)));
  }
}
