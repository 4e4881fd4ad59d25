package io.seminar.network.scoring;

import io.seminar.network.model.NetworkSpec;
import io.seminar.network.model.Parameters;

/** What all prediction heads of a network share. Read only. */
final class HeadWeights {
  /** The position at which everything is scored: training alone knows where an item was shown. */
  private static final int SERVED_POSITION = 1;

  private final NetworkSpec spec;
  private final float[] output; // (d, d)
  private final float[][] weights; // a layer: (out, in)
  private final float[][] biases; // a layer: (out)
  private final float position;

  HeadWeights(NetworkSpec spec, ParameterReader parameters) {
    this.spec = spec;
    int hidden = spec.hidden();
    output = parameters.read("attention.output", "d, d", hidden, hidden).clone();
    int layers = NetworkSpec.HEAD.length + 1;
    weights = new float[layers][];
    biases = new float[layers][];
    for (int n = 0; n < layers; n++) {
      int in = inputs(n);
      int out = outputs(n);
      weights[n] = parameters.read("head." + n + ".weight", "out, in", out, in).clone();
      biases[n] = parameters.read("head." + n + ".bias", "out", out).clone();
    }
    position = parameters.read("head.position", "positions", Parameters.POSITIONS)[SERVED_POSITION];
  }

  NetworkSpec spec() {
    return spec;
  }

  /** W_O. // (d, d) */
  float[] output() {
    return output;
  }

  int layers() {
    return weights.length;
  }

  int inputs(int layer) {
    return layer == 0 ? spec.headInputs() : NetworkSpec.HEAD[layer - 1];
  }

  int outputs(int layer) {
    return layer < NetworkSpec.HEAD.length ? NetworkSpec.HEAD[layer] : 1;
  }

  /** (out, in) */
  float[] weight(int layer) {
    return weights[layer];
  }

  /** (out) */
  float[] bias(int layer) {
    return biases[layer];
  }

  /** What the served position adds to every logit. */
  float position() {
    return position;
  }
}
