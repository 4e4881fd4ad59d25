package io.seminar.network.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.seminar.network.model.Architecture;
import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.NetworkSpec;

/**
 * Multi-head target attention: the exact search unit, and with the same queries and keys the
 * general one's scores (SEMINAR, section 4).
 */
final class AttentionGraph {
  private final CatalogueFeatures features;
  private final NetworkSpec spec;
  private final Leaves leaves;
  private final Batch batch;
  private final PairGraph pairs;
  private final int b;
  private final int p;
  private final int l;
  private final int d;
  private final int heads;
  private final int headSize;

  AttentionGraph(CatalogueFeatures features, Leaves leaves, Batch batch, PairGraph pairs) {
    this.features = features;
    this.spec = features.spec();
    this.leaves = leaves;
    this.batch = batch;
    this.pairs = pairs;
    this.b = batch.requests();
    this.p = batch.targets();
    this.l = batch.length();
    this.d = spec.hidden();
    this.heads = spec.heads();
    this.headSize = spec.headSize();
  }

  /** Attention over all behaviours, none searched for: what pretraining reads its prefixes with. */
  NDArray fullAttention() {
    NDArray all = pairs.history(true).reshape((long) b * l, d);
    NDArray keys =
        EmbeddingGraph.linear(all, leaves.dense("attention.key"))
            .reshape(b, l, heads, headSize)
            .transpose(0, 2, 3, 1); // (B, H, d_h, L)
    NDArray values =
        EmbeddingGraph.linear(all, leaves.dense("attention.value"))
            .reshape(b, l, heads, headSize)
            .transpose(0, 2, 1, 3); // (B, H, L, d_h)
    NDArray scores = query().matMul(keys).add(pairs.padding()); // (B, H, P, L)
    NDArray any = pairs.real().max(new int[] {3}, true); // (B, 1, 1, 1)
    NDArray output = scores.softmax(3).mul(any).matMul(values); // (B, H, P, d_h)
    return output(output);
  }

  /** Scaled queries, (B, H, P, d_h). */
  private NDArray query() {
    NDArray scale =
        Arithmetic.times(
            leaves.dense("attention.scale").exp().reshape(1, 1, heads, 1), 1 / Math.sqrt(headSize));
    return EmbeddingGraph.linear(
            pairs.targets().reshape((long) b * p, d), leaves.dense("attention.query"))
        .reshape(b, p, heads, headSize)
        .mul(scale)
        .transpose(0, 2, 1, 3);
  }

  /** u of the heads' outputs: (B, H, P, d_h) → (B, P, d). */
  private NDArray output(NDArray output) {
    return EmbeddingGraph.linear(
            output.transpose(0, 2, 1, 3).reshape((long) b * p, d), leaves.dense("attention.output"))
        .reshape(b, p, d);
  }

  /** What every target's heads attend to among the behaviours that are found for it. */
  InterestGraph.Interest interest(SearchGraph search) {
    NDArray query = query();
    NDArray itemKeys =
        EmbeddingGraph.linear(pairs.embeddings().items(), leaves.dense("attention.key"));
    NDArray queryKeys =
        spec.queries()
            ? EmbeddingGraph.linear(pairs.embeddings().queries(), leaves.dense("attention.key"))
            : null;
    NDArray bias = spec.architecture() == Architecture.TWIN ? biases() : null; // (B, H, P, L)
    SearchGraph.Found found = search.find(() -> scores(query, itemKeys, queryKeys, bias));
    return attend(query, itemKeys, queryKeys, bias, found);
  }

  /** Scores of all behaviours that no gradient flows through, (B, H, P, L). */
  private NDArray scores(NDArray query, NDArray itemKeys, NDArray queryKeys, NDArray bias) {
    NDArray keys =
        pairs
            .of(
                pairs.historyItems(),
                pairs.historyQueries(),
                PairGraph.stop(itemKeys),
                PairGraph.stop(queryKeys))
            .reshape(b, l, heads, headSize)
            .transpose(0, 2, 3, 1); // (B, H, d_h, L)
    NDArray scores = PairGraph.stop(query).matMul(keys); // (B, H, P, L)
    return bias == null ? scores : scores.add(PairGraph.stop(bias));
  }

  /** TWIN's cross features as scores, (B, H, P, L). */
  private NDArray biases() {
    float[] category = new float[b * p * l];
    float[] query = new float[b * l];
    for (int i = 0; i < b; i++) {
      int asked = batch.targetQueries()[i * p];
      for (int k = 0; k < batch.lengths()[i]; k++) {
        int own = batch.historyQueries()[i * l + k];
        query[i * l + k] = own == asked && batch.queries()[own] != 0 ? 1 : 0;
        int ownCategory = features.category(batch.items()[batch.historyItems()[i * l + k]]);
        for (int t = 0; t < p && ownCategory >= 0; t++) {
          int item = batch.items()[batch.targetItems()[i * p + t]];
          category[(i * p + t) * l + k] = features.category(item) == ownCategory ? 1 : 0;
        }
      }
    }
    NDArray bias = leaves.dense("attention.bias"); // (H, biases)
    NDArray byBucket = bias.get(new NDIndex(":, 2:")).transpose(); // (buckets, H)
    NDArray recency =
        EmbeddingGraph.lookUp(byBucket, leaves.indices(batch.recency(), new Shape((long) b * l)))
            .reshape(b, 1, l, heads)
            .transpose(0, 3, 1, 2); // (B, H, 1, L)
    NDArray sameCategory =
        leaves
            .numbers(category, new Shape(b, 1, p, l))
            .mul(bias.get(new NDIndex(":, 0:1")).reshape(1, heads, 1, 1));
    NDArray sameQuery =
        leaves
            .numbers(query, new Shape(b, 1, 1, l))
            .mul(bias.get(new NDIndex(":, 1:2")).reshape(1, heads, 1, 1));
    return sameCategory.add(sameQuery).add(recency);
  }

  /**
   * Softmax attention over what was found.
   *
   * @param found places (B, H or 1, P, k) in the history
   */
  private InterestGraph.Interest attend(
      NDArray query, NDArray itemKeys, NDArray queryKeys, NDArray bias, SearchGraph.Found found) {
    long k = found.places().getShape().get(3);
    NDArray places = found.places();
    NDArray valid = found.valid();
    if (places.getShape().get(1) == 1 && heads > 1) {
      places = places.repeat(1, heads);
      valid = valid.repeat(1, heads);
    }
    NDArray row = offsets(b, l).reshape(b, 1, 1, 1).add(places).reshape(-1); // into (B L)
    NDArray head = offsets(heads, 1).reshape(1, heads, 1, 1); // keys and values lie by head
    Shape shape = new Shape(b, heads, p, k);
    NDArray item = pairs.historyItems().take(row).reshape(shape).mul(heads).add(head).reshape(-1);
    NDArray asked =
        pairs.historyQueries().take(row).reshape(shape).mul(heads).add(head).reshape(-1);
    NDArray itemValues =
        EmbeddingGraph.linear(pairs.embeddings().items(), leaves.dense("attention.value"));
    NDArray queryValues =
        spec.queries()
            ? EmbeddingGraph.linear(pairs.embeddings().queries(), leaves.dense("attention.value"))
            : null;
    NDArray both =
        pairs
            .of(item, asked, byHead(itemKeys, itemValues), byHead(queryKeys, queryValues))
            .reshape(b, heads, p, k, 2L * headSize);
    NDArray keys = both.get(new NDIndex(":, :, :, :, 0:{}", headSize)); // (B, H, P, k, d_h)
    NDArray values = both.get(new NDIndex(":, :, :, :, {}:", headSize));
    NDArray scores = keys.matMul(query.expandDims(4)).reshape(shape); // (B, H, P, k)
    if (bias != null) {
      scores = scores.add(bias.gather(places, 3));
    }
    scores = scores.add(Arithmetic.times(Arithmetic.plus(valid, -1), -PairGraph.MASKED));
    NDArray any = valid.max(new int[] {3}, true); // (B, H, P, 1): 0 where nothing was found
    NDArray weights = scores.softmax(3).mul(any); // (B, H, P, k)
    NDArray output = weights.expandDims(3).matMul(values).reshape(b, heads, p, headSize);
    return new InterestGraph.Interest(output(output), intensities(scores, any));
  }

  /** log Σ exp(s) − log L, a head, 0 where nothing was found: (B, P, H). */
  private NDArray intensities(NDArray scores, NDArray any) {
    NDArray largest = scores.max(new int[] {3}, true).stopGradient(); // (B, H, P, 1)
    NDArray sum = scores.sub(largest).exp().sum(new int[] {3}, true).log().add(largest);
    float[] logLength = new float[b];
    for (int i = 0; i < b; i++) {
      logLength[i] = (float) Math.log(Math.max(1, batch.lengths()[i]));
    }
    return sum.sub(leaves.numbers(logLength, new Shape(b, 1, 1, 1)))
        .mul(any)
        .reshape(b, heads, p)
        .transpose(0, 2, 1);
  }

  /** (n, d) keys and values → (n H, 2 d_h). */
  private NDArray byHead(NDArray keys, NDArray values) {
    if (keys == null) {
      return null;
    }
    long n = keys.getShape().get(0);
    return NDArrays.concat(
            new NDList(keys.reshape(n, heads, headSize), values.reshape(n, heads, headSize)), 2)
        .reshape(n * heads, 2L * headSize);
  }

  /** 0, step, 2 step, … */
  private NDArray offsets(int n, int step) {
    int[] offsets = new int[n];
    for (int i = 0; i < n; i++) {
      offsets[i] = i * step;
    }
    return leaves.indices(offsets, new Shape(n));
  }
}
