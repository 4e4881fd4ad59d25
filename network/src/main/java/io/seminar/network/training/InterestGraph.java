package io.seminar.network.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.seminar.network.model.Architecture;
import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.NetworkSpec;

/**
 * From the history to the interest u of each target (SEMINAR, section 4, and the baselines). The
 * search is done on values that no gradient flows through; the attention over what it found is
 * differentiated.
 */
final class InterestGraph {
  /** Added to the score of what must not be found: far below any score, still finite. */
  private static final float MASKED = -1e9f;

  /** Scores below are masked ones. */
  private static final float FOUND = -1e8f;

  private final CatalogueFeatures features;
  private final NetworkSpec spec;
  private final Leaves leaves;
  private final Batch batch;
  private final EmbeddingGraph embeddings;
  private final int b;
  private final int p;
  private final int l;
  private final int d;
  private final int heads;
  private final int headSize;
  private final NDArray historyItems; // (B L)
  private final NDArray historyQueries; // (B L)
  private final NDArray padding; // (B, 1, 1, L): 0, or MASKED beyond the history
  private final NDArray targets; // (B, P, d), e_t
  private NDArray auxiliary; // (B, P), SIM's auxiliary logit

  /** What the head reads. */
  record Interest(NDArray u, NDArray intensities) {}

  /** What a search found: places in the history and which of them are real. */
  private record Found(NDArray places, NDArray valid) {}

  InterestGraph(CatalogueFeatures features, Leaves leaves, Batch batch, EmbeddingGraph embeddings) {
    this.features = features;
    this.spec = features.spec();
    this.leaves = leaves;
    this.batch = batch;
    this.embeddings = embeddings;
    this.b = batch.requests();
    this.p = batch.targets();
    this.l = batch.length();
    this.d = spec.hidden();
    this.heads = spec.heads();
    this.headSize = spec.headSize();
    this.historyItems = leaves.indices(batch.historyItems(), new Shape((long) b * l));
    this.historyQueries = leaves.indices(batch.historyQueries(), new Shape((long) b * l));
    float[] mask = new float[b * l];
    for (int i = 0; i < b; i++) {
      for (int k = batch.lengths()[i]; k < l; k++) {
        mask[i * l + k] = MASKED;
      }
    }
    this.padding = leaves.numbers(mask, new Shape(b, 1, 1, l));
    this.targets =
        pairs(
                leaves.indices(batch.targetItems(), new Shape((long) b * p)),
                leaves.indices(batch.targetQueries(), new Shape((long) b * p)),
                embeddings.items(),
                embeddings.queries())
            .reshape(b, p, d);
  }

  /** e_t, (B, P, d). */
  NDArray targets() {
    return targets;
  }

  /** SIM's auxiliary logit, (B, P); null for other networks. */
  NDArray auxiliary() {
    return auxiliary;
  }

  private NDArray pairs(NDArray items, NDArray queries, NDArray itemTable, NDArray queryTable) {
    NDArray item = EmbeddingGraph.lookUp(itemTable, items);
    return embeddings.pair(
        item, queryTable == null ? null : EmbeddingGraph.lookUp(queryTable, queries));
  }

  private static NDArray stop(NDArray x) {
    return x == null ? null : x.stopGradient();
  }

  /** e_l of all behaviours, (B, L, d). */
  private NDArray history(boolean differentiated) {
    NDArray items = embeddings.items();
    NDArray queries = embeddings.queries();
    return pairs(
            historyItems,
            historyQueries,
            differentiated ? items : stop(items),
            differentiated ? queries : stop(queries))
        .reshape(b, l, d);
  }

  /** The interest of every target. */
  Interest interest() {
    return switch (spec.architecture().interest()) {
      case TARGET_ATTENTION -> targetAttention();
      case ACTIVATION_UNIT -> pooled(activationUnit());
      case HASH_COLLISIONS -> pooled(hashCollisions());
      case MEAN -> pooled(mean());
      case NONE ->
          throw new IllegalStateException(spec.architecture().key() + " has nothing to train");
    };
  }

  // ---------------------------------------------------------------- target attention

  /** Attention over all behaviours, none searched for: what pretraining reads its prefixes with. */
  NDArray fullAttention() {
    NDArray pairs = history(true).reshape((long) b * l, d);
    NDArray keys =
        EmbeddingGraph.linear(pairs, leaves.dense("attention.key"))
            .reshape(b, l, heads, headSize)
            .transpose(0, 2, 3, 1); // (B, H, d_h, L)
    NDArray values =
        EmbeddingGraph.linear(pairs, leaves.dense("attention.value"))
            .reshape(b, l, heads, headSize)
            .transpose(0, 2, 1, 3); // (B, H, L, d_h)
    NDArray scores = query().matMul(keys).add(padding); // (B, H, P, L)
    NDArray any = real().max(new int[] {3}, true); // (B, 1, 1, 1)
    NDArray output = scores.softmax(3).mul(any).matMul(values); // (B, H, P, d_h)
    return output(output);
  }

  /** Scaled queries, (B, H, P, d_h). */
  private NDArray query() {
    NDArray scale =
        Arithmetic.times(
            leaves.dense("attention.scale").exp().reshape(1, 1, heads, 1), 1 / Math.sqrt(headSize));
    return EmbeddingGraph.linear(targets.reshape((long) b * p, d), leaves.dense("attention.query"))
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

  private Interest targetAttention() {
    NDArray query = query();
    NDArray itemKeys = EmbeddingGraph.linear(embeddings.items(), leaves.dense("attention.key"));
    NDArray queryKeys =
        spec.queries()
            ? EmbeddingGraph.linear(embeddings.queries(), leaves.dense("attention.key"))
            : null;
    NDArray bias = spec.architecture() == Architecture.TWIN ? biases() : null; // (B, H, P, L)
    Found found = search(query, itemKeys, queryKeys, bias);
    return attend(query, itemKeys, queryKeys, bias, found);
  }

  /** Scores of all behaviours that no gradient flows through, (B, H, P, L). */
  private NDArray scores(NDArray query, NDArray itemKeys, NDArray queryKeys, NDArray bias) {
    NDArray keys =
        pairs(historyItems, historyQueries, stop(itemKeys), stop(queryKeys))
            .reshape(b, l, heads, headSize)
            .transpose(0, 2, 3, 1); // (B, H, d_h, L)
    NDArray scores = stop(query).matMul(keys); // (B, H, P, L)
    return bias == null ? scores : scores.add(stop(bias));
  }

  private Found search(NDArray query, NDArray itemKeys, NDArray queryKeys, NDArray bias) {
    return switch (spec.architecture().search()) {
      case ATTENTION, BIASED_ATTENTION ->
          best(scores(query, itemKeys, queryKeys, bias).add(padding), spec.keep());
      case CASCADE -> best(cascade(scores(query, itemKeys, queryKeys, bias)), spec.keep());
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
    NDArray masked = scores.add(padding);
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
        EmbeddingGraph.lookUp(stop(embeddings.queries()), leaves.indices(query, new Shape(b)))
            .reshape(b, d, 1);
    NDArray relevance =
        history(false).matMul(asked).reshape(b, 1, 1, l).add(padding); // (B, 1, 1, L)
    NDArray found = relevance.topK(spec.cascade(), 3, true, false).get(1); // (B, 1, 1, K1)
    NDArray left =
        relevance
            .onesLike()
            .scatter(found, leaves.numbers(new float[b * spec.cascade()], found.getShape()), 3)
            .mul(leaves.numbers(searched, new Shape(b, 1, 1, 1)));
    return masked.add(Arithmetic.times(left, MASKED));
  }

  /** SIM's soft search; leaves the auxiliary logit behind. */
  private Found innerProduct() {
    NDArray behaviours = history(true); // (B, L, d)
    NDArray left =
        EmbeddingGraph.linear(targets.reshape((long) b * p, d), leaves.dense("search.target"))
            .reshape(b, p, d);
    NDArray right =
        EmbeddingGraph.linear(behaviours.reshape((long) b * l, d), leaves.dense("search.behaviour"))
            .reshape(b, l, d);
    NDArray scores = left.matMul(right.transpose(0, 2, 1)); // (B, P, L)
    NDArray real = padding.eq(0).toType(leaves.type(), false).reshape(b, 1, l);
    NDArray count = Arithmetic.atLeast(real.sum(new int[] {2}, true), 1); // (B, 1, 1)
    NDArray pooled = scores.mul(real).div(count).matMul(behaviours); // (B, P, d)
    NDArray weights = leaves.dense("search.auxiliary"); // (2 d + 1)
    NDArray ones = leaves.manager().ones(new Shape(b, p, 1), leaves.type());
    auxiliary =
        NDArrays.concat(new NDList(pooled, targets, ones), 2)
            .mul(weights.reshape(1, 1, 2L * d + 1))
            .sum(new int[] {2}); // (B, P)
    return best(scores.stopGradient().reshape(b, 1, p, l).add(padding), spec.keep());
  }

  /** Signatures as ±1: (B, n, d) → (B, n, bits). */
  private NDArray signatures(NDArray pairs, int n) {
    NDArray side =
        EmbeddingGraph.linear(
            pairs.stopGradient().reshape((long) b * n, d), leaves.dense("search.hash"));
    NDArray bits = side.gte(0).toType(leaves.type(), false);
    return Arithmetic.plus(Arithmetic.times(bits, 2), -1).reshape(b, n, spec.hashBits());
  }

  private Found simHash() {
    NDArray agreement =
        signatures(targets, p).matMul(signatures(history(false), l).transpose(0, 2, 1));
    // Agreement moves in steps of 2, so a fraction below 1 orders equal ones by recency.
    float[] recency = new float[l];
    for (int k = 0; k < l; k++) {
      recency[k] = (float) k / (l + 1);
    }
    NDArray scores =
        agreement.reshape(b, 1, p, l).add(leaves.numbers(recency, new Shape(1, 1, 1, l)));
    return best(scores.add(padding), spec.keep());
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
  private Interest attend(
      NDArray query, NDArray itemKeys, NDArray queryKeys, NDArray bias, Found found) {
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
    NDArray item = historyItems.take(row).reshape(shape).mul(heads).add(head).reshape(-1);
    NDArray asked = historyQueries.take(row).reshape(shape).mul(heads).add(head).reshape(-1);
    NDArray itemValues = EmbeddingGraph.linear(embeddings.items(), leaves.dense("attention.value"));
    NDArray queryValues =
        spec.queries()
            ? EmbeddingGraph.linear(embeddings.queries(), leaves.dense("attention.value"))
            : null;
    NDArray both =
        pairs(item, asked, byHead(itemKeys, itemValues), byHead(queryKeys, queryValues))
            .reshape(b, heads, p, k, 2L * headSize);
    NDArray keys = both.get(new NDIndex(":, :, :, :, 0:{}", headSize)); // (B, H, P, k, d_h)
    NDArray values = both.get(new NDIndex(":, :, :, :, {}:", headSize));
    NDArray scores = keys.matMul(query.expandDims(4)).reshape(shape); // (B, H, P, k)
    if (bias != null) {
      scores = scores.add(bias.gather(places, 3));
    }
    scores = scores.add(Arithmetic.times(Arithmetic.plus(valid, -1), -MASKED));
    NDArray any = valid.max(new int[] {3}, true); // (B, H, P, 1): 0 where nothing was found
    NDArray weights = scores.softmax(3).mul(any); // (B, H, P, k)
    NDArray output = weights.expandDims(3).matMul(values).reshape(b, heads, p, headSize);
    return new Interest(output(output), intensities(scores, any));
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

  // ---------------------------------------------------------------- pooled interests

  /** u of a pooled pair: (B, P or 1, d) → (B, P, d). */
  private Interest pooled(NDArray pool) {
    NDArray wide = pool.getShape().get(1) == p ? pool : pool.broadcast(new Shape(b, p, d));
    NDArray value =
        EmbeddingGraph.linear(wide.reshape((long) b * p, d), leaves.dense("attention.value"));
    return new Interest(
        EmbeddingGraph.linear(value, leaves.dense("attention.output")).reshape(b, p, d), null);
  }

  private NDArray real() {
    return padding.eq(0).toType(leaves.type(), false); // (B, 1, 1, L)
  }

  private NDArray mean() {
    NDArray real = real().reshape(b, 1, l);
    NDArray count = Arithmetic.atLeast(real.sum(new int[] {2}, true), 1);
    return real.matMul(history(true)).div(count);
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
        pairs(
                historyItems.take(row),
                historyQueries.take(row),
                embeddings.items(),
                embeddings.queries())
            .reshape(b, 1, k, d);
    NDArray weight = leaves.dense("unit.0.weight"); // (36, 4 d): of e_l, e_t, e_l − e_t, e_l ⊙ e_t
    NDArray ofBehaviour = columns(weight, 0).add(columns(weight, 2));
    NDArray ofTarget = columns(weight, 1).sub(columns(weight, 2));
    NDArray product = recent.mul(targets.reshape(b, p, 1, d)); // (B, P, k, d)
    NDArray hidden =
        EmbeddingGraph.linear(product, columns(weight, 3))
            .add(EmbeddingGraph.linear(recent, ofBehaviour))
            .add(EmbeddingGraph.linear(targets.reshape(b, p, 1, d), ofTarget))
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
    NDArray behaviours = history(true); // (B, L, d)
    NDArray left = signatures(targets, p).reshape(b, p, groups, spec.hashGroup());
    NDArray right = signatures(behaviours, l).reshape(b, l, groups, spec.hashGroup());
    NDArray agreement =
        left.transpose(0, 2, 1, 3).matMul(right.transpose(0, 2, 3, 1)); // (B, G, P, L)
    NDArray equal = agreement.gt(spec.hashGroup() - 0.5).toType(leaves.type(), false).mul(real());
    NDArray sums = equal.matMul(behaviours.reshape(b, 1, l, d)); // (B, G, P, d)
    NDArray norm = Arithmetic.plus(sums.square().sum(new int[] {3}, true), 1e-12).sqrt();
    return sums.div(norm).mean(new int[] {1}); // (B, P, d)
  }
}
