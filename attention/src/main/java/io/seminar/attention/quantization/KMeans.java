package io.seminar.attention.quantization;

import io.seminar.attention.AttentionKernels;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * k-means in few dimensions: seeding by k-means++ (Arthur and Vassilvitskii, SODA 2007), then
 * Lloyd's iterations with repair of empty clusters. One thread, and a pure function of points and
 * seed.
 *
 * <p>Centroids stand by dimension, {@code centroids[d * slots + slot]}, so that the loop over the
 * slots vectorises. In few dimensions squares are summed of differences, not taken apart into norms
 * and products: a point equal to a centroid is at distance zero exactly. In many dimensions they
 * are taken apart, which is several times as fast.
 */
final class KMeans {

  private static final int MANY_DIMENSIONS = 16;

  /** Points that are compared with all centroids at a time. */
  private static final int BLOCK = 32;

  private float[] points; // (n, dimension)
  private final int n;
  private final int dimension;
  private final int wanted;
  private final int slots;
  private final float[] centroids; // (dimension, slots)
  private final float[] distances;
  private final int[] nearest;
  private final float[] nearestDistance;
  private final int firstFree;
  private float[] squares; // (n), of the points; null: not yet needed
  private int used;

  /**
   * Clusters of points, to be seeded.
   *
   * @param points (n, dimension)
   * @param wanted clusters, at most
   * @param reserveZero whether slot 0 stays the zero vector
   */
  KMeans(float[] points, int n, int dimension, int wanted, boolean reserveZero) {
    this.points = points;
    this.n = n;
    this.dimension = dimension;
    this.wanted = wanted;
    this.slots = ProductQuantizer.slots(wanted);
    this.centroids = new float[dimension * slots];
    this.distances = new float[slots];
    this.nearest = new int[n];
    this.nearestDistance = new float[n];
    this.firstFree = reserveZero ? 1 : 0;
  }

  /** Lloyd's iterations, until nothing moves any more. */
  void iterate(int iterations) {
    for (int i = 0; i < iterations; i++) {
      if (!assign()) {
        break;
      }
      update();
    }
  }

  /** Exchanges the points for as many others; clusters that are in use stay where they are. */
  void move(float[] others) {
    points = others;
    squares = null;
  }

  /** Writes every point's centroid of the last {@link #assign} into columns of a matrix. */
  void approximate(float[] rows, int column, int rowLength) {
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < dimension; d++) {
        rows[i * rowLength + column + d] = centroids[d * slots + nearest[i]];
      }
    }
  }

  /**
   * Centroids (dimension, slots). Slots that are not needed, because there are fewer distinct
   * points or fewer were asked for, repeat slot 0 and so are never nearest.
   */
  float[] centroids() {
    for (int d = 0; d < dimension; d++) {
      int row = d * slots;
      Arrays.fill(centroids, row + used, row + slots, centroids[row]);
    }
    return centroids;
  }

  /** k-means++: every next centroid is a point, drawn in proportion to its squared distance. */
  void seed(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Arrays.fill(nearest, -1);
    if (firstFree == 1) {
      // Slot 0 is the zero vector: distances start from there.
      for (int i = 0; i < n; i++) {
        float square = 0;
        for (int d = 0; d < dimension; d++) {
          float x = points[i * dimension + d];
          square += x * x;
        }
        nearestDistance[i] = square;
      }
      used = 1;
    } else {
      put(0, random.nextInt(n));
      Arrays.fill(nearestDistance, Float.POSITIVE_INFINITY);
      used = 1;
      approach(0);
    }
    while (used < wanted) {
      double total = 0;
      for (int i = 0; i < n; i++) {
        total += nearestDistance[i];
      }
      if (!(total > 0)) {
        return;
      }
      double draw = random.nextDouble() * total;
      int chosen = -1;
      for (int i = 0; i < n; i++) {
        if (nearestDistance[i] > 0) {
          chosen = i;
          draw -= nearestDistance[i];
          if (draw < 0) {
            break;
          }
        }
      }
      put(used, chosen);
      approach(used);
      used++;
    }
  }

  private void put(int slot, int point) {
    for (int d = 0; d < dimension; d++) {
      centroids[d * slots + slot] = points[point * dimension + d];
    }
  }

  private void approach(int slot) {
    if (dimension >= MANY_DIMENSIONS) {
      approachByProducts(slot);
      return;
    }
    for (int i = 0; i < n; i++) {
      float square = 0;
      for (int d = 0; d < dimension; d++) {
        float x = points[i * dimension + d] - centroids[d * slots + slot];
        square += x * x;
      }
      nearestDistance[i] = Math.min(nearestDistance[i], square);
    }
  }

  private void approachByProducts(int slot) {
    float[] centroid = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      centroid[d] = centroids[d * slots + slot];
    }
    float square = AttentionKernels.dot(centroid, 0, centroid, 0, dimension);
    float[] products = new float[n];
    AttentionKernels.scores(centroid, 1, points, n, dimension, products, n);
    float[] own = squares();
    for (int i = 0; i < n; i++) {
      float distance = Math.max(0, own[i] - 2 * products[i] + square);
      nearestDistance[i] = Math.min(nearestDistance[i], distance);
    }
  }

  /** Squared lengths of the points. */
  private float[] squares() {
    if (squares == null) {
      squares = new float[n];
      for (int i = 0; i < n; i++) {
        squares[i] = AttentionKernels.dot(points, i * dimension, points, i * dimension, dimension);
      }
    }
    return squares;
  }

  private boolean assignByProducts() {
    float[] rows = new float[used * dimension];
    float[] rowSquares = new float[used];
    for (int k = 0; k < used; k++) {
      for (int d = 0; d < dimension; d++) {
        rows[k * dimension + d] = centroids[d * slots + k];
      }
      rowSquares[k] = AttentionKernels.dot(rows, k * dimension, rows, k * dimension, dimension);
    }
    float[] own = squares();
    float[] block = new float[BLOCK * dimension];
    float[] products = new float[BLOCK * used];
    boolean changed = false;
    for (int from = 0; from < n; from += BLOCK) {
      int count = Math.min(BLOCK, n - from);
      System.arraycopy(points, from * dimension, block, 0, count * dimension);
      AttentionKernels.scores(block, count, rows, used, dimension, products, used);
      for (int i = 0; i < count; i++) {
        int best = 0;
        float least = Float.POSITIVE_INFINITY;
        for (int k = 0; k < used; k++) {
          float distance = rowSquares[k] - 2 * products[i * used + k];
          if (distance < least) {
            least = distance;
            best = k;
          }
        }
        changed |= best != nearest[from + i];
        nearest[from + i] = best;
        nearestDistance[from + i] = Math.max(0, own[from + i] + least);
      }
    }
    return changed;
  }

  /** Finds every point's nearest centroid; false if none has changed. */
  boolean assign() {
    if (dimension >= MANY_DIMENSIONS) {
      return assignByProducts();
    }
    boolean changed = false;
    for (int i = 0; i < n; i++) {
      int slot = nearest(points, i * dimension, dimension, centroids, slots, used, distances);
      changed |= slot != nearest[i];
      nearest[i] = slot;
      nearestDistance[i] = distances[slot];
    }
    return changed;
  }

  /**
   * The nearest of the first {@code used} centroids (the lowest slot, if several are), with all
   * squared distances left in {@code distances}.
   */
  static int nearest(
      float[] vectors,
      int offset,
      int dimension,
      float[] centroids,
      int slots,
      int used,
      float[] distances) {
    float first = vectors[offset];
    for (int k = 0; k < slots; k++) {
      float x = first - centroids[k];
      distances[k] = x * x;
    }
    for (int d = 1; d < dimension; d++) {
      float value = vectors[offset + d];
      int row = d * slots;
      for (int k = 0; k < slots; k++) {
        float x = value - centroids[row + k];
        distances[k] += x * x;
      }
    }
    // Four candidates by slot modulo 4 keep the comparisons independent of one another.
    int s0 = 0;
    int s1 = 0;
    int s2 = 0;
    int s3 = 0;
    float b0 = distances[0];
    float b1 = Float.POSITIVE_INFINITY;
    float b2 = b1;
    float b3 = b1;
    int k = 0;
    for (; k + 3 < used; k += 4) {
      float x0 = distances[k];
      float x1 = distances[k + 1];
      float x2 = distances[k + 2];
      float x3 = distances[k + 3];
      if (x0 < b0) {
        b0 = x0;
        s0 = k;
      }
      if (x1 < b1) {
        b1 = x1;
        s1 = k + 1;
      }
      if (x2 < b2) {
        b2 = x2;
        s2 = k + 2;
      }
      if (x3 < b3) {
        b3 = x3;
        s3 = k + 3;
      }
    }
    for (; k < used; k++) {
      if (distances[k] < b0) {
        b0 = distances[k];
        s0 = k;
      }
    }
    int best = s0;
    float least = b0;
    if (b1 < least || (b1 == least && s1 < best)) {
      least = b1;
      best = s1;
    }
    if (b2 < least || (b2 == least && s2 < best)) {
      least = b2;
      best = s2;
    }
    if (b3 < least || (b3 == least && s3 < best)) {
      best = s3;
    }
    return best;
  }

  /** Moves every centroid to the mean of its points, and an empty one to the worst served point. */
  void update() {
    double[] sums = new double[used * dimension];
    int[] counts = new int[used];
    for (int i = 0; i < n; i++) {
      int slot = nearest[i];
      counts[slot]++;
      for (int d = 0; d < dimension; d++) {
        sums[slot * dimension + d] += points[i * dimension + d];
      }
    }
    for (int slot = firstFree; slot < used; slot++) {
      if (counts[slot] > 0) {
        for (int d = 0; d < dimension; d++) {
          centroids[d * slots + slot] = (float) (sums[slot * dimension + d] / counts[slot]);
        }
        continue;
      }
      int worst = 0;
      for (int i = 1; i < n; i++) {
        if (nearestDistance[i] > nearestDistance[worst]) {
          worst = i;
        }
      }
      if (nearestDistance[worst] > 0) {
        put(slot, worst);
        // The next empty cluster takes another point.
        nearestDistance[worst] = 0;
      }
    }
  }
}
