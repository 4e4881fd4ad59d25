package io.seminar.network.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.NetworkSpec;

/**
 * The three objectives of the pretraining search unit over one batch (SEMINAR, section 3): {@code L
 * = w_next L_next + w_align L_align + w_rel L_rel}. An objective of weight 0 is not computed.
 */
final class PretrainingGraph {
  private final CatalogueFeatures features;
  private final NetworkSpec spec;
  private final Leaves leaves;
  private final PretrainingBatch batch;
  private final EmbeddingGraph embeddings;

  PretrainingGraph(CatalogueFeatures features, Leaves leaves, PretrainingBatch batch) {
    this.features = features;
    this.spec = features.spec();
    this.leaves = leaves;
    this.batch = batch;
    this.embeddings =
        new EmbeddingGraph(features, leaves, batch.batch().items(), batch.batch().queries());
  }

  /**
   * The weighted sum and its terms.
   *
   * @return total, next, align, relevance; a term that is off is null
   */
  NDArray[] losses(Objectives objectives) {
    NDArray[] terms = {
      null,
      objectives.next() > 0 ? nextPair() : null,
      objectives.align() > 0 ? alignment(objectives.temperature()) : null,
      objectives.relevance() > 0 && spec.queries() && batch.pairItems().length > 1
          ? relevance(objectives.temperature())
          : null
    };
    double[] weights = {0, objectives.next(), objectives.align(), objectives.relevance()};
    for (int t = 1; t < terms.length; t++) {
      if (terms[t] != null) {
        NDArray part = Arithmetic.times(terms[t], weights[t]);
        terms[0] = terms[0] == null ? part : terms[0].add(part);
      }
    }
    return terms;
  }

  /** Cross-entropy of what came next among the candidates; the logit is a scaled cosine. */
  private NDArray nextPair() {
    Batch prefixes = batch.batch();
    int b = prefixes.requests();
    int c = prefixes.targets();
    PairGraph pairs = new PairGraph(leaves, prefixes, embeddings, spec.hidden());
    NDArray u = new AttentionGraph(features, leaves, prefixes, pairs).fullAttention(); // (B, C, d)
    NDArray cosine = Losses.unit(u).mul(Losses.unit(pairs.targets())).sum(new int[] {2}); // (B, C)
    NDArray logits = cosine.mul(leaves.dense("psu.scale").exp());
    float[] rows = new float[b];
    int[] positive = new int[b];
    for (int i = 0; i < b; i++) {
      positive[i] = i;
      rows[i] = prefixes.lengths()[i] > 0 ? 1 : 0; // an empty prefix says nothing
    }
    return Losses.contrastive(
        logits,
        leaves.indices(positive, new Shape(b)),
        leaves.numbers(batch.allowed(), new Shape(b, c)),
        leaves.numbers(rows, new Shape(b)));
  }

  /** Mean over the pairs of fields of their symmetric InfoNCE. */
  private NDArray alignment(double temperature) {
    int n = batch.items().length;
    NDArray rows = leaves.indices(batch.items(), new Shape(n));
    int fields = spec.fields().size();
    NDArray[] vectors = new NDArray[fields];
    for (int f = 0; f < fields; f++) {
      vectors[f] = EmbeddingGraph.lookUp(embeddings.field(f), rows); // (N, d)
    }
    NDArray sum = null;
    for (int f = 0; f < fields; f++) {
      for (int g = f + 1; g < fields; g++) {
        float[] both = new float[n];
        for (int i = 0; i < n; i++) {
          int item = batch.batch().items()[batch.items()[i]];
          both[i] = features.has(f, item) && features.has(g, item) ? 1 : 0;
        }
        NDArray loss =
            Losses.alignment(
                vectors[f], vectors[g], leaves.numbers(both, new Shape(n)), temperature);
        sum = sum == null ? loss : sum.add(loss);
      }
    }
    return sum == null ? null : Arithmetic.times(sum, 2.0 / (fields * (fields - 1)));
  }

  /** InfoNCE of a query and its item against the items of other queries. */
  private NDArray relevance(double temperature) {
    int r = batch.pairItems().length;
    NDArray query =
        EmbeddingGraph.lookUp(
            embeddings.queries(), leaves.indices(batch.pairQueries(), new Shape(r)));
    NDArray item =
        EmbeddingGraph.lookUp(embeddings.items(), leaves.indices(batch.pairItems(), new Shape(r)));
    float[] allowed = new float[r * r];
    float[] rows = new float[r];
    int[] positive = new int[r];
    for (int i = 0; i < r; i++) {
      rows[i] = 1;
      positive[i] = i;
      for (int j = 0; j < r; j++) {
        boolean other =
            batch.pairQueries()[i] != batch.pairQueries()[j]
                && batch.pairItems()[i] != batch.pairItems()[j];
        allowed[i * r + j] = other ? 1 : 0;
      }
    }
    NDArray logits =
        Arithmetic.times(
            Losses.unit(query).matMul(Losses.unit(item).transpose()), 1 / temperature); // (R, R)
    return Losses.contrastive(
        logits,
        leaves.indices(positive, new Shape(r)),
        leaves.numbers(allowed, new Shape(r, r)),
        leaves.numbers(rows, new Shape(r)));
  }
}
