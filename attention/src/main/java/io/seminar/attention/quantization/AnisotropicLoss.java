package io.seminar.attention.quantization;

/**
 * The error that matters where inner products are large (Guo, Sun, Lindgren, Geng, Simcha, Chern
 * and Kumar, "Accelerating large-scale inference with anisotropic vector quantization", ICML 2020):
 * what a code r leaves of a vector x counts {@code η} times as much along x as across it,
 *
 * <pre>loss = |r|² + (η − 1) &lt;r, x&gt;² / |x|², η = (D − 1) T² / (1 − T²)</pre>
 *
 * up to a common factor (for many dimensions, their section 3.2), because targets that score above
 * {@code T |x|}, with T between 0 and 1, point x's way.
 *
 * <p>The parts of a code are bound together by the second term, so codes are searched for by
 * coordinate descent from the nearest centroids, and centroids are learnt by solving for one
 * sub-space at a time: no step raises the loss.
 */
final class AnisotropicLoss {

  private static final int PASSES = 10;
  private static final int ROUNDS = 8;
  private static final int BLOCK = 512;

  private final int[] starts;
  private final int slots;
  private final int centroids;
  private final float extra; // η − 1

  AnisotropicLoss(int[] starts, int centroids, float threshold) {
    this.starts = starts;
    this.slots = ProductQuantizer.slots(centroids);
    this.centroids = centroids;
    this.extra = extra(threshold, starts[starts.length - 1]);
  }

  /**
   * η − 1, at least 0: in few dimensions, or with a small threshold, all directions count alike.
   */
  static float extra(float threshold, int dimension) {
    double square = (double) threshold * threshold;
    return (float) Math.max(0, (dimension - 1) * square / (1 - square) - 1);
  }

  /**
   * Improves a code, starting from the one that stands there.
   *
   * @param bySubspace C x (its dimension, slots)
   * @param codes C bytes from {@code codesOffset}
   */
  void improve(
      float[] x, int offset, float[][] bySubspace, byte[] codes, int codesOffset, WorkSpace work) {
    int subspaces = bySubspace.length;
    int dimension = starts[subspaces];
    float square = 0;
    for (int d = 0; d < dimension; d++) {
      square += x[offset + d] * x[offset + d];
    }
    if (!(extra > 0) || !(square > 0)) {
      return;
    }
    float factor = extra / square;
    float[] errors = work.distances(2 * subspaces * slots);
    int along = subspaces * slots; // second half: <r_c, x_c> of every centroid
    float sum = 0;
    for (int c = 0; c < subspaces; c++) {
      fill(x, offset, c, bySubspace[c], errors, c * slots, along + c * slots);
      sum += errors[along + c * slots + (codes[codesOffset + c] & 0xFF)];
    }
    boolean changed = true;
    for (int pass = 0; pass < PASSES && changed; pass++) {
      changed = false;
      for (int c = 0; c < subspaces; c++) {
        int at = c * slots;
        int now = codes[codesOffset + c] & 0xFF;
        float others = sum - errors[along + at + now];
        int best = now;
        float least = loss(errors[at + now], others + errors[along + at + now], factor);
        for (int k = 0; k < centroids; k++) {
          float loss = loss(errors[at + k], others + errors[along + at + k], factor);
          if (loss < least) {
            least = loss;
            best = k;
          }
        }
        if (best != now) {
          codes[codesOffset + c] = (byte) best;
          sum = others + errors[along + at + best];
          changed = true;
        }
      }
    }
  }

  private static float loss(float error, float along, float factor) {
    return error + factor * along * along;
  }

  /** {@code |r_c|²} and {@code <r_c, x_c>} of every centroid of a sub-space. */
  private void fill(
      float[] x, int offset, int c, float[] values, float[] errors, int at, int along) {
    for (int k = 0; k < slots; k++) {
      errors[at + k] = 0;
      errors[along + k] = 0;
    }
    for (int d = starts[c]; d < starts[c + 1]; d++) {
      float value = x[offset + d];
      int row = (d - starts[c]) * slots;
      for (int k = 0; k < slots; k++) {
        float r = value - values[row + k];
        errors[at + k] += r * r;
        errors[along + k] += r * value;
      }
    }
  }

  /**
   * Moves the centroids of a quantiser, which k-means gave, to where this loss is small.
   *
   * @param start whose encoding is nearest; changed in place, so nobody else may have it yet
   */
  void train(
      TrainingSample sample, ProductQuantizer start, boolean reserveZero, TrainingThreads threads) {
    int n = sample.n();
    float[][] bySubspace = start.bySubspace();
    int subspaces = bySubspace.length;
    byte[] codes = new byte[Math.multiplyExact(n, subspaces)];
    for (int i = 0; i < n; i++) {
      start.nearest(sample.vectors(), i * sample.dimension(), codes, i * subspaces);
    }
    for (int round = 0; round < ROUNDS; round++) {
      threads.forEach(
          (n + BLOCK - 1) / BLOCK,
          part -> {
            WorkSpace work = WorkSpace.get();
            for (int i = part * BLOCK; i < Math.min(n, (part + 1) * BLOCK); i++) {
              improve(
                  sample.vectors(), i * sample.dimension(), bySubspace, codes, i * subspaces, work);
            }
          });
      Sums sums = new Sums(sample, bySubspace, codes);
      for (int c = 0; c < subspaces; c++) {
        solve(sample, c, bySubspace[c], codes, sums, reserveZero);
        sums.refresh(c);
      }
    }
  }

  /** {@code <r_c, x_c>} of every vector and sub-space, and what it is in all. */
  private final class Sums {
    private final TrainingSample sample;
    private final float[][] bySubspace;
    private final byte[] codes;
    private final double[] squares; // |x|²
    private final double[] all; // <r, x>
    private final double[][] parts;

    Sums(TrainingSample sample, float[][] bySubspace, byte[] codes) {
      this.sample = sample;
      this.bySubspace = bySubspace;
      this.codes = codes;
      int n = sample.n();
      this.squares = new double[n];
      this.all = new double[n];
      this.parts = new double[bySubspace.length][n];
      for (int i = 0; i < n * sample.dimension(); i++) {
        double x = sample.vectors()[i];
        squares[i / sample.dimension()] += x * x;
      }
      for (int c = 0; c < bySubspace.length; c++) {
        refresh(c);
      }
    }

    /** After the centroids of a sub-space have moved. */
    void refresh(int c) {
      for (int i = 0; i < sample.n(); i++) {
        int slot = codes[i * bySubspace.length + c] & 0xFF;
        double part = 0;
        for (int d = starts[c]; d < starts[c + 1]; d++) {
          double x = sample.vectors()[i * sample.dimension() + d];
          part += (x - bySubspace[c][(d - starts[c]) * slots + slot]) * x;
        }
        all[i] += part - parts[c][i];
        parts[c][i] = part;
      }
    }
  }

  /**
   * The best centroids of a sub-space for the codes as they are: for each the normal equations
   * {@code (n I + Σ f x xᵀ) m = Σ x (1 + f (p + |x|²))} over its vectors, with {@code f = (η − 1) /
   * |whole x|²} and p what the other sub-spaces leave along x.
   */
  private void solve(
      TrainingSample sample, int c, float[] values, byte[] codes, Sums sums, boolean reserveZero) {
    int width = starts[c + 1] - starts[c];
    int subspaces = starts.length - 1;
    double[][] matrices = new double[centroids][];
    double[][] right = new double[centroids][];
    for (int i = 0; i < sample.n(); i++) {
      int slot = codes[i * subspaces + c] & 0xFF;
      if (matrices[slot] == null) {
        matrices[slot] = new double[width * width];
        right[slot] = new double[width];
      }
      double[] matrix = matrices[slot];
      int at = i * sample.dimension() + starts[c];
      double factor = sums.squares[i] > 0 ? extra / sums.squares[i] : 0;
      double own = 0;
      for (int d = 0; d < width; d++) {
        own += (double) sample.vectors()[at + d] * sample.vectors()[at + d];
      }
      double scale = 1 + factor * (sums.all[i] - sums.parts[c][i] + own);
      for (int d = 0; d < width; d++) {
        double x = sample.vectors()[at + d];
        right[slot][d] += x * scale;
        matrix[d * width + d] += 1;
        for (int e = 0; e <= d; e++) {
          matrix[d * width + e] += factor * x * sample.vectors()[at + e];
        }
      }
    }
    for (int slot = reserveZero ? 1 : 0; slot < centroids; slot++) {
      if (matrices[slot] != null && cholesky(matrices[slot], right[slot])) {
        for (int d = 0; d < width; d++) {
          values[d * slots + slot] = (float) right[slot][d];
        }
      }
    }
  }

  /** Solves a symmetric positive definite system, its lower half given, in place. */
  private static boolean cholesky(double[] a, double[] b) {
    int n = b.length;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = a[i * n + j];
        for (int k = 0; k < j; k++) {
          sum -= a[i * n + k] * a[j * n + k];
        }
        if (i == j) {
          if (!(sum > 0 && sum < Double.POSITIVE_INFINITY)) {
            return false;
          }
          a[i * n + i] = Math.sqrt(sum);
        } else {
          a[i * n + j] = sum / a[j * n + j];
        }
      }
    }
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < i; k++) {
        b[i] -= a[i * n + k] * b[k];
      }
      b[i] /= a[i * n + i];
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int k = i + 1; k < n; k++) {
        b[i] -= a[k * n + i] * b[k];
      }
      b[i] /= a[i * n + i];
    }
    return true;
  }
}
