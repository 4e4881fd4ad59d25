package io.seminar.testdata.simulation;

/**
 * How one modality sees the latents: {@code unit(M z + σ ε)} with z the latent (k), M a random map
 * (d × k) of the modality's own and ε Gaussian of expected length 1. Where d ≥ k, M has orthonormal
 * columns and keeps every inner product; where d < k, it projects onto d random directions, scaled
 * to keep the expected length.
 */
final class ModalityView {
  private final int dimension; // d
  private final int latentDimension; // k
  private final double noise; // σ
  private final float[] map; // (d, k)

  ModalityView(SimulatedModality modality, int latentDimension, RandomStream random) {
    this.dimension = modality.dimension();
    this.latentDimension = latentDimension;
    this.noise = modality.noise();
    this.map = orthogonalMap(dimension, latentDimension, random);
  }

  int dimension() {
    return dimension;
  }

  /** The view of a latent; unit length. */
  float[] view(float[] latents, int offset, RandomStream random) {
    float[] vector = new float[dimension];
    double scale = noise / Math.sqrt(dimension);
    for (int i = 0; i < dimension; i++) {
      float clean = Vectors.dot(map, i * latentDimension, latents, offset, latentDimension);
      vector[i] = (float) (clean + scale * random.nextGaussian());
    }
    Vectors.normalise(vector, 0, dimension);
    return vector;
  }

  /**
   * (d, k): the shorter side's vectors made orthonormal by modified Gram-Schmidt, twice for
   * accuracy.
   */
  static float[] orthogonalMap(int d, int k, RandomStream random) {
    int count = Math.min(d, k);
    int length = Math.max(d, k);
    double[][] basis = new double[count][length];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < length; j++) {
        basis[i][j] = random.nextGaussian();
      }
      for (int pass = 0; pass < 2; pass++) {
        for (int other = 0; other < i; other++) {
          double along = inner(basis[i], basis[other]);
          for (int j = 0; j < length; j++) {
            basis[i][j] -= along * basis[other][j];
          }
        }
      }
      double norm = Math.sqrt(inner(basis[i], basis[i]));
      for (int j = 0; j < length; j++) {
        basis[i][j] /= norm;
      }
    }
    double scale = d < k ? Math.sqrt((double) k / d) : 1;
    float[] map = new float[d * k];
    for (int row = 0; row < d; row++) {
      for (int column = 0; column < k; column++) {
        double entry = d < k ? basis[row][column] : basis[column][row];
        map[row * k + column] = (float) (scale * entry);
      }
    }
    return map;
  }

  private static double inner(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
