package io.seminar.network.training;

import java.util.SortedMap;
import java.util.TreeMap;

/** Means of the losses of an epoch's steps; a term that a step lacks does not count. */
final class MeanLosses {
  private final String prefix;
  private final String[] names;
  private final double[] sums;
  private final long[] counts;

  /**
   * Nothing yet.
   *
   * @param prefix of every name in the result
   * @param names of the terms, the total first
   */
  MeanLosses(String prefix, String... names) {
    this.prefix = prefix;
    this.names = names;
    this.sums = new double[names.length];
    this.counts = new long[names.length];
  }

  /** Adds a step's terms; NaN: the step lacks it. */
  void add(double[] terms) {
    for (int i = 0; i < names.length; i++) {
      if (!Double.isNaN(terms[i])) {
        sums[i] += terms[i];
        counts[i]++;
      }
    }
  }

  /** Mean of the totals; NaN before the first. */
  double total() {
    return sums[0] / counts[0];
  }

  /** The means of the terms that occurred. */
  SortedMap<String, Double> means() {
    SortedMap<String, Double> means = new TreeMap<>();
    for (int i = 0; i < names.length; i++) {
      if (counts[i] > 0) {
        means.put(prefix + names[i], sums[i] / counts[i]);
      }
    }
    return means;
  }
}
