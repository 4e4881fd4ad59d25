package io.seminar.pipelines.arms;

import io.seminar.network.scoring.PredictionHead;
import io.seminar.network.scoring.TrainedNetwork;
import io.seminar.pipelines.embedding.FieldLayout;
import io.seminar.pipelines.embedding.FieldVectors;
import io.seminar.pipelines.embedding.NetworkFields;
import java.util.Arrays;

/**
 * The attention of a SEMINAR network. What its heads give over what an arm keeps goes through the
 * network's own prediction head, whose logit is the score; if the arm is exact, it is the network's
 * own. Without a history, and for an impression that holds nothing that the network reads, the
 * network scores all the same.
 */
public final class NetworkModel implements AttentionModel {
  private final TrainedNetwork network;
  private final PredictionHead head;
  private final NetworkFields fields;
  private final FieldLayout layout;
  private final int keep;
  private final int heads;
  private final int hidden;
  private final float[] intensities; // (B, H)
  private final float[] pair; // (d)
  private final float[][] folded; // (H) of (d)

  /**
   * A model for a thread that keeps as many behaviours as the network does.
   *
   * @param network shared by all threads; a SEMINAR network
   */
  public NetworkModel(TrainedNetwork network) {
    this(network, network.spec().keep());
  }

  /**
   * A model for a thread.
   *
   * @param network shared by all threads; a SEMINAR network
   * @param keep K
   */
  public NetworkModel(TrainedNetwork network, int keep) {
    this.network = network;
    this.keep = keep;
    this.head = network.newHead();
    this.fields = new NetworkFields(network);
    this.layout = fields.layout();
    this.heads = network.spec().heads();
    this.hidden = network.spec().hidden();
    this.intensities = new float[RequestTargets.MAXIMUM * heads];
    this.pair = new float[hidden];
    this.folded = new float[heads][hidden];
  }

  @Override
  public int heads() {
    return heads;
  }

  @Override
  public int keySize() {
    return network.spec().headSize();
  }

  @Override
  public int valueSize() {
    return network.spec().headSize();
  }

  @Override
  public int pairSize() {
    return hidden;
  }

  @Override
  public boolean valuesAreKeys() {
    return false;
  }

  @Override
  public int keep() {
    return keep;
  }

  @Override
  public float temperature() {
    return network.temperature();
  }

  @Override
  public boolean holds(int item, int query) {
    return network.features().hasPair(item, query);
  }

  @Override
  public void behaviour(int item, int query, float[][] keys, float[][] values, int row) {
    network.keys(item, query, keys, row);
    network.values(item, query, values, row);
  }

  @Override
  public void pair(int item, int query, float[] out, int offset) {
    network.pair(item, query, out, offset);
  }

  @Override
  public void target(int item, int query, float[] out, int offset) {
    network.pair(item, query, out, offset);
  }

  @Override
  public void queries(float[] targets, int count, float[][] queries) {
    network.queries(targets, count, queries);
  }

  @Override
  public void score(RequestTargets targets, float[] outputs, double[] logSums, float[] scores) {
    double logLength = Math.log(targets.length());
    for (int i = 0; i < targets.count() * heads; i++) {
      intensities[i] =
          logSums[i] == Double.NEGATIVE_INFINITY ? 0 : (float) (logSums[i] - logLength);
    }
    head.logits(
        outputs,
        intensities,
        targets.pairs(),
        targets.items(),
        targets.count(),
        targets.query(),
        targets.length(),
        scores,
        0);
  }

  @Override
  public FieldVectors fields() {
    return fields;
  }

  @Override
  public boolean scaled() {
    return false;
  }

  @Override
  public float scale(int item, int query) {
    return 1;
  }

  @Override
  public void blocks(float[] targets, int target, float[] blocks) {
    fold(targets, target * hidden, blocks);
  }

  @Override
  public void fold(float[] fields, float[] blocks) {
    Arrays.fill(pair, 0);
    for (int f = 0; f < layout.fields(); f++) {
      float weight = layout.weights()[f];
      for (int d = 0; d < hidden; d++) {
        pair[d] += weight * fields[layout.offsets()[f] + d];
      }
    }
    fold(pair, 0, blocks);
  }

  @Override
  public int category(int item) {
    return network.features().category(item);
  }

  /** The folded target stands for every field. */
  private void fold(float[] target, int offset, float[] blocks) {
    network.fold(target, offset, folded);
    for (int h = 0; h < heads; h++) {
      for (int f = 0; f < layout.fields(); f++) {
        System.arraycopy(folded[h], 0, blocks, (h * layout.fields() + f) * hidden, hidden);
      }
    }
  }
}
