package io.seminar.testdata.simulation;

/** Arithmetic on rows of flat float arrays, in an order that no compiler changes. */
final class Vectors {
  private Vectors() {}

  /** The inner product, in four running sums: faster than one, and always the same. */
  static float dot(float[] a, int aOffset, float[] b, int bOffset, int n) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int i = 0;
    for (; i + 3 < n; i += 4) {
      s0 += a[aOffset + i] * b[bOffset + i];
      s1 += a[aOffset + i + 1] * b[bOffset + i + 1];
      s2 += a[aOffset + i + 2] * b[bOffset + i + 2];
      s3 += a[aOffset + i + 3] * b[bOffset + i + 3];
    }
    for (; i < n; i++) {
      s0 += a[aOffset + i] * b[bOffset + i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  /** Scales a row to length 1; a row of zeros becomes the first axis. */
  static void normalise(float[] row, int offset, int n) {
    double length = Math.sqrt(dot(row, offset, row, offset, n));
    if (length == 0) {
      row[offset] = 1;
      return;
    }
    for (int i = 0; i < n; i++) {
      row[offset + i] = (float) (row[offset + i] / length);
    }
  }

  /**
   * Writes a point of the unit sphere near another: the normalised sum of it and Gaussian noise of
   * expected squared length spread².
   */
  static void perturb(
      float[] from,
      int fromOffset,
      double spread,
      RandomStream random,
      float[] to,
      int toOffset,
      int n) {
    double scale = spread / Math.sqrt(n);
    for (int i = 0; i < n; i++) {
      to[toOffset + i] = (float) (from[fromOffset + i] + scale * random.nextGaussian());
    }
    normalise(to, toOffset, n);
  }

  /** Writes a uniform point of the unit sphere. */
  static void uniform(RandomStream random, float[] to, int toOffset, int n) {
    for (int i = 0; i < n; i++) {
      to[toOffset + i] = (float) random.nextGaussian();
    }
    normalise(to, toOffset, n);
  }
}
