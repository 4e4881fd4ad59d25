package io.seminar.network.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.NetworkSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Embeds the distinct items and queries of a batch and fuses them to pairs (SEMINAR, section 2).
 * Every item and query is embedded once; behaviours and targets look their rows up.
 */
final class EmbeddingGraph {
  private final CatalogueFeatures features;
  private final NetworkSpec spec;
  private final Leaves leaves;
  private final int d;

  /** (U, d) a field: e_m, before its projection. */
  private final List<NDArray> fieldVectors = new ArrayList<>();

  private final NDArray present; // (U, F)
  private final NDArray items; // (U, d)
  private final NDArray queries; // (Q, d), null without queries
  private final NDArray balance; // (1), a

  /**
   * Embeds.
   *
   * @param items distinct item ordinals, (U)
   * @param queries distinct query ordinals, (Q)
   */
  EmbeddingGraph(CatalogueFeatures features, Leaves leaves, int[] items, int[] queries) {
    this.features = features;
    this.spec = features.spec();
    this.leaves = leaves;
    this.d = spec.hidden();
    int fields = spec.fields().size();
    float[] mask = new float[items.length * fields];
    for (int i = 0; i < items.length; i++) {
      for (int f = 0; f < fields; f++) {
        mask[i * fields + f] = features.has(f, items[i]) ? 1 : 0;
      }
    }
    this.present = leaves.numbers(mask, new Shape(items.length, fields)); // (U, F)
    for (int f = 0; f < fields; f++) {
      fieldVectors.add(fieldVectors(f, items)); // (U, d)
    }
    this.items = fuse();
    this.queries = spec.queries() ? queryVectors(queries) : null;
    this.balance = spec.queries() ? Activation.sigmoid(leaves.dense("pair.balance")) : null;
  }

  private NDArray fieldVectors(int field, int[] items) {
    String name = spec.fields().get(field);
    if (name.equals(NetworkSpec.ID)) {
      return leaves.rows("items.id", items); // (U, d)
    }
    if (name.equals(NetworkSpec.ATTRIBUTES)) {
      return bagMean("items.attributes", items, features::attributeCount, features::attribute);
    }
    int dimension = features.dimension(field);
    float[] inputs = new float[items.length * dimension];
    for (int i = 0; i < items.length; i++) {
      if (features.has(field, items[i])) {
        features.copyVector(field, items[i], inputs, i * dimension);
      }
    }
    NDArray x = leaves.numbers(inputs, new Shape(items.length, dimension)); // (U, d_m)
    return linear(x, leaves.dense("items." + name + ".encoder")); // (U, d)
  }

  private interface Count {
    int of(int ordinal);
  }

  private interface Member {
    int of(int ordinal, int n);
  }

  /** The mean over the table rows of each ordinal's bag: a mask, not a division by its width. */
  private NDArray bagMean(String table, int[] ordinals, Count count, Member member) {
    int width = 1;
    for (int ordinal : ordinals) {
      width = Math.max(width, count.of(ordinal));
    }
    Map<Integer, Integer> numbers = new LinkedHashMap<>();
    int[] index = new int[ordinals.length * width];
    float[] weight = new float[ordinals.length * width];
    for (int i = 0; i < ordinals.length; i++) {
      int n = count.of(ordinals[i]);
      for (int j = 0; j < n; j++) {
        index[i * width + j] =
            numbers.computeIfAbsent(member.of(ordinals[i], j), key -> numbers.size());
        weight[i * width + j] = 1f / n;
      }
    }
    if (numbers.isEmpty()) {
      return leaves.numbers(new float[ordinals.length * d], new Shape(ordinals.length, d));
    }
    int[] rows = numbers.keySet().stream().mapToInt(Integer::intValue).toArray();
    NDArray values = leaves.rows(table, rows); // (R, d)
    NDArray gathered = lookUp(values, leaves.indices(index, new Shape(index.length))); // (N W, d)
    return gathered
        .reshape(ordinals.length, width, d)
        .mul(leaves.numbers(weight, new Shape(ordinals.length, width, 1)))
        .sum(new int[] {1}); // (N, d)
  }

  /** Rows of a matrix; its gradient is summed over equal indices. */
  static NDArray lookUp(NDArray table, NDArray indices) {
    NDList found = Embedding.embedding(indices, table, SparseFormat.DENSE);
    return found.singletonOrThrow();
  }

  /** x Wᵀ. */
  static NDArray linear(NDArray x, NDArray weight) {
    return x.matMul(weight.transpose());
  }

  private NDArray fuse() {
    NDArray gate = leaves.dense("items.gate").softmax(0).reshape(1, -1); // (1, F)
    NDArray weights = present.mul(gate); // (U, F)
    // An item without any field is the zero vector: its weights are all 0, whatever they are
    // divided by.
    NDArray sum = Arithmetic.atLeast(weights.sum(new int[] {1}, true), 1e-12); // (U, 1)
    weights = weights.div(sum);
    NDArray fused = null;
    for (int f = 0; f < fieldVectors.size(); f++) {
      NDArray projection = leaves.dense("items." + spec.fields().get(f) + ".projection");
      NDArray x = linear(fieldVectors.get(f), projection); // (U, d)
      NDArray part = x.mul(weights.get(":, {}:{}", f, f + 1)); // (U, d)
      fused = fused == null ? part : fused.add(part);
    }
    return fused;
  }

  private NDArray queryVectors(int[] queries) {
    NDArray mean =
        bagMean("queries.tokens", queries, features::tokenCount, features::token); // (Q, d)
    int dimension = features.shape().queryDimension();
    if (dimension > 0) {
      float[] inputs = new float[queries.length * dimension];
      for (int q = 0; q < queries.length; q++) {
        if (features.hasQueryVector(queries[q])) {
          features.copyQueryVector(queries[q], inputs, q * dimension);
        }
      }
      NDArray x = leaves.numbers(inputs, new Shape(queries.length, dimension)); // (Q, d_q)
      mean = mean.add(linear(x, leaves.dense("queries.vector.encoder")));
    }
    float[] browse = new float[queries.length];
    for (int q = 0; q < queries.length; q++) {
      browse[q] = queries[q] == 0 ? 1 : 0;
    }
    // The browse query has neither tokens nor vector, so its row is 0 until its own embedding is
    // added.
    NDArray own =
        leaves
            .numbers(browse, new Shape(queries.length, 1))
            .matMul(leaves.dense("queries.browse").reshape(1, d)); // (Q, d)
    return linear(mean.add(own), leaves.dense("queries.projection"));
  }

  /** e_m of a field before its projection, (U, d). */
  NDArray field(int field) {
    return fieldVectors.get(field);
  }

  /** i, (U, d). */
  NDArray items() {
    return items;
  }

  /** G_q q, (Q, d). */
  NDArray queries() {
    return queries;
  }

  /**
   * Pairs of looked-up parts: {@code a q + (1 − a) i} in any linear image of the two.
   *
   * @param item of the items, (…, n)
   * @param query of the queries, the same shape; not read without queries
   */
  NDArray pair(NDArray item, NDArray query) {
    if (balance == null) {
      return item;
    }
    return query.mul(balance).add(item.mul(Arithmetic.plus(balance.neg(), 1)));
  }
}
