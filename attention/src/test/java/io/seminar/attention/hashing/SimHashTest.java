package io.seminar.attention.hashing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.attention.Samples;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimHashTest {
  @Test
  void aBitIsTheSideOfItsHyperplane() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 40; round++) {
      int bits = round == 0 ? 64 : 1 + random.nextInt(64);
      int dimension = 1 + random.nextInt(40);
      int n = random.nextInt(200);
      // Small integers, so that sums are exact and sides are often met with a zero.
      float[] planes = integers(random, bits * dimension);
      float[] rows = integers(random, n * dimension);
      long[] signatures = new long[n + 1];
      signatures[n] = 7;
      new SimHash(planes, bits, dimension).signatures(rows, n, signatures);
      for (int l = 0; l < n; l++) {
        long expected = 0;
        for (int b = 0; b < bits; b++) {
          double projection = 0;
          for (int d = 0; d < dimension; d++) {
            projection += planes[b * dimension + d] * rows[l * dimension + d];
          }
          expected |= projection >= 0 ? 1L << b : 0;
        }
        assertThat(signatures[l])
            .as("seed %d, round %d, row %d", seed, round, l)
            .isEqualTo(expected);
      }
      assertThat(signatures[n]).isEqualTo(7);
    }
  }

  private static float[] integers(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextInt(5) - 2;
    }
    return values;
  }

  @Test
  void bitsDifferWithTheProbabilityOfTheAngle() {
    int dimension = 8;
    int draws = 400;
    float[] rows = new float[2 * dimension];
    rows[0] = 1;
    rows[dimension] = 0.5f; // cos 60°: a third of the half circle
    rows[dimension + 1] = (float) Math.sqrt(0.75);
    long different = 0;
    for (int draw = 0; draw < draws; draw++) {
      float[] planes = Samples.gaussian(new Random(draw), 64 * dimension);
      long[] signatures = new long[2];
      new SimHash(planes, 64, dimension).signatures(rows, 2, signatures);
      different += Long.bitCount(signatures[0] ^ signatures[1]);
    }
    double n = 64.0 * draws;
    double deviation = Math.sqrt(n * (1 / 3.0) * (2 / 3.0));
    assertThat((different - n / 3) / deviation).isBetween(-4.0, 4.0);
  }

  @Test
  void findsTheNearestAsSortingDoes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    HammingSearch search = new HammingSearch();
    for (int round = 0; round < 200; round++) {
      int length = random.nextInt(300);
      int k = random.nextInt(60);
      int bits = 1 + random.nextInt(64);
      long mask = -1L >>> (64 - bits);
      long target = random.nextLong() & mask;
      long[] signatures = random.longs(length + 3).map(x -> x & mask).toArray();
      if (length > 0) {
        signatures[random.nextInt(length)] = ~target; // up to all 64 bits
      }
      int[] kept = new int[k + 1];
      Arrays.fill(kept, -1);
      int n = search.nearest(target, signatures, length, k, kept);
      int[] expected =
          IntStream.range(0, length)
              .boxed()
              .sorted(
                  Comparator.<Integer>comparingInt(l -> Long.bitCount(signatures[l] ^ target))
                      .thenComparing(Comparator.reverseOrder()))
              .limit(k)
              .mapToInt(l -> l)
              .toArray();
      assertThat(Arrays.copyOf(kept, n)).as("seed %d, round %d", seed, round).isEqualTo(expected);
      assertThat(kept[n]).isEqualTo(-1);
    }
  }

  @Test
  void refusesBadInputWithTheValues() {
    assertThatThrownBy(() -> new SimHash(new float[70], 65, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65 bits");
    assertThatThrownBy(() -> new SimHash(new float[7], 4, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("planes has 7 floats: expected at least 8 (4 x 2)");
    assertThatThrownBy(
            () -> new SimHash(new float[8], 4, 2).signatures(new float[5], 3, new long[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 rows of 2 floats, but there are 5");
    assertThatThrownBy(() -> new HammingSearch().nearest(0, new long[4], 4, 3, new int[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 of 4 signatures, but there are 4 and room for 2");
  }
}
