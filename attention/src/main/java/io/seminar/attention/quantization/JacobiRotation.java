package io.seminar.attention.quantization;

/**
 * Orthogonalises the rows of a square matrix by plane rotations: one-sided Jacobi (Hestenes, J.
 * SIAM 1958), {@code W = Q A} with Q orthogonal and the rows of W orthogonal to one another. The
 * lengths of W's rows are then the singular values of A, Q's rows its left singular vectors, and
 * W's rows, scaled to length one, its right singular vectors.
 *
 * <p>In double; D² / 2 rotations of D floats a sweep, some ten sweeps.
 */
final class JacobiRotation {

  private static final int SWEEPS = 40;

  /** Cosine of two rows below which they count as orthogonal. */
  private static final double ORTHOGONAL = 1e-10;

  /** Length of a row, as a share of the whole matrix, below which it is rounding noise. */
  private static final double NOISE = 1e-15;

  private final int n;
  private final double[][] w;
  private final double[][] q;

  /**
   * Orthogonalises.
   *
   * @param a (n, n), finite; its rows are overwritten by those of W
   */
  JacobiRotation(double[][] a) {
    this.n = a.length;
    this.w = a;
    this.q = new double[n][n];
    for (int i = 0; i < n; i++) {
      q[i][i] = 1;
    }
    double square = 0;
    for (double[] row : a) {
      square += dot(row, row);
    }
    int sweep = 0;
    while (sweep < SWEEPS && sweep(NOISE * NOISE * square)) {
      sweep++;
    }
  }

  /** Turns every pair of rows once; whether any was not orthogonal yet. */
  private boolean sweep(double noise) {
    boolean turned = false;
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        double ii = dot(w[i], w[i]);
        double jj = dot(w[j], w[j]);
        if (ii <= noise || jj <= noise) {
          continue;
        }
        double ij = dot(w[i], w[j]);
        if (!(Math.abs(ij) > ORTHOGONAL * Math.sqrt(ii * jj))) {
          continue;
        }
        turned = true;
        double zeta = (jj - ii) / (2 * ij);
        double tangent = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        double cosine = 1 / Math.sqrt(1 + tangent * tangent);
        double sine = cosine * tangent;
        turn(w[i], w[j], cosine, sine);
        turn(q[i], q[j], cosine, sine);
      }
    }
    return turned;
  }

  private static void turn(double[] a, double[] b, double cosine, double sine) {
    for (int d = 0; d < a.length; d++) {
      double x = a[d];
      double y = b[d];
      a[d] = cosine * x - sine * y;
      b[d] = sine * x + cosine * y;
    }
  }

  private static double dot(double[] a, double[] b) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int d = 0;
    for (; d + 3 < a.length; d += 4) {
      s0 += a[d] * b[d];
      s1 += a[d + 1] * b[d + 1];
      s2 += a[d + 2] * b[d + 2];
      s3 += a[d + 3] * b[d + 3];
    }
    for (; d < a.length; d++) {
      s0 += a[d] * b[d];
    }
    return (s0 + s1) + (s2 + s3);
  }

  /** The singular value that belongs to row i. */
  double length(int i) {
    return Math.sqrt(dot(w[i], w[i]));
  }

  /** Row i of Q: a left singular vector; of a symmetric A, an eigenvector. */
  double[] left(int i) {
    return q[i];
  }

  /**
   * The orthogonal matrix nearest to A, {@code Σ left_i right_iᵀ}: it maximises {@code tr(R Aᵀ)}
   * (the orthogonal Procrustes problem, Schönemann, Psychometrika 1966). A must have full rank.
   */
  // (n, n)
  double[][] nearestOrthogonal() {
    double[][] r = new double[n][n];
    for (int i = 0; i < n; i++) {
      double inverse = 1 / length(i);
      for (int row = 0; row < n; row++) {
        double factor = q[i][row] * inverse;
        for (int d = 0; d < n; d++) {
          r[row][d] += factor * w[i][d];
        }
      }
    }
    return r;
  }
}
