package io.seminar.attention.quantization;

import io.seminar.attention.AttentionKernels;

/**
 * Optimised product quantisation (Ge, He, Ke and Sun, CVPR 2013 and TPAMI 2014): a rotation before
 * a {@link ProductQuantizer}, learnt so that its sub-spaces lose as little as possible. Inner
 * products do not change under a rotation, so a target is rotated and its tables are those of the
 * rotated space.
 *
 * <p>A zero vector stays one; a decoded vector is encoded to the same code again but for rounding.
 */
public final class RotatedQuantizer implements Quantizer {

  private final float[] rotation; // (D, D): y = rotation x
  private final ProductQuantizer rotated;

  private RotatedQuantizer(float[] rotation, ProductQuantizer rotated) {
    this.rotation = rotation;
    this.rotated = rotated;
  }

  /**
   * Trains on {@code n} vectors, or on a sample of them.
   *
   * @param vectors (n, D), finite
   * @param n at least 1
   */
  public static RotatedQuantizer train(
      float[] vectors, int n, int dimension, TrainingOptions options) {
    ProductQuantizer.checkSubcodes(options.subcodes(), dimension);
    TrainingSample sample =
        TrainingSample.of(vectors, n, dimension, options.sample(), options.seed());
    try (TrainingThreads threads = new TrainingThreads(options.threads())) {
      float[] rotation = RotationTraining.train(sample, options, threads);
      TrainingSample turned =
          new TrainingSample(
              RotationTraining.rotate(rotation, sample, threads), sample.n(), dimension);
      return new RotatedQuantizer(rotation, ProductQuantizer.train(turned, options, threads));
    }
  }

  /**
   * Puts a quantiser together.
   *
   * @param rotation (D, D), orthogonal (checked)
   * @param rotated of the rotated vectors
   */
  public static RotatedQuantizer of(float[] rotation, ProductQuantizer rotated) {
    int d = rotated.dimension();
    if (rotation.length != d * d) {
      throw new IllegalArgumentException(
          "a rotation of " + rotation.length + " floats: expected " + d + " x " + d);
    }
    for (int i = 0; i < d; i++) {
      for (int j = 0; j <= i; j++) {
        double product = 0;
        for (int k = 0; k < d; k++) {
          product += (double) rotation[i * d + k] * rotation[j * d + k];
        }
        if (!(Math.abs(product - (i == j ? 1 : 0)) < 1e-4)) {
          throw new IllegalArgumentException(
              "rows "
                  + j
                  + " and "
                  + i
                  + " of a rotation have the product "
                  + product
                  + ": expected "
                  + (i == j ? 1 : 0));
        }
      }
    }
    return new RotatedQuantizer(rotation.clone(), rotated);
  }

  /** Copies the rotation. // (D, D) */
  public float[] rotation() {
    return rotation.clone();
  }

  /** The quantiser of the rotated vectors. */
  public ProductQuantizer rotated() {
    return rotated;
  }

  @Override
  public Method method() {
    return Method.OPQ;
  }

  @Override
  public int dimension() {
    return rotated.dimension();
  }

  @Override
  public int subcodes() {
    return rotated.subcodes();
  }

  @Override
  public int slots() {
    return rotated.slots();
  }

  @Override
  public int centroids() {
    return rotated.centroids();
  }

  @Override
  public boolean reservesZero() {
    return rotated.reservesZero();
  }

  @Override
  public void encode(float[] vector, int offset, byte[] codes, int codesOffset) {
    Checks.range("vector", vector.length, offset, dimension());
    Checks.range("codes", codes.length, codesOffset, subcodes());
    Checks.finite(vector, offset, dimension(), "vector");
    rotated.nearest(rotate(vector, offset), 0, codes, codesOffset);
  }

  @Override
  public void decode(byte[] codes, int codesOffset, float[] vector, int offset) {
    int d = dimension();
    Checks.range("vector", vector.length, offset, d);
    float[] turned = WorkSpace.get().rotated(d);
    rotated.decode(codes, codesOffset, turned, 0);
    for (int i = 0; i < d; i++) {
      vector[offset + i] = 0;
    }
    for (int row = 0; row < d; row++) {
      float factor = turned[row];
      int at = row * d;
      for (int i = 0; i < d; i++) {
        vector[offset + i] += factor * rotation[at + i];
      }
    }
  }

  @Override
  public void tables(float[] target, int offset, float weight, float[] tables, int tablesOffset) {
    Checks.range("target", target.length, offset, dimension());
    rotated.tables(rotate(target, offset), 0, weight, tables, tablesOffset);
  }

  /** Into this thread's work space. */
  private float[] rotate(float[] vector, int offset) {
    int d = dimension();
    float[] turned = WorkSpace.get().rotated(d);
    for (int row = 0; row < d; row++) {
      turned[row] = AttentionKernels.dot(rotation, row * d, vector, offset, d);
    }
    return turned;
  }
}
