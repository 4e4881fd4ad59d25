package io.seminar.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The Vector API kernels give the bits of the plain ones, and these agree with double arithmetic.
 */
class KernelsTest {

  private static final Kernels PLAIN = new ScalarKernels();
  private static final Kernels FAST = AttentionKernels.choose("vector");

  @Test
  void scoresAgreeToTheBitOverOddSizes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      int dimension = 1 + random.nextInt(130);
      int b = 1 + random.nextInt(35);
      int length = random.nextInt(71);
      int stride = length + random.nextInt(3);
      String sizes = "seed " + seed + ", D " + dimension + ", B " + b + ", L " + length;
      float[] targets = Samples.gaussian(random, b * dimension);
      int first = random.nextInt(3);
      float[] rows = Samples.gaussian(random, (first + length) * dimension);
      float[] fast = Samples.gaussian(random, b * stride);
      float[] plain = fast.clone();
      FAST.scores(targets, b, rows, first, length, dimension, fast, stride);
      PLAIN.scores(targets, b, rows, first, length, dimension, plain, stride);
      assertThat(fast).as(sizes).isEqualTo(plain);
      for (int i = 0; i < b; i++) {
        for (int l = 0; l < length; l++) {
          double exact = 0;
          double size = 0;
          for (int d = 0; d < dimension; d++) {
            double term = (double) targets[i * dimension + d] * rows[(first + l) * dimension + d];
            exact += term;
            size += Math.abs(term);
          }
          double bound = (dimension / 4.0 + 4) * 0x1p-24 * size;
          assertThat((double) plain[i * stride + l]).as(sizes).isCloseTo(exact, within(bound));
          float dot = FAST.dot(targets, i * dimension, rows, (first + l) * dimension, dimension);
          assertThat(dot).as(sizes).isEqualTo(plain[i * stride + l]);
        }
      }
    }
  }

  @Test
  void scoresOfChosenRowsAreTheScoresToTheBit() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      int dimension = random.nextBoolean() ? 16 * (1 + random.nextInt(8)) : 1 + random.nextInt(130);
      int length = 1 + random.nextInt(50);
      int n = random.nextInt(40);
      float[] targets = Samples.gaussian(random, 2 * dimension);
      float[] rows = Samples.gaussian(random, length * dimension);
      int[] chosen = random.ints(n, 0, length).toArray();
      float[] fast = Samples.gaussian(random, n + 3);
      float[] expected = fast.clone();
      float[] plain = fast.clone();
      FAST.scoresOf(targets, dimension, rows, chosen, n, dimension, fast, 2);
      PLAIN.scoresOf(targets, dimension, rows, chosen, n, dimension, plain, 2);
      for (int i = 0; i < n; i++) {
        expected[2 + i] = PLAIN.dot(targets, dimension, rows, chosen[i] * dimension, dimension);
      }
      assertThat(fast).as("seed " + seed + ", D " + dimension).isEqualTo(expected);
      assertThat(plain).as("seed " + seed + ", D " + dimension).isEqualTo(expected);
    }
  }

  @Test
  void sumsOfBytesAreExact() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      int dimension = 1 + random.nextInt(400);
      int length = 1 + random.nextInt(30);
      int n = random.nextInt(20);
      boolean extreme = random.nextInt(4) == 0;
      byte[] codes = new byte[length * dimension];
      for (int i = 0; i < codes.length; i++) {
        codes[i] = (byte) (extreme ? 127 * (1 - 2 * random.nextInt(2)) : random.nextInt(255) - 127);
      }
      int half = (dimension + 1) / 2;
      short[] weights = new short[2 * half];
      for (int d = 0; d < dimension; d++) {
        weights[d % 2 * half + d / 2] =
            (short) (extreme ? 127 * (1 - 2 * random.nextInt(2)) : random.nextInt(255) - 127);
      }
      int[] chosen = random.ints(n, 0, length).toArray();
      int[] expected = new int[n];
      for (int i = 0; i < n; i++) {
        for (int d = 0; d < dimension; d++) {
          expected[i] += weights[d % 2 * half + d / 2] * codes[chosen[i] * dimension + d];
        }
      }
      int[] fast = new int[n];
      int[] plain = new int[n];
      FAST.byteSums(weights, codes, dimension, chosen, n, fast);
      PLAIN.byteSums(weights, codes, dimension, chosen, n, plain);
      assertThat(fast).as("seed " + seed + ", D " + dimension).isEqualTo(expected);
      assertThat(plain).as("seed " + seed + ", D " + dimension).isEqualTo(expected);
    }
  }

  @Test
  void fittedAndMarkedScoresAgreeToTheBit() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      int n = random.nextInt(300);
      float[] factors = Samples.gaussian(random, n + 2);
      float[] radii = random.nextBoolean() ? null : Samples.gaussian(random, n + 2);
      float[] fast = Samples.gaussian(random, n + 3);
      float[] plain = fast.clone();
      FAST.fit(fast, 3, n, factors, radii, 2, 0.1f, -0.2f, 0.3f);
      PLAIN.fit(plain, 3, n, factors, radii, 2, 0.1f, -0.2f, 0.3f);
      assertThat(fast).as("seed " + seed + ", n " + n).isEqualTo(plain);

      FAST.add(factors, 1, n, fast, 3);
      PLAIN.add(factors, 1, n, plain, 3);
      assertThat(fast).as("seed " + seed + ", n " + n).isEqualTo(plain);

      float threshold = n == 0 ? 0 : fast[3 + random.nextInt(n)];
      int[] marks = new int[(n + 31) / 32];
      int[] plainMarks = new int[marks.length];
      FAST.mark(fast, 3, n, threshold, marks);
      PLAIN.mark(fast, 3, n, threshold, plainMarks);
      assertThat(marks).as("seed " + seed + ", n " + n).isEqualTo(plainMarks);
      int[] rows = new int[n];
      int reaching =
          AttentionKernels.rowsReaching(fast, 3, n, threshold, new int[marks.length], rows);
      int[] expected =
          java.util.stream.IntStream.range(0, n).filter(l -> fast[3 + l] >= threshold).toArray();
      assertThat(java.util.Arrays.copyOf(rows, reaching)).as("seed " + seed).isEqualTo(expected);
    }
  }

  @Test
  void weightedSumsAgreeToTheBitOverOddSizes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      int dimension = 1 + random.nextInt(130);
      int b = 1 + random.nextInt(35);
      int n = random.nextInt(71);
      int stride = n + random.nextInt(3);
      String sizes = "seed " + seed + ", D " + dimension + ", B " + b + ", n " + n;
      float[] weights = Samples.gaussian(random, b * stride);
      float[] rows = Samples.gaussian(random, dimension + n * dimension);
      float[] fast = Samples.gaussian(random, b * dimension);
      float[] plain = fast.clone();
      float[] before = fast.clone();
      FAST.accumulate(weights, stride, b, rows, dimension, n, dimension, fast);
      PLAIN.accumulate(weights, stride, b, rows, dimension, n, dimension, plain);
      assertThat(fast).as(sizes).isEqualTo(plain);
      for (int i = 0; i < b; i++) {
        for (int d = 0; d < dimension; d++) {
          double exact = before[i * dimension + d];
          double size = Math.abs(exact);
          for (int r = 0; r < n; r++) {
            double term = (double) weights[i * stride + r] * rows[(r + 1) * dimension + d];
            exact += term;
            size += Math.abs(term);
          }
          assertThat((double) plain[i * dimension + d])
              .as(sizes)
              .isCloseTo(exact, within((n + 1) * 0x1p-24 * size));
        }
      }

      int k = random.nextInt(n + 1);
      int[] kept = random.ints(k, 0, n + 1).toArray();
      float[] keptWeights = Samples.gaussian(random, k);
      float[] fastOut = Samples.gaussian(random, dimension + 2);
      float[] plainOut = fastOut.clone();
      FAST.accumulateKept(keptWeights, kept, k, rows, dimension, fastOut, 1);
      PLAIN.accumulateKept(keptWeights, kept, k, rows, dimension, plainOut, 1);
      assertThat(fastOut).as(sizes + ", k " + k).isEqualTo(plainOut);
    }
  }

  @Test
  void scansAgreeOverOddSizes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      int n = 64 + random.nextInt(700);
      int offset = random.nextInt(4);
      float[] values = Samples.gaussian(random, offset + n);
      String sizes = "seed " + seed + ", n " + n + ", offset " + offset;
      assertThat(FAST.max(values, offset, n)).as(sizes).isEqualTo(PLAIN.max(values, offset, n));
      int groups = 64 * (1 + random.nextInt(n / 64));
      float[] fast = new float[groups];
      float[] plain = new float[groups];
      FAST.groupMaxima(values, offset, n, fast, groups);
      PLAIN.groupMaxima(values, offset, n, plain, groups);
      assertThat(fast).as(sizes).isEqualTo(plain);
      float threshold = (float) random.nextGaussian();
      int from = random.nextInt(n);
      int[][] indices = new int[2][n + 1];
      float[][] found = new float[2][n + 1];
      int count = append(FAST, values, offset, from, n, threshold, indices[0], found[0]);
      assertThat(append(PLAIN, values, offset, from, n, threshold, indices[1], found[1]))
          .as(sizes)
          .isEqualTo(count);
      assertThat(Arrays.copyOf(indices[0], count)).isEqualTo(Arrays.copyOf(indices[1], count));
      assertThat(Arrays.copyOf(found[0], count)).isEqualTo(Arrays.copyOf(found[1], count));
      assertThat(FAST.countNotBelow(values, n, threshold))
          .as(sizes)
          .isEqualTo(PLAIN.countNotBelow(values, n, threshold));
      int ranked = Math.min(n, 300);
      float[] few = Arrays.copyOf(values, ranked + 64);
      for (int i = 0; i < ranked; i++) {
        few[i] = random.nextInt(3) == 0 ? Math.round(few[i]) : few[i];
      }
      int[] fastRanks = new int[ranked];
      int[] plainRanks = new int[ranked];
      FAST.ranks(few, ranked, fastRanks);
      PLAIN.ranks(few, ranked, plainRanks);
      assertThat(fastRanks).as(sizes).isEqualTo(plainRanks);
      assertThat(Arrays.stream(fastRanks).sorted())
          .as(sizes)
          .containsExactlyElementsOf(IntStream.range(0, ranked).boxed().toList());
      values[offset + random.nextInt(n)] = Float.NaN;
      assertThat(FAST.max(values, offset, n)).as(sizes).isNaN();
      assertThat(PLAIN.max(values, offset, n)).as(sizes).isNaN();
    }
  }

  private static int append(
      Kernels kernels,
      float[] values,
      int offset,
      int from,
      int to,
      float threshold,
      int[] indices,
      float[] found) {
    return kernels.appendNotBelow(values, offset, from, to, threshold, 7, indices, found, 0);
  }

  @Test
  void exponentialsStayInsideTheDocumentedErrorAndAgreeToTheBit() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    float[] x = new float[100_003];
    for (int i = 0; i < x.length; i++) {
      x[i] = -100 * random.nextFloat() * random.nextFloat();
    }
    x[0] = 0;
    x[1] = -87;
    x[2] = -88;
    x[3] = -1e30f;
    x[4] = Float.NEGATIVE_INFINITY;
    float[] fast = new float[x.length];
    float[] plain = new float[x.length];
    FAST.exponentials(x, 0, x.length, 0, 1, fast, 0);
    PLAIN.exponentials(x, 0, x.length, 0, 1, plain, 0);
    assertThat(fast).as("seed " + seed).isEqualTo(plain);
    assertThat(plain[0]).isEqualTo(1f);
    assertThat(plain[2]).isZero();
    assertThat(plain[3]).isZero();
    assertThat(plain[4]).isZero();
    double worst = 0;
    for (int i = 0; i < x.length; i++) {
      if (x[i] >= -87) {
        double truth = Math.exp(x[i]);
        worst = Math.max(worst, Math.abs(plain[i] - truth) / truth);
      } else {
        assertThat(plain[i]).as("e^" + x[i]).isBetween(0f, 1.7e-38f);
      }
    }
    assertThat(worst).as("seed " + seed).isLessThan(AttentionKernels.EXPONENTIAL_ERROR);
  }

  @Test
  void tablesAreRoundedAlikeAndToTheNearest() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int subcodes : new int[] {1, 2, 7, 32}) {
      int entries = subcodes * FastScan.SLOTS;
      float[] tables = Samples.gaussian(random, entries + 3);
      tables[3] = -0f;
      tables[4] = random.nextBoolean() ? Float.MAX_VALUE : 0;
      float[][] least = new float[2][subcodes];
      float[][] most = new float[2][subcodes];
      byte[][] rounded = new byte[2][entries + 1];
      Kernels[] both = {PLAIN, FAST};
      for (int i = 0; i < 2; i++) {
        both[i].extremes(tables, 3, subcodes, least[i], most[i]);
      }
      tables[4] = 0;
      for (int i = 0; i < 2; i++) {
        both[i].round(tables, 3, subcodes, least[0], 20, rounded[i], 1);
      }
      String sizes = subcodes + " sub-codes, seed " + seed;
      assertThat(least[1]).as(sizes).isEqualTo(least[0]);
      assertThat(most[1]).as(sizes).isEqualTo(most[0]);
      assertThat(rounded[1]).as(sizes).isEqualTo(rounded[0]);
      for (int j = 0; j < entries; j++) {
        double exact = 20.0 * ((double) tables[3 + j] - least[0][j / FastScan.SLOTS]);
        assertThat((double) (rounded[0][1 + j] & 0xFF)).as(sizes).isCloseTo(exact, within(0.501));
      }
    }
  }
}
