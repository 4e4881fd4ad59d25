package io.seminar.network.training;

import io.seminar.network.checkpoint.OptimizerState;
import io.seminar.network.model.Parameters;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adam (Kingma and Ba, ICLR 2015, algorithm 1), in plain Java on the parameters themselves, so that
 * its state can be saved and a step is the same to the bit wherever its gradients are. Rows of
 * tables are updated only in the steps that read them ("lazy"); the bias correction counts all
 * steps.
 */
final class Adam implements Leaves.GradientSink {
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-8f;

  private final Map<String, float[]> first = new LinkedHashMap<>();
  private final Map<String, float[]> second = new LinkedHashMap<>();
  private final float rate;
  private long steps;
  private float stepSize;
  private float secondCorrection;

  /**
   * A fresh optimiser of all parameters that are not fixed.
   *
   * @param rate learning rate, above 0
   */
  Adam(Parameters parameters, float rate) {
    this.rate = rate;
    for (Parameters.Tensor tensor : parameters.tensors()) {
      if (tensor.kind() != Parameters.Kind.FIXED) {
        first.put(tensor.name(), new float[tensor.values().length]);
        second.put(tensor.name(), new float[tensor.values().length]);
      }
    }
  }

  /** Goes on from a saved state, whose moments are taken, not copied. */
  Adam(Parameters parameters, float rate, OptimizerState state) {
    this.rate = rate;
    this.steps = state.steps();
    for (Parameters.Tensor tensor : parameters.tensors()) {
      if (tensor.kind() != Parameters.Kind.FIXED) {
        first.put(tensor.name(), state.first().get(tensor.name()));
        second.put(tensor.name(), state.second().get(tensor.name()));
      }
    }
  }

  /** Begins a step; its gradients follow. */
  void begin() {
    steps++;
    double c1 = 1 - Math.pow(BETA1, steps);
    double c2 = 1 - Math.pow(BETA2, steps);
    stepSize = (float) (rate / c1);
    secondCorrection = (float) (1 / c2);
  }

  @Override
  public void accept(Parameters.Tensor tensor, int[] rows, float[] gradient) {
    float[] m = first.get(tensor.name());
    float[] v = second.get(tensor.name());
    if (rows == null) {
      update(tensor.values(), m, v, 0, gradient, 0, gradient.length);
      return;
    }
    int size = tensor.rowSize();
    for (int i = 0; i < rows.length; i++) {
      update(tensor.values(), m, v, rows[i] * size, gradient, i * size, size);
    }
  }

  private void update(
      float[] values, float[] m, float[] v, int at, float[] gradient, int from, int size) {
    for (int i = 0; i < size; i++) {
      float g = gradient[from + i];
      int k = at + i;
      m[k] = BETA1 * m[k] + (1 - BETA1) * g;
      v[k] = BETA2 * v[k] + (1 - BETA2) * g * g;
      values[k] -= stepSize * m[k] / ((float) Math.sqrt(v[k] * secondCorrection) + EPSILON);
    }
  }

  /** Steps taken. */
  long steps() {
    return steps;
  }

  /** First moments, by parameter; not copies. */
  Map<String, float[]> first() {
    return first;
  }

  /** Second moments, by parameter; not copies. */
  Map<String, float[]> second() {
    return second;
  }
}
