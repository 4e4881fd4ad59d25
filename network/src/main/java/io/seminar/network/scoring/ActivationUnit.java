package io.seminar.network.scoring;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.retrieval.Capacity;
import io.seminar.network.model.NetworkSpec;
import io.seminar.sessions.History;
import java.util.Arrays;

/**
 * DIN's interest: the last K behaviours, each weighted by a small MLP of {@code [e_l ; e_t ; e_l −
 * e_t ; e_l ⊙ e_t]}. The first layer is taken apart by what it reads: of the behaviour alone once a
 * page, of the target alone once a target, of the product as a matrix that holds the target.
 */
final class ActivationUnit implements UserInterest {
  private final TrainedNetwork network;
  private final Weights weights;
  private final int hidden;
  private final int keep;
  private final Behaviours behaviours;
  private final float[] ofTarget; // (n, units)
  private final float[] modulated; // (units, d)
  private final float[] pooled; // (n, d)
  private float[] recent = new float[0]; // (k, d)
  private float[] ofBehaviour = new float[0]; // (units, k)
  private float[] ofProduct = new float[0]; // (units, k)
  private float[] weight = new float[0]; // (k)

  /**
   * The unit's weights, its first layer taken apart.
   *
   * @param behaviour (units, d): what reads e_l and e_l − e_t, of e_l
   * @param target (units, d): the same of e_t
   * @param product (units, d): what reads e_l ⊙ e_t
   * @param bias (units)
   * @param last (units)
   * @param lastBias of the second layer
   * @param value (d, d): of the pooled behaviours
   */
  record Weights(
      float[] behaviour,
      float[] target,
      float[] product,
      float[] bias,
      float[] last,
      float lastBias,
      float[] value) {
    static Weights read(NetworkSpec spec, ParameterReader parameters) {
      int d = spec.hidden();
      int units = NetworkSpec.UNIT;
      float[] first = parameters.read("unit.0.weight", "units, 4 d", units, 4 * d);
      float[] behaviour = new float[units * d];
      float[] target = new float[units * d];
      float[] product = new float[units * d];
      for (int u = 0; u < units; u++) {
        for (int j = 0; j < d; j++) {
          int at = u * 4 * d + j;
          behaviour[u * d + j] = first[at] + first[at + 2 * d];
          target[u * d + j] = first[at + d] - first[at + 2 * d];
          product[u * d + j] = first[at + 3 * d];
        }
      }
      return new Weights(
          behaviour,
          target,
          product,
          parameters.read("unit.0.bias", "units", units).clone(),
          parameters.read("unit.1.weight", "1, units", 1, units).clone(),
          parameters.read("unit.1.bias", "1", 1)[0],
          parameters.read("attention.value", "d, d", d, d).clone());
    }
  }

  ActivationUnit(TrainedNetwork network, Weights weights) {
    this.network = network;
    this.weights = weights;
    hidden = network.spec().hidden();
    keep = network.spec().keep();
    behaviours = new Behaviours(network, false, false);
    ofTarget = new float[TrainedNetwork.MOST_TARGETS * NetworkSpec.UNIT];
    modulated = new float[NetworkSpec.UNIT * hidden];
    pooled = new float[TrainedNetwork.MOST_TARGETS * hidden];
  }

  @Override
  public void open(History history) {
    behaviours.embed(history);
    int k = Math.min(keep, behaviours.length());
    if (Capacity.misfits(recent.length, Capacity.of(k, hidden))) {
      recent = Capacity.NONE;
      recent = new float[k * hidden];
    }
    if (Capacity.misfits(ofProduct.length, Capacity.of(k, NetworkSpec.UNIT))) {
      ofBehaviour = new float[k * NetworkSpec.UNIT];
      ofProduct = new float[k * NetworkSpec.UNIT];
      weight = new float[k];
    }
  }

  @Override
  public int lengthBefore(long time) {
    return behaviours.lengthBefore(time);
  }

  @Override
  public void find(TargetPage page, float[] outputs, float[] intensities) {
    int k = Math.min(keep, page.length());
    int from = page.length() - k;
    for (int l = 0; l < k; l++) {
      network.pair(
          behaviours.items()[from + l], behaviours.queries()[from + l], recent, l * hidden);
    }
    int units = NetworkSpec.UNIT;
    AttentionKernels.scores(weights.behaviour(), units, recent, k, hidden, ofBehaviour, k);
    AttentionKernels.scores(
        page.pairs(), page.size(), weights.target(), units, hidden, ofTarget, units);
    for (int i = 0; i < page.size(); i++) {
      weigh(page, i, k);
      int at = i * hidden;
      Arrays.fill(pooled, at, at + hidden, 0);
      for (int l = 0; l < k; l++) {
        for (int j = 0; j < hidden; j++) {
          pooled[at + j] += weight[l] * recent[l * hidden + j];
        }
      }
    }
    AttentionKernels.scores(pooled, page.size(), weights.value(), hidden, hidden, outputs, hidden);
  }

  private void weigh(TargetPage page, int target, int k) {
    int units = NetworkSpec.UNIT;
    for (int u = 0; u < units; u++) {
      for (int j = 0; j < hidden; j++) {
        modulated[u * hidden + j] =
            weights.product()[u * hidden + j] * page.pairs()[target * hidden + j];
      }
    }
    AttentionKernels.scores(modulated, units, recent, k, hidden, ofProduct, k);
    Arrays.fill(weight, 0, k, weights.lastBias());
    for (int u = 0; u < units; u++) {
      float constant = ofTarget[target * units + u] + weights.bias()[u];
      float factor = weights.last()[u];
      for (int l = 0; l < k; l++) {
        weight[l] += factor * Math.max(0, constant + ofBehaviour[u * k + l] + ofProduct[u * k + l]);
      }
    }
  }
}
