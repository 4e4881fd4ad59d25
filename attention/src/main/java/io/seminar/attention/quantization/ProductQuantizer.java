package io.seminar.attention.quantization;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Product quantisation (Jégou, Douze and Schmid, TPAMI 2011): a vector is cut into C sub-vectors
 * and each is replaced by the nearest of up to 256 centroids, so its code is C bytes.
 *
 * <p>Sub-spaces need not divide the dimension: the first {@code D mod C} of them are one longer.
 *
 * <p>Immutable and safe for threads. Encoding is nearest by squared distance, the lowest slot of
 * several; a vector that is a concatenation of centroids is decoded exactly.
 */
public final class ProductQuantizer {

  /** Slots of a sub-space: what a byte can name. */
  public static final int SLOTS = 256;

  private final int dimension;
  private final int centroids;
  private final boolean reservesZero;
  private final int[] starts; // (C + 1)
  private final float[][] bySubspace; // C x (its dimension, SLOTS)

  private ProductQuantizer(
      int dimension, int centroids, boolean reservesZero, float[][] bySubspace) {
    this.dimension = dimension;
    this.centroids = centroids;
    this.reservesZero = reservesZero;
    this.starts = starts(dimension, bySubspace.length);
    this.bySubspace = bySubspace;
  }

  private static int[] starts(int dimension, int subspaces) {
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
    if (n < 1 || dimension < 1 || (long) n * dimension > vectors.length) {
      throw new IllegalArgumentException(
          "training set of "
              + n
              + " x "
              + dimension
              + " in an array of "
              + vectors.length
              + ": expected at least 1 x 1 and room for all");
    }
    int subspaces = options.subspaces();
    if (subspaces > dimension) {
      throw new IllegalArgumentException(
          "subspaces is " + subspaces + ": expected at most the dimension, " + dimension);
    }
    int[] rows = sample(n, options);
    for (int row : rows) {
      checkFinite(vectors, row * dimension, dimension, "training vector " + row);
    }
    int[] starts = starts(dimension, subspaces);
    float[][] trained = new float[subspaces][];
    if (options.threads() == 1 || subspaces == 1) {
      for (int c = 0; c < subspaces; c++) {
        trained[c] = trainSubspace(vectors, dimension, rows, starts[c], starts[c + 1], c, options);
      }
    } else {
      ExecutorService pool = Executors.newFixedThreadPool(Math.min(options.threads(), subspaces));
      try {
        List<Future<float[]>> parts = new ArrayList<>();
        for (int c = 0; c < subspaces; c++) {
          int part = c;
          parts.add(
              pool.submit(
                  () ->
                      trainSubspace(
                          vectors,
                          dimension,
                          rows,
                          starts[part],
                          starts[part + 1],
                          part,
                          options)));
        }
        for (int c = 0; c < subspaces; c++) {
          trained[c] = parts.get(c).get();
        }
      } catch (ExecutionException e) {
        throw new IllegalStateException("training a sub-space failed", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("training was interrupted", e);
      } finally {
        pool.shutdownNow();
      }
    }
    return new ProductQuantizer(dimension, options.centroids(), options.reserveZero(), trained);
  }

  /** All rows in order, or a draw without replacement (Fisher-Yates, cut off). */
  private static int[] sample(int n, TrainingOptions options) {
    int[] rows = new int[n];
    for (int i = 0; i < n; i++) {
      rows[i] = i;
    }
    if (n <= options.sample()) {
      return rows;
    }
    SplittableRandom random = new SplittableRandom(options.seed());
    int[] drawn = new int[options.sample()];
    for (int i = 0; i < drawn.length; i++) {
      int j = i + random.nextInt(n - i);
      drawn[i] = rows[j];
      rows[j] = rows[i];
    }
    return drawn;
  }

  private static float[] trainSubspace(
      float[] vectors,
      int dimension,
      int[] rows,
      int start,
      int end,
      int subspace,
      TrainingOptions options) {
    int width = end - start;
    float[] points = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(vectors, rows[i] * dimension + start, points, i * width, width);
    }
    // A seed of its own for each sub-space: the order and the threads of training do not matter.
    long seed = options.seed() + (subspace + 1) * 0x9E3779B97F4A7C15L;
    return KMeans.train(
        points,
        rows.length,
        width,
        options.centroids(),
        options.reserveZero(),
        options.iterations(),
        seed);
  }

  /**
   * Puts a quantiser together from what {@link #copyCentroid} gave.
   *
   * @param subspaces C
   * @param centroids slots used in each sub-space, 1 to 256
   * @param reservesZero whether slot 0 of each sub-space is the zero vector (checked)
   * @param values for each sub-space its centroids, one after the other: {@code centroids * D}
   *     floats
   */
  public static ProductQuantizer of(
      int dimension, int subspaces, int centroids, boolean reservesZero, float[] values) {
    if (dimension < 1
        || subspaces < 1
        || subspaces > dimension
        || centroids < 1
        || centroids > SLOTS
        || values.length != (long) centroids * dimension) {
      throw new IllegalArgumentException(
          "a quantiser of dimension "
              + dimension
              + ", "
              + subspaces
              + " sub-spaces, "
              + centroids
              + " centroids does not go with "
              + values.length
              + " floats");
    }
    checkFinite(values, 0, values.length, "centroids");
    int[] starts = starts(dimension, subspaces);
    float[][] bySubspace = new float[subspaces][];
    int at = 0;
    for (int c = 0; c < subspaces; c++) {
      int width = starts[c + 1] - starts[c];
      bySubspace[c] = new float[width * SLOTS];
      for (int slot = 0; slot < SLOTS; slot++) {
        int from = slot < centroids ? at + slot * width : at;
        for (int d = 0; d < width; d++) {
          float value = values[from + d];
          if (slot == 0 && reservesZero && value != 0) {
            throw new IllegalArgumentException(
                "slot 0 of sub-space " + c + " holds " + value + ": expected the zero vector");
          }
          bySubspace[c][d * SLOTS + slot] = value;
        }
      }
      at += centroids * width;
    }
    return new ProductQuantizer(dimension, centroids, reservesZero, bySubspace);
  }

  /** D. */
  public int dimension() {
    return dimension;
  }

  /** C, bytes of a code. */
  public int subspaces() {
    return bySubspace.length;
  }

  /** Slots used in each sub-space. */
  public int centroids() {
    return centroids;
  }

  /** Whether the code 0, 0, … stands for the zero vector. */
  public boolean reservesZero() {
    return reservesZero;
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
      out[offset + d] = values[d * SLOTS + slot];
    }
  }

  /** Encodes one vector. Allocates 1 KB of work space; {@link #encodeAll} does so once. */
  public void encode(float[] vector, int offset, byte[] codes, int codesOffset) {
    checkRange("vector", vector.length, offset, dimension);
    checkRange("codes", codes.length, codesOffset, subspaces());
    encode(vector, offset, codes, codesOffset, new float[SLOTS]);
  }

  /** Encodes {@code n} vectors. // (N, D) -> (N, C) */
  public void encodeAll(float[] vectors, int n, byte[] codes) {
    if (n < 0 || (long) n * dimension > vectors.length || (long) n * subspaces() > codes.length) {
      throw new IllegalArgumentException(
          n
              + " vectors of "
              + dimension
              + " floats and codes of "
              + subspaces()
              + " bytes do not fit "
              + vectors.length
              + " floats and "
              + codes.length
              + " bytes");
    }
    float[] distances = new float[SLOTS];
    for (int i = 0; i < n; i++) {
      encode(vectors, i * dimension, codes, i * subspaces(), distances);
    }
  }

  private void encode(
      float[] vectors, int offset, byte[] codes, int codesOffset, float[] distances) {
    checkFinite(vectors, offset, dimension, "vector");
    for (int c = 0; c < bySubspace.length; c++) {
      codes[codesOffset + c] =
          (byte)
              KMeans.nearest(
                  vectors,
                  offset + starts[c],
                  starts[c + 1] - starts[c],
                  bySubspace[c],
                  centroids,
                  distances);
    }
  }

  /** Replaces a code by its centroids. */
  public void decode(byte[] codes, int codesOffset, float[] vector, int offset) {
    checkRange("codes", codes.length, codesOffset, subspaces());
    checkRange("vector", vector.length, offset, dimension);
    for (int c = 0; c < bySubspace.length; c++) {
      copyCentroid(c, codes[codesOffset + c] & 0xFF, vector, offset + starts[c]);
    }
  }

  /** Mean over vectors of the squared distance between a vector and its decoded code. */
  public double meanSquaredError(float[] vectors, int n) {
    byte[] codes = new byte[Math.multiplyExact(n, subspaces())];
    encodeAll(vectors, n, codes);
    float[] decoded = new float[dimension];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      decode(codes, i * subspaces(), decoded, 0);
      for (int d = 0; d < dimension; d++) {
        double x = (double) vectors[i * dimension + d] - decoded[d];
        sum += x * x;
      }
    }
    return sum / n;
  }

  /**
   * {@code tables[c * SLOTS + slot] = <weight * target_c, centroid_c,slot>} for all C sub-spaces;
   * the caller has checked the lengths.
   */
  // (D) -> (C, SLOTS)
  void products(float[] target, int offset, float weight, float[] tables, int tablesOffset) {
    for (int c = 0; c < bySubspace.length; c++) {
      float[] values = bySubspace[c];
      int at = tablesOffset + c * SLOTS;
      int from = offset + starts[c];
      int width = starts[c + 1] - starts[c];
      float first = weight * target[from];
      for (int k = 0; k < SLOTS; k++) {
        tables[at + k] = first * values[k];
      }
      for (int d = 1; d < width; d++) {
        float value = weight * target[from + d];
        int row = d * SLOTS;
        for (int k = 0; k < SLOTS; k++) {
          tables[at + k] += value * values[row + k];
        }
      }
    }
  }

  private static void checkFinite(float[] values, int offset, int n, String what) {
    for (int d = 0; d < n; d++) {
      if (!(Math.abs(values[offset + d]) <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            what + " holds " + values[offset + d] + " at " + d + ": expected finite numbers");
      }
    }
  }

  static void checkRange(String name, int size, int offset, int n) {
    if (offset < 0 || n < 0 || (long) offset + n > size) {
      throw new IllegalArgumentException(
          name + " has " + size + " elements: " + n + " from " + offset + " do not fit");
    }
  }
}
