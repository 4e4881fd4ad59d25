package io.seminar.attention.quantization;

import io.seminar.attention.AttentionKernels;

/**
 * Residual quantisation (Chen, Guan and Wang, Sensors 2010): a vector is the sum of C centroids of
 * all D dimensions, each of what the ones before left over. A code is searched for with a beam: of
 * every stage the best few sums go on (Babenko and Lempitsky, CVPR 2014; Liu, Lu and Qu, 2015).
 *
 * <p>An inner product with the sum is the sum of the inner products, exactly, so scores need no
 * norms. Tables cost {@code C * slots * D}, as many multiplications as a product quantiser's times
 * C.
 *
 * <p>Codes are not unique: another sum may come as near, so encoding a decoded vector may give
 * another code. Distances are computed from norms and products; a vector far from the origin, in
 * comparison to how far vectors are apart, is served worse. Vectors whose squared length is beyond
 * floats are refused.
 */
public final class ResidualQuantizer implements Quantizer {

  private final int dimension;
  private final int centroids;
  private final int slots;
  private final boolean reservesZero;
  private final int beam;
  private final float[][] stages; // C x (centroids, D)
  private final float[][] squares; // C x (centroids)

  private ResidualQuantizer(
      int dimension, int centroids, boolean reservesZero, int beam, float[][] stages) {
    this.dimension = dimension;
    this.centroids = centroids;
    this.slots = ProductQuantizer.slots(centroids);
    this.reservesZero = reservesZero;
    this.beam = beam;
    this.stages = stages;
    this.squares = new float[stages.length][];
    for (int c = 0; c < stages.length; c++) {
      squares[c] = squares(stages[c], centroids, dimension);
    }
  }

  private static float[] squares(float[] rows, int n, int dimension) {
    float[] squares = new float[n];
    for (int k = 0; k < n; k++) {
      squares[k] = AttentionKernels.dot(rows, k * dimension, rows, k * dimension, dimension);
    }
    return squares;
  }

  /**
   * Trains stage by stage, each on what all sums in the beams of the ones before leave of a sample.
   *
   * @param vectors (n, D), finite
   * @param n at least 1
   * @param options of these {@code beam} is for encoding, too
   */
  public static ResidualQuantizer train(
      float[] vectors, int n, int dimension, TrainingOptions options) {
    if (options.threshold() > 0) {
      throw new IllegalArgumentException(
          "threshold is "
              + options.threshold()
              + ": expected 0, residual quantisation has no anisotropic training");
    }
    int points = Math.min(MOST_POINTS, Math.max(MOST_FLOATS / dimension, FEWEST_POINTS));
    int most = Math.min(options.sample(), Math.max(1, points / options.beam()));
    TrainingSample sample = TrainingSample.of(vectors, n, dimension, most, options.seed());
    try (TrainingThreads threads = new TrainingThreads(options.threads())) {
      return train(sample, options, threads);
    }
  }

  /** Points that a stage learns from: k-means sees all dimensions, so they cost. */
  private static final int MOST_POINTS = 1 << 15;

  private static final int FEWEST_POINTS = 1 << 13;
  private static final int MOST_FLOATS = 1 << 21;

  private static final int BLOCK = 256;

  private static ResidualQuantizer train(
      TrainingSample sample, TrainingOptions options, TrainingThreads threads) {
    int n = sample.n();
    int d = sample.dimension();
    ResidualBeam[] beams = new ResidualBeam[n];
    for (int i = 0; i < n; i++) {
      beams[i] = new ResidualBeam();
      beams[i].start(sample.vectors(), i * d, d, options.beam(), 0);
    }
    float[][] stages = new float[options.subcodes()][];
    for (int c = 0; c < stages.length; c++) {
      int points = 0;
      for (ResidualBeam beam : beams) {
        points += beam.count();
      }
      float[] residuals = new float[points * d];
      int at = 0;
      for (ResidualBeam beam : beams) {
        at += beam.copyResiduals(residuals, at);
      }
      KMeans means = ProductQuantizer.seeded(residuals, points, c, options);
      means.iterate(options.iterations());
      float[] stage = rows(means.centroids(), options.centroids(), d);
      float[] squares = squares(stage, options.centroids(), d);
      stages[c] = stage;
      threads.forEach(
          (n + BLOCK - 1) / BLOCK,
          block -> {
            WorkSpace work = WorkSpace.get();
            for (int i = block * BLOCK; i < Math.min(n, (block + 1) * BLOCK); i++) {
              beams[i].advance(stage, squares, options.centroids(), work);
            }
          });
    }
    return new ResidualQuantizer(
        d, options.centroids(), options.reserveZero(), options.beam(), stages);
  }

  /** From by dimension to by centroid. // (D, slots) -> (centroids, D) */
  private static float[] rows(float[] byDimension, int centroids, int dimension) {
    int slots = byDimension.length / dimension;
    float[] rows = new float[centroids * dimension];
    for (int k = 0; k < centroids; k++) {
      for (int d = 0; d < dimension; d++) {
        rows[k * dimension + d] = byDimension[d * slots + k];
      }
    }
    return rows;
  }

  /**
   * Puts a quantiser together.
   *
   * @param subcodes C
   * @param centroids of each stage, 1 to 256
   * @param reservesZero whether centroid 0 of each stage is the zero vector (checked)
   * @param beam sums that go on from stage to stage in encoding, at least 1
   * @param values for each stage its centroids, one after the other: {@code C * centroids * D}
   *     floats
   */
  public static ResidualQuantizer of(
      int dimension, int subcodes, int centroids, boolean reservesZero, int beam, float[] values) {
    if (dimension < 1
        || subcodes < 1
        || centroids < 1
        || centroids > ProductQuantizer.MOST_CENTROIDS
        || beam < 1
        || values.length != (long) subcodes * centroids * dimension) {
      throw new IllegalArgumentException(
          "a residual quantiser of dimension "
              + dimension
              + ", "
              + subcodes
              + " stages, "
              + centroids
              + " centroids, beam "
              + beam
              + " does not go with "
              + values.length
              + " floats");
    }
    Checks.finite(values, 0, values.length, "centroids");
    float[][] stages = new float[subcodes][centroids * dimension];
    for (int c = 0; c < subcodes; c++) {
      System.arraycopy(values, c * centroids * dimension, stages[c], 0, centroids * dimension);
      for (int d = 0; d < dimension && reservesZero; d++) {
        if (stages[c][d] != 0) {
          throw new IllegalArgumentException(
              "centroid 0 of stage " + c + " holds " + stages[c][d] + ": expected the zero vector");
        }
      }
    }
    return new ResidualQuantizer(dimension, centroids, reservesZero, beam, stages);
  }

  /** What {@link #of} takes. */
  float[] values() {
    int length = centroids * dimension;
    float[] values = new float[stages.length * length];
    for (int c = 0; c < stages.length; c++) {
      System.arraycopy(stages[c], 0, values, c * length, length);
    }
    return values;
  }

  /** Sums that go on from stage to stage in encoding. */
  public int beam() {
    return beam;
  }

  @Override
  public Method method() {
    return Method.RQ;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  /** C, the stages. */
  @Override
  public int subcodes() {
    return stages.length;
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

  @Override
  public void encode(float[] vector, int offset, byte[] codes, int codesOffset) {
    Checks.range("vector", vector.length, offset, dimension);
    Checks.range("codes", codes.length, codesOffset, stages.length);
    Checks.finite(vector, offset, dimension, "vector");
    WorkSpace work = WorkSpace.get();
    ResidualBeam search = work.beam();
    search.start(vector, offset, dimension, beam, stages.length);
    for (int c = 0; c < stages.length; c++) {
      search.advance(stages[c], squares[c], centroids, work);
    }
    search.copyBestCode(codes, codesOffset);
  }

  @Override
  public void decode(byte[] codes, int codesOffset, float[] vector, int offset) {
    Checks.range("codes", codes.length, codesOffset, stages.length);
    Checks.range("vector", vector.length, offset, dimension);
    for (int d = 0; d < dimension; d++) {
      vector[offset + d] = 0;
    }
    for (int c = 0; c < stages.length; c++) {
      int at = (codes[codesOffset + c] & 0xFF) * dimension;
      for (int d = 0; d < dimension; d++) {
        vector[offset + d] += stages[c][at + d];
      }
    }
  }

  @Override
  public void tables(float[] target, int offset, float weight, float[] tables, int tablesOffset) {
    Checks.range("target", target.length, offset, dimension);
    Checks.range("tables", tables.length, tablesOffset, stages.length * slots);
    WorkSpace work = WorkSpace.get();
    float[] weighted = work.rotated(dimension);
    for (int d = 0; d < dimension; d++) {
      weighted[d] = weight * target[offset + d];
    }
    float[] products = work.distances(centroids);
    for (int c = 0; c < stages.length; c++) {
      int at = tablesOffset + c * slots;
      AttentionKernels.scores(weighted, 1, stages[c], centroids, dimension, products, centroids);
      System.arraycopy(products, 0, tables, at, centroids);
      // Slots that no code names, as if they repeated the first: tables stay in its range.
      for (int k = centroids; k < slots; k++) {
        tables[at + k] = tables[at];
      }
    }
  }
}
