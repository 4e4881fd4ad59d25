package io.seminar.pipelines.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class SubcodeAllocationTest {

  /** Convex errors: no other way to deal them out is better, by enumeration. */
  @Test
  void isTheBestOfAllForErrorsThatFallEverLess() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      double[] weight = {random.nextDouble(), random.nextDouble(), random.nextDouble()};
      IntToDoubleFunction[] errors = new IntToDoubleFunction[3];
      for (int f = 0; f < 3; f++) {
        double w = weight[f];
        errors[f] = n -> w / n;
      }
      // So few that the errors are asked for at every number.
      int[] most = {4, 3, 4};
      int budget = 3 + random.nextInt(6);
      int[] dealt = SubcodeAllocation.deal(budget, most, errors);
      assertThat(Arrays.stream(dealt).sum()).isEqualTo(budget);
      double best = Double.POSITIVE_INFINITY;
      for (int a = 1; a <= most[0]; a++) {
        for (int b = 1; b <= most[1]; b++) {
          int c = budget - a - b;
          if (c >= 1 && c <= most[2]) {
            best = Math.min(best, weight[0] / a + weight[1] / b + weight[2] / c);
          }
        }
      }
      double found = weight[0] / dealt[0] + weight[1] / dealt[1] + weight[2] / dealt[2];
      assertThat(found).as("seed " + seed).isLessThanOrEqualTo(best + 1e-12);
    }
  }

  /** The second sub-code gains nothing, the fourth nearly all: one step ahead would not see it. */
  @Test
  void looksPastASubcodeThatGainsNothing() {
    double[] steep = {9, 1, 1, 1, 0.1, 0.1, 0.1, 0.1, 0.1};
    IntToDoubleFunction[] errors = {n -> steep[n], n -> 0.5 / n};
    assertThat(SubcodeAllocation.deal(6, new int[] {8, 8}, errors)).containsExactly(4, 2);
  }

  @Test
  void givesEveryFieldOneAndNoneMoreThanItCanHave() {
    IntToDoubleFunction[] errors = {n -> 100.0 / n, n -> 0, n -> 1.0 / n};
    assertThat(SubcodeAllocation.deal(3, new int[] {9, 9, 9}, errors)).containsExactly(1, 1, 1);
    assertThat(SubcodeAllocation.deal(12, new int[] {5, 2, 5}, errors)).containsExactly(5, 2, 5);
  }
}
