package io.seminar.network.scoring;

import io.seminar.attention.AttentionKernels;
import io.seminar.sessions.Query;

/**
 * The last part of a network: interests to logits. Not thread-safe: one a thread, from {@link
 * TrainedNetwork#newHead()}. Allocates nothing.
 */
public final class PredictionHead {
  private final HeadWeights weights;
  private final PairTable table;
  private final int hidden;
  private final int heads; // inputs that are intensities
  private final float[] input;
  private final float[][] activations;

  PredictionHead(HeadWeights weights, PairTable table) {
    this.weights = weights;
    this.table = table;
    hidden = weights.spec().hidden();
    heads = weights.spec().intensities() ? weights.spec().heads() : 0;
    input = new float[TrainedNetwork.MOST_TARGETS * weights.inputs(0)];
    activations = new float[weights.layers()][];
    for (int n = 0; n < activations.length; n++) {
      activations[n] = new float[TrainedNetwork.MOST_TARGETS * weights.outputs(n)];
    }
  }

  /**
   * Logits of a click, at the position at which everything is served. A target's logit does not
   * depend on the other targets.
   *
   * @param outputs (n, H d_h): the heads' outputs one after the other, before W_O; in networks
   *     without target attention the value of the pooled behaviours
   * @param intensities (n, H): log of the mean exponential of the kept scores over all behaviours
   *     before the request, 0 if none was kept; null in networks without target attention
   * @param pairs (n, d): the targets
   * @param items (n): the targets' items
   * @param n targets, at most {@link TrainedNetwork#MOST_TARGETS}
   * @param query of the request; 0: browsing
   * @param length L, behaviours before the request that are present
   * @param logits from {@code offset}, overwritten
   */
  public void logits(
      float[] outputs,
      float[] intensities,
      float[] pairs,
      int[] items,
      int n,
      int query,
      int length,
      float[] logits,
      int offset) {
    TrainedNetwork.checkTargets(n);
    int in = weights.inputs(0);
    // W_O writes straight into the first d inputs of every target.
    AttentionKernels.scores(outputs, n, weights.output(), hidden, hidden, input, in);
    float context = (float) (Math.log1p(length) / 10);
    for (int i = 0; i < n; i++) {
      int at = i * in;
      for (int j = 0; j < hidden; j++) {
        float e = pairs[i * hidden + j];
        input[at + hidden + j] = e;
        input[at + 2 * hidden + j] = input[at + j] * e;
      }
      at += 3 * hidden;
      for (int h = 0; h < heads; h++) {
        input[at + h] = intensities[i * heads + h];
      }
      input[at + heads] = query != Query.BROWSE_ORDINAL ? 1 : 0;
      input[at + heads + 1] = context;
      input[at + heads + 2] = table.relevance(items[i], query);
    }
    float[] below = input;
    int last = activations.length - 1;
    for (int layer = 0; layer <= last; layer++) {
      int out = weights.outputs(layer);
      float[] above = activations[layer];
      float[] bias = weights.bias(layer);
      AttentionKernels.scores(
          below, n, weights.weight(layer), out, weights.inputs(layer), above, out);
      float floor = layer < last ? 0 : Float.NEGATIVE_INFINITY;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < out; j++) {
          above[i * out + j] = Math.max(floor, above[i * out + j] + bias[j]);
        }
      }
      below = above;
    }
    for (int i = 0; i < n; i++) {
      logits[offset + i] = below[i] + weights.position();
    }
  }
}
