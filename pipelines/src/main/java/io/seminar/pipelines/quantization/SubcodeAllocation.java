package io.seminar.pipelines.quantization;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Deals out sub-codes to the fields of a behaviour: each time to the field whose error falls most a
 * sub-code, looking as many sub-codes ahead as there are left. A step ahead alone is not enough:
 * the second sub-code of a field often gains next to nothing, because it halves what a sub-space
 * covers and loses what the first had learnt of the whole, while the next ones gain much.
 */
final class SubcodeAllocation {

  private SubcodeAllocation() {}

  /**
   * At least one for each field.
   *
   * @param budget sub-codes in all, from the number of fields to the sum of {@code most}
   * @param most sub-codes that a field can have
   * @param errors of each field, by its sub-codes: what it adds to the squared error of a score;
   *     asked at 1, 2, 3, 4, 6, 8, 12, 16, … and taken to be straight lines between
   * @return (fields)
   */
  static int[] deal(int budget, int[] most, IntToDoubleFunction[] errors) {
    int fields = most.length;
    int[] subcodes = new int[fields];
    double[][] curves = new double[fields][];
    for (int f = 0; f < fields; f++) {
      subcodes[f] = 1;
      curves[f] = curve(Math.min(most[f], budget - fields + 1), errors[f]);
    }
    int left = budget - fields;
    while (left > 0) {
      int best = -1;
      int step = 0;
      double gain = Double.NEGATIVE_INFINITY;
      for (int f = 0; f < fields; f++) {
        int from = subcodes[f];
        for (int to = from + 1; to < curves[f].length && to - from <= left; to++) {
          double fall = (curves[f][from] - curves[f][to]) / (to - from);
          if (fall > gain) {
            gain = fall;
            best = f;
            step = to - from;
          }
        }
      }
      subcodes[best] += step;
      left -= step;
    }
    return subcodes;
  }

  /** (most + 1): the error at every number of sub-codes; that of none is not known. */
  private static double[] curve(int most, IntToDoubleFunction error) {
    List<Integer> asked = new ArrayList<>();
    for (int n = 1; n < most; n += Math.max(1, Integer.highestOneBit(n) / 2)) {
      asked.add(n);
    }
    asked.add(most);
    double[] curve = new double[most + 1];
    curve[0] = Double.NaN;
    int before = 0;
    for (int n : asked) {
      curve[n] = error.applyAsDouble(n);
      for (int between = before + 1; between < n; between++) {
        double share = (double) (between - before) / (n - before);
        curve[between] = curve[before] + share * (curve[n] - curve[before]);
      }
      before = n;
    }
    return curve;
  }
}
