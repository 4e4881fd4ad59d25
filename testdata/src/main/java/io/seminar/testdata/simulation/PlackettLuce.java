package io.seminar.testdata.simulation;

import java.util.Arrays;

/**
 * The logging policy: an order of the page's n candidates drawn by the Plackett-Luce model, and the
 * exact probability with which a candidate lands at a position.
 *
 * <p>The model draws the first position in proportion to the weights, the second in proportion to
 * the weights of those left, and so on. The same order comes from independent exponential arrival
 * times with the weights as rates (Plackett 1975; Luce 1959; Yellott 1977). With {@code x =
 * exp(−t)}, candidate j has arrived by t with probability 1 − x^{w_j}, so
 *
 * <pre>P(i at rank k) = ∫₀¹ w_i x^{w_i−1} · P(exactly k−1 of the others have arrived | x) dx</pre>
 *
 * <p>For integer weights the integrand is a polynomial of degree Σw − 1: Gauss-Legendre quadrature
 * with Σw/2 nodes gives the integral exactly, up to rounding. Beyond {@link #MAX_NODES} nodes
 * nothing is gained: the integrand's narrowest peak, among 200 candidates, spans several nodes by
 * then, and the result differs from that of all Σw/2 nodes by less than one part in a million. The
 * distribution of the number of arrivals is Poisson-binomial: built up by one product per
 * candidate, and divided by one factor for "the others", in whichever direction is stable. O(n²)
 * operations a node.
 *
 * <p>Holds work space; not thread-safe.
 */
final class PlackettLuce {
  /** Largest weight. */
  static final int MAX_WEIGHT = 32;

  /** Most nodes of the quadrature. */
  static final int MAX_NODES = 192;

  /** Node counts are rounded up to a multiple of this, so that few tables are needed. */
  private static final int NODE_STEP = 16;

  private final int maxSize;
  private final double[][] nodes; // by count / NODE_STEP: nodes, then weights, on [0, 1]
  private final double[] power = new double[MAX_WEIGHT + 1]; // x^w
  private final double[] arrived; // (n + 1): P(c candidates have arrived)
  private final double[] sum; // (n): running integral

  /**
   * @param maxSize most candidates of a page
   */
  PlackettLuce(int maxSize) {
    this.maxSize = maxSize;
    this.nodes = new double[MAX_NODES / NODE_STEP + 1][];
    this.arrived = new double[maxSize + 1];
    this.sum = new double[maxSize];
  }

  /**
   * Draws an order.
   *
   * @param weight of each candidate, 1 to {@link #MAX_WEIGHT}
   * @param n number of candidates
   * @param order receives the candidate at each position
   */
  void draw(int[] weight, int n, RandomStream random, int[] order) {
    int total = 0;
    for (int i = 0; i < n; i++) {
      order[i] = i;
      total += weight[i];
    }
    for (int k = 0; k < n; k++) {
      int left = random.nextInt(total);
      int chosen = k;
      while (left >= weight[order[chosen]]) {
        left -= weight[order[chosen++]];
      }
      int candidate = order[chosen];
      order[chosen] = order[k];
      order[k] = candidate;
      total -= weight[candidate];
    }
  }

  /**
   * The marginal probability of each candidate to stand where it does.
   *
   * @param weight of each candidate, 1 to {@link #MAX_WEIGHT}
   * @param n number of candidates
   * @param order the candidate at each position
   * @param propensity receives P(order[k] at position k), in (0, 1]
   */
  void propensities(int[] weight, int n, int[] order, float[] propensity) {
    if (n > maxSize) {
      throw new IllegalArgumentException(n + " candidates: expected at most " + maxSize);
    }
    int total = 0;
    for (int i = 0; i < n; i++) {
      total += weight[i];
    }
    integrate(weight, n, order, table(total), propensity);
  }

  /** The same by a rule given as nodes, then weights. */
  void integrate(int[] weight, int n, int[] order, double[] table, float[] propensity) {
    Arrays.fill(sum, 0, n, 0);
    int count = table.length / 2;
    for (int node = 0; node < count; node++) {
      double x = table[node];
      power[0] = 1;
      for (int w = 1; w <= MAX_WEIGHT; w++) {
        power[w] = power[w - 1] * x;
      }
      countArrivals(weight, n);
      for (int k = 0; k < n; k++) {
        int w = weight[order[k]];
        sum[k] += table[count + node] * w * power[w - 1] * arrivedWithout(power[w], n, k);
      }
    }
    for (int k = 0; k < n; k++) {
      propensity[k] = Math.min(1f, (float) sum[k]);
    }
  }

  private void countArrivals(int[] weight, int n) {
    arrived[0] = 1;
    for (int i = 0; i < n; i++) {
      double absent = power[weight[i]];
      double present = 1 - absent;
      arrived[i + 1] = arrived[i] * present;
      for (int c = i; c > 0; c--) {
        arrived[c] = arrived[c] * absent + arrived[c - 1] * present;
      }
      arrived[0] *= absent;
    }
  }

  /**
   * P(k of the candidates other than one have arrived), that one being still absent with this
   * probability.
   */
  private double arrivedWithout(double absent, int n, int k) {
    double present = 1 - absent;
    double value;
    if (absent >= 0.5) {
      value = arrived[0] / absent;
      for (int c = 1; c <= k; c++) {
        value = (arrived[c] - present * value) / absent;
      }
    } else {
      value = arrived[n] / present;
      for (int c = n - 1; c > k; c--) {
        value = (arrived[c] - absent * value) / present;
      }
    }
    return Math.max(0, value);
  }

  private double[] table(int total) {
    // Rounded up: nodes beyond half the degree keep the rule exact.
    int steps = Math.min(MAX_NODES, total / 2 + NODE_STEP) / NODE_STEP;
    if (nodes[steps] == null) {
      nodes[steps] = gaussLegendre(steps * NODE_STEP);
    }
    return nodes[steps];
  }

  /**
   * Nodes, then weights, of the n-point Gauss-Legendre rule on [0, 1], by Newton's method on the
   * Legendre polynomial.
   */
  static double[] gaussLegendre(int n) {
    double[] table = new double[2 * n];
    for (int i = 0; i < n; i++) {
      double x = StrictMath.cos(Math.PI * (i + 0.75) / (n + 0.5));
      double derivative = 0;
      for (int step = 0; step < 100; step++) {
        double previous = 1;
        double value = x;
        for (int degree = 2; degree <= n; degree++) {
          double next = ((2 * degree - 1) * x * value - (degree - 1) * previous) / degree;
          previous = value;
          value = next;
        }
        derivative = n * (x * value - previous) / (x * x - 1);
        double move = value / derivative;
        x -= move;
        if (Math.abs(move) < 1e-15) {
          break;
        }
      }
      table[i] = 0.5 * (1 - x);
      table[n + i] = 1 / ((1 - x * x) * derivative * derivative);
    }
    return table;
  }
}
