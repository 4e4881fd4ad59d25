package io.seminar.attention.quantization;

/**
 * How a quantiser is trained.
 *
 * @param subcodes C, of a code; with product quantisation, which cuts a vector into as many parts,
 *     at most the dimension
 * @param centroids slots of each sub-code, 1 to 256 (with {@code reserveZero} at least 2); up to 16
 *     a sub-code has 4 bits, else 8
 * @param iterations passes of Lloyd's algorithm, at least 0; fewer are made where nothing moves any
 *     more
 * @param sample vectors drawn without replacement to train on, if there are more than that
 * @param seed the same seed gives the same quantiser, on any number of threads
 * @param reserveZero whether slot 0 of each sub-code is kept for the zero vector, so that the code
 *     0, 0, … stands for "absent" and adds nothing to a score
 * @param threads threads to train on, at least 1
 * @param beam of residual quantisation: sums that go on from stage to stage, at least 1
 * @param threshold T of anisotropic product quantisation, plain or rotated: inner products above
 *     this share of a vector's length are what counts; 0 to below 1, 0: all errors count alike
 */
public record TrainingOptions(
    int subcodes,
    int centroids,
    int iterations,
    int sample,
    long seed,
    boolean reserveZero,
    int threads,
    int beam,
    float threshold) {

  /** The widest beam. */
  static final int MOST_BEAM = 256;

  public TrainingOptions {
    require("subcodes", subcodes, 1, Integer.MAX_VALUE);
    require("centroids", centroids, reserveZero ? 2 : 1, ProductQuantizer.MOST_CENTROIDS);
    require("iterations", iterations, 0, Integer.MAX_VALUE);
    require("sample", sample, 1, Integer.MAX_VALUE);
    require("threads", threads, 1, 4_096);
    require("beam", beam, 1, MOST_BEAM);
    if (!(threshold >= 0 && threshold < 1)) {
      throw new IllegalArgumentException(
          "threshold is " + threshold + ": expected 0 to below 1, a share of a vector's length");
    }
  }

  /**
   * 256 centroids, 20 iterations on at most 65,536 vectors, no slot reserved, one thread, a beam of
   * 4.
   */
  public static TrainingOptions of(int subcodes, long seed) {
    return new TrainingOptions(
        subcodes, ProductQuantizer.MOST_CENTROIDS, 20, 1 << 16, seed, false, 1, 4, 0);
  }

  public TrainingOptions withCentroids(int value) {
    return new TrainingOptions(
        subcodes, value, iterations, sample, seed, reserveZero, threads, beam, threshold);
  }

  public TrainingOptions withIterations(int value) {
    return new TrainingOptions(
        subcodes, centroids, value, sample, seed, reserveZero, threads, beam, threshold);
  }

  public TrainingOptions withSample(int value) {
    return new TrainingOptions(
        subcodes, centroids, iterations, value, seed, reserveZero, threads, beam, threshold);
  }

  public TrainingOptions withReserveZero(boolean value) {
    return new TrainingOptions(
        subcodes, centroids, iterations, sample, seed, value, threads, beam, threshold);
  }

  public TrainingOptions withThreads(int value) {
    return new TrainingOptions(
        subcodes, centroids, iterations, sample, seed, reserveZero, value, beam, threshold);
  }

  public TrainingOptions withBeam(int value) {
    return new TrainingOptions(
        subcodes, centroids, iterations, sample, seed, reserveZero, threads, value, threshold);
  }

  public TrainingOptions withThreshold(float value) {
    return new TrainingOptions(
        subcodes, centroids, iterations, sample, seed, reserveZero, threads, beam, value);
  }

  private static void require(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " is " + value + ": expected " + least + " to " + most);
    }
  }
}
