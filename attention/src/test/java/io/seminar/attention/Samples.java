package io.seminar.attention;

import java.util.Random;

/** Random arrays for tests. */
public final class Samples {

  private Samples() {}

  /** Independent standard normal values. */
  public static float[] gaussian(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
