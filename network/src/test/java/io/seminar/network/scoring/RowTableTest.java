package io.seminar.network.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RowTableTest {
  @Test
  void multipliesAcrossBlocksAsLoopsDo() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int d = 3;
    int inputs = 5;
    for (int rows : new int[] {0, 1, 1023, 1024, 1025, 2048, 2500}) {
      float[] matrix = integers(random, d * inputs);
      float[] square = integers(random, d * d);
      float[] input = integers(random, rows * inputs);
      float[] weights = integers(random, rows); // a fifth are 0: no input
      RowTable table = new RowTable(rows, d);
      for (int pass = 0; pass < 2; pass++) {
        table.addProduct(
            matrix,
            inputs,
            (row, out, offset) -> {
              if (weights[row] != 0) {
                System.arraycopy(input, row * inputs, out, offset, inputs);
              }
              return weights[row];
            });
      }
      RowTable product = table.times(square);
      float[] found = new float[d];
      for (int row = 0; row < rows; row++) {
        float[] expected = new float[d]; // small integers: sums are exact
        float[] squared = new float[d];
        for (int j = 0; j < d; j++) {
          for (int c = 0; c < inputs; c++) {
            expected[j] += 2 * weights[row] * matrix[j * inputs + c] * input[row * inputs + c];
          }
        }
        for (int j = 0; j < d; j++) {
          for (int c = 0; c < d; c++) {
            squared[j] += square[j * d + c] * expected[c];
          }
        }
        table.copy(row, found, 0);
        assertThat(found).as("seed %d, row %d of %d", seed, row, rows).containsExactly(expected);
        product.copy(row, found, 0);
        assertThat(found).as("seed %d, row %d of %d", seed, row, rows).containsExactly(squared);
      }
    }
  }

  private static float[] integers(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextInt(5) - 2;
    }
    return values;
  }
}
