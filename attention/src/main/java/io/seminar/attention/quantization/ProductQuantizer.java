package io.seminar.attention.quantization;

/**
 * Product quantisation (Jégou, Douze and Schmid, TPAMI 2011): a vector is cut into C sub-vectors
 * and each is replaced by the nearest of up to 16 or 256 centroids, so its code is C numbers of 4
 * or 8 bits.
 *
 * <p>Sub-spaces need not divide the dimension: the first {@code D mod C} of them are one longer.
 *
 * <p>Immutable and safe for threads. Encoding is nearest by squared distance, the lowest slot of
 * several; or, with a threshold, best by an anisotropic loss (Guo and others, ICML 2020), for inner
 * products. A vector that is a concatenation of centroids is decoded exactly.
 */
public final class ProductQuantizer implements Quantizer {

  /** The most centroids that a sub-code can name. */
  public static final int MOST_CENTROIDS = 256;

  private static final int FEW_CENTROIDS = 16;

  private final int dimension;
  private final int centroids;
  private final int slots;
  private final boolean reservesZero;
  private final int[] starts; // (C + 1)
  private final float[][] bySubspace; // C x (its dimension, slots)

  private final float threshold;
  private final AnisotropicLoss loss;

  private ProductQuantizer(
      int dimension, int centroids, boolean reservesZero, float threshold, float[][] bySubspace) {
    this.dimension = dimension;
    this.centroids = centroids;
    this.slots = slots(centroids);
    this.reservesZero = reservesZero;
    this.starts = starts(dimension, bySubspace.length);
    this.bySubspace = bySubspace;
    this.threshold = threshold;
    this.loss = new AnisotropicLoss(starts, centroids, threshold);
  }

  /** Slots of the tables of so many centroids: 16 where they suffice, else 256. */
  static int slots(int centroids) {
    return centroids <= FEW_CENTROIDS ? FEW_CENTROIDS : MOST_CENTROIDS;
  }

  static int[] starts(int dimension, int subspaces) {
    int[] starts = new int[subspaces + 1];
    for (int c = 0; c < subspaces; c++) {
      starts[c + 1] = starts[c] + dimension / subspaces + (c < dimension % subspaces ? 1 : 0);
    }
    return starts;
  }

  /**
   * Trains on {@code n} vectors, or on a sample of them.
   *
   * @param vectors (n, D), finite
   * @param n at least 1; fewer than the centroids is fine: every distinct vector is then its own
   */
  public static ProductQuantizer train(
      float[] vectors, int n, int dimension, TrainingOptions options) {
    checkSubcodes(options.subcodes(), dimension);
    TrainingSample sample =
        TrainingSample.of(vectors, n, dimension, options.sample(), options.seed());
    try (TrainingThreads threads = new TrainingThreads(options.threads())) {
      return train(sample, options, threads);
    }
  }

  static void checkSubcodes(int subcodes, int dimension) {
    if (subcodes > dimension) {
      throw new IllegalArgumentException(
          "subcodes is " + subcodes + ": expected at most the dimension, " + dimension);
    }
  }

  static ProductQuantizer train(
      TrainingSample sample, TrainingOptions options, TrainingThreads threads) {
    int[] starts = starts(sample.dimension(), options.subcodes());
    float[][] trained = new float[options.subcodes()][];
    threads.forEach(
        trained.length,
        c -> {
          KMeans means = seeded(sample.columns(starts[c], starts[c + 1]), sample.n(), c, options);
          means.iterate(options.iterations());
          trained[c] = means.centroids();
        });
    if (AnisotropicLoss.extra(options.threshold(), sample.dimension()) > 0) {
      ProductQuantizer nearest =
          new ProductQuantizer(
              sample.dimension(), options.centroids(), options.reserveZero(), 0, trained);
      new AnisotropicLoss(starts, options.centroids(), options.threshold())
          .train(sample, nearest, options.reserveZero(), threads);
    }
    return new ProductQuantizer(
        sample.dimension(),
        options.centroids(),
        options.reserveZero(),
        options.threshold(),
        trained);
  }

  /** A seed of its own for each sub-space: the order and the threads of training do not matter. */
  static KMeans seeded(float[] points, int n, int subspace, TrainingOptions options) {
    KMeans means =
        new KMeans(points, n, points.length / n, options.centroids(), options.reserveZero());
    means.seed(options.seed() + (subspace + 1) * 0x9E3779B97F4A7C15L);
    return means;
  }

  /**
   * Puts a quantiser together from what {@link #copyCentroid} gave.
   *
   * @param subspaces C
   * @param centroids slots used in each sub-space, 1 to 256
   * @param reservesZero whether slot 0 of each sub-space is the zero vector (checked)
   * @param threshold T of anisotropic encoding, 0 (none) to below 1
   * @param values for each sub-space its centroids, one after the other: {@code centroids * D}
   *     floats
   */
  public static ProductQuantizer of(
      int dimension,
      int subspaces,
      int centroids,
      boolean reservesZero,
      float threshold,
      float[] values) {
    if (dimension < 1
        || subspaces < 1
        || subspaces > dimension
        || centroids < 1
        || centroids > MOST_CENTROIDS
        || !(threshold >= 0 && threshold < 1)
        || values.length != (long) centroids * dimension) {
      throw new IllegalArgumentException(
          "a quantiser of dimension "
              + dimension
              + ", "
              + subspaces
              + " sub-spaces, "
              + centroids
              + " centroids, threshold "
              + threshold
              + " does not go with "
              + values.length
              + " floats");
    }
    Checks.finite(values, 0, values.length, "centroids");
    int[] starts = starts(dimension, subspaces);
    int slots = slots(centroids);
    float[][] bySubspace = new float[subspaces][];
    int at = 0;
    for (int c = 0; c < subspaces; c++) {
      int width = starts[c + 1] - starts[c];
      bySubspace[c] = new float[width * slots];
      for (int slot = 0; slot < slots; slot++) {
        int from = slot < centroids ? at + slot * width : at;
        for (int d = 0; d < width; d++) {
          float value = values[from + d];
          if (slot == 0 && reservesZero && value != 0) {
            throw new IllegalArgumentException(
                "slot 0 of sub-space " + c + " holds " + value + ": expected the zero vector");
          }
          bySubspace[c][d * slots + slot] = value;
        }
      }
      at += centroids * width;
    }
    return new ProductQuantizer(dimension, centroids, reservesZero, threshold, bySubspace);
  }

  @Override
  public Method method() {
    return Method.PQ;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  /** C, of which each has a sub-space of its own. */
  @Override
  public int subcodes() {
    return bySubspace.length;
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public int centroids() {
    return centroids;
  }

  @Override
  public boolean reservesZero() {
    return reservesZero;
  }

  /** T of anisotropic encoding; 0: none. */
  public float threshold() {
    return threshold;
  }

  /** First element of a sub-space; that of sub-space C is D. */
  public int start(int subspace) {
    return starts[subspace];
  }

  /** Copies a centroid: as many floats as the sub-space has elements. */
  public void copyCentroid(int subspace, int slot, float[] out, int offset) {
    float[] values = bySubspace[subspace];
    int width = starts[subspace + 1] - starts[subspace];
    for (int d = 0; d < width; d++) {
      out[offset + d] = values[d * slots + slot];
    }
  }

  /** C x (its dimension, slots): the centroids themselves. */
  float[][] bySubspace() {
    return bySubspace;
  }

  /** For each sub-space its centroids, one after the other: what {@link #of} takes. */
  float[] values() {
    float[] values = new float[centroids * dimension];
    int at = 0;
    for (int c = 0; c < bySubspace.length; c++) {
      for (int slot = 0; slot < centroids; slot++) {
        copyCentroid(c, slot, values, at);
        at += starts[c + 1] - starts[c];
      }
    }
    return values;
  }

  @Override
  public void encode(float[] vector, int offset, byte[] codes, int codesOffset) {
    Checks.range("vector", vector.length, offset, dimension);
    Checks.range("codes", codes.length, codesOffset, subcodes());
    Checks.finite(vector, offset, dimension, "vector");
    nearest(vector, offset, codes, codesOffset);
  }

  /** The code of a vector that has been checked. */
  void nearest(float[] vector, int offset, byte[] codes, int codesOffset) {
    WorkSpace work = WorkSpace.get();
    float[] distances = work.distances(slots);
    for (int c = 0; c < bySubspace.length; c++) {
      codes[codesOffset + c] =
          (byte)
              KMeans.nearest(
                  vector,
                  offset + starts[c],
                  starts[c + 1] - starts[c],
                  bySubspace[c],
                  slots,
                  centroids,
                  distances);
    }
    loss.improve(vector, offset, bySubspace, codes, codesOffset, work);
  }

  @Override
  public void decode(byte[] codes, int codesOffset, float[] vector, int offset) {
    Checks.range("codes", codes.length, codesOffset, subcodes());
    Checks.range("vector", vector.length, offset, dimension);
    for (int c = 0; c < bySubspace.length; c++) {
      copyCentroid(c, codes[codesOffset + c] & 0xFF, vector, offset + starts[c]);
    }
  }

  @Override
  public void tables(float[] target, int offset, float weight, float[] tables, int tablesOffset) {
    Checks.range("target", target.length, offset, dimension);
    Checks.range("tables", tables.length, tablesOffset, subcodes() * slots);
    for (int c = 0; c < bySubspace.length; c++) {
      float[] values = bySubspace[c];
      int at = tablesOffset + c * slots;
      int from = offset + starts[c];
      int width = starts[c + 1] - starts[c];
      float first = weight * target[from];
      for (int k = 0; k < slots; k++) {
        tables[at + k] = first * values[k];
      }
      for (int d = 1; d < width; d++) {
        float value = weight * target[from + d];
        int row = d * slots;
        for (int k = 0; k < slots; k++) {
          tables[at + k] += value * values[row + k];
        }
      }
    }
  }
}
