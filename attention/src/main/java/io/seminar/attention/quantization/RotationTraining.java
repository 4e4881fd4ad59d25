package io.seminar.attention.quantization;

import io.seminar.attention.AttentionKernels;
import java.util.Arrays;

/**
 * Learns the rotation of optimised product quantisation, the non-parametric way (Ge, He, Ke and
 * Sun, CVPR 2013, section 3.1): by turns a step of k-means in every sub-space, and the rotation
 * that brings the vectors nearest to what their codes stand for. It starts from the parametric
 * solution (section 3.2): principal axes, dealt out to the sub-spaces so that their products of
 * variances are balanced.
 */
final class RotationTraining {

  /** Rounds of the alternation at most, for each iteration of k-means that is asked for. */
  private static final int ROUNDS_AN_ITERATION = 2;

  /** The alternation ends when a round takes less than this share off the error. */
  private static final double ENOUGH = 2e-4;

  /** Vectors that the alternation sees at most: D² unknowns need no more. */
  private static final int SAMPLE = 1 << 14;

  /**
   * How much the rotation of the round before counts, against the root mean square of a singular
   * value: it decides where the vectors span no direction.
   */
  private static final double INERTIA = 1e-6;

  private static final int BLOCK = 512;

  private final TrainingSample sample;
  private final TrainingOptions options;
  private final TrainingThreads threads;
  private final int n;
  private final int dimension;
  private final int[] starts;
  private final float[] approximated; // (n, D)

  private RotationTraining(
      TrainingSample sample, TrainingOptions options, TrainingThreads threads) {
    this.sample = sample;
    this.options = options;
    this.threads = threads;
    this.n = sample.n();
    this.dimension = sample.dimension();
    this.starts = ProductQuantizer.starts(dimension, options.subcodes());
    this.approximated = new float[n * dimension];
  }

  /** The rotation. // (D, D), y = rotation x */
  static float[] train(TrainingSample sample, TrainingOptions options, TrainingThreads threads) {
    TrainingSample few =
        TrainingSample.of(
            sample.vectors(), sample.n(), sample.dimension(), SAMPLE, options.seed() + 1);
    return new RotationTraining(few, options, threads).train();
  }

  private float[] train() {
    float[] rotation = principalAxes();
    KMeans[] means = new KMeans[options.subcodes()];
    double before = Double.POSITIVE_INFINITY;
    for (int round = 0; round < ROUNDS_AN_ITERATION * options.iterations(); round++) {
      TrainingSample turned = new TrainingSample(rotate(rotation, sample, threads), n, dimension);
      boolean first = round == 0;
      threads.forEach(
          means.length,
          c -> {
            float[] points = turned.columns(starts[c], starts[c + 1]);
            if (first) {
              means[c] = ProductQuantizer.seeded(points, n, c, options);
            } else {
              means[c].move(points);
            }
            means[c].assign();
            means[c].update();
            means[c].approximate(approximated, starts[c], dimension);
          });
      double error = 0;
      for (int i = 0; i < approximated.length; i++) {
        double x = (double) turned.vectors()[i] - approximated[i];
        error += x * x;
      }
      if (!(error < before * (1 - ENOUGH))) {
        break;
      }
      before = error;
      rotation = procrustes(rotation);
    }
    return rotation;
  }

  /** Rotates all vectors of a sample. // (n, D) -> (n, D) */
  static float[] rotate(float[] rotation, TrainingSample sample, TrainingThreads threads) {
    int d = sample.dimension();
    float[] turned = new float[sample.n() * d];
    threads.forEach(
        (sample.n() + BLOCK - 1) / BLOCK,
        block -> {
          int end = Math.min(sample.n(), (block + 1) * BLOCK);
          for (int i = block * BLOCK; i < end; i++) {
            for (int row = 0; row < d; row++) {
              turned[i * d + row] =
                  AttentionKernels.dot(rotation, row * d, sample.vectors(), i * d, d);
            }
          }
        });
    return turned;
  }

  /** The rotation that takes the vectors nearest to their approximations. */
  private float[] procrustes(float[] previous) {
    double[][] correlation = new double[dimension][dimension]; // Σ approximated x^T
    threads.forEach(
        dimension,
        row -> {
          float[] part = new float[dimension];
          for (int from = 0; from < n; from += BLOCK) {
            Arrays.fill(part, 0);
            for (int i = from; i < Math.min(n, from + BLOCK); i++) {
              float factor = approximated[i * dimension + row];
              int at = i * dimension;
              for (int d = 0; d < dimension; d++) {
                part[d] += factor * sample.vectors()[at + d];
              }
            }
            for (int d = 0; d < dimension; d++) {
              correlation[row][d] += part[d];
            }
          }
        });
    double square = 0;
    for (double[] row : correlation) {
      for (double x : row) {
        square += x * x;
      }
    }
    if (!(square > 0) || square == Double.POSITIVE_INFINITY) {
      return previous;
    }
    double inertia = INERTIA * Math.sqrt(square / dimension);
    for (int row = 0; row < dimension; row++) {
      for (int d = 0; d < dimension; d++) {
        correlation[row][d] += inertia * previous[row * dimension + d];
      }
    }
    return floats(new JacobiRotation(correlation).nearestOrthogonal());
  }

  private static float[] floats(double[][] rows) {
    float[] values = new float[rows.length * rows.length];
    for (int row = 0; row < rows.length; row++) {
      for (int d = 0; d < rows.length; d++) {
        values[row * rows.length + d] = (float) rows[row][d];
      }
    }
    return values;
  }

  /**
   * Principal axes in the order of their sub-spaces. The axis with the largest variance left goes
   * to the sub-space with the smallest product of variances that has room.
   */
  private float[] principalAxes() {
    double[][] covariance = covariance();
    JacobiRotation axes = new JacobiRotation(covariance);
    Integer[] order = new Integer[dimension];
    double[] variance = new double[dimension];
    double largest = 0;
    for (int i = 0; i < dimension; i++) {
      order[i] = i;
      variance[i] = axes.length(i);
      largest = Math.max(largest, variance[i]);
    }
    Arrays.sort(order, (a, b) -> Double.compare(variance[b], variance[a]));
    double unit = largest > 0 ? largest : 1;
    int subspaces = starts.length - 1;
    double[] logs = new double[subspaces];
    int[] filled = new int[subspaces];
    float[] rotation = new float[dimension * dimension];
    for (int axis : order) {
      int chosen = -1;
      for (int c = 0; c < subspaces; c++) {
        if (filled[c] < starts[c + 1] - starts[c] && (chosen < 0 || logs[c] < logs[chosen])) {
          chosen = c;
        }
      }
      // Relative to the largest, so that products fall with every axis; floored, so that axes
      // without variance spread evenly too.
      logs[chosen] += Math.log(Math.max(variance[axis] / unit, 1e-12)) - Math.log(1e-12);
      int row = starts[chosen] + filled[chosen]++;
      for (int d = 0; d < dimension; d++) {
        rotation[row * dimension + d] = (float) axes.left(axis)[d];
      }
    }
    return rotation;
  }

  private double[][] covariance() {
    double[] mean = new double[dimension];
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < dimension; d++) {
        mean[d] += sample.vectors()[i * dimension + d];
      }
    }
    for (int d = 0; d < dimension; d++) {
      mean[d] /= n;
    }
    double[][] covariance = new double[dimension][dimension];
    threads.forEach(
        dimension,
        row -> {
          double[] sums = covariance[row];
          for (int i = 0; i < n; i++) {
            int at = i * dimension;
            double factor = sample.vectors()[at + row] - mean[row];
            for (int d = 0; d < dimension; d++) {
              sums[d] += factor * (sample.vectors()[at + d] - mean[d]);
            }
          }
          for (int d = 0; d < dimension; d++) {
            sums[d] /= n;
          }
        });
    return covariance;
  }
}
