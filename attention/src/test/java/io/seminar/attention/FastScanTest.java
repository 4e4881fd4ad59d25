package io.seminar.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Scores from 4-bit codes against sums over the float tables, and kernel against kernel. */
class FastScanTest {

  private static final int[] LENGTHS = {1, 2, 15, 16, 17, 31, 33, 63, 64, 65, 1_000, 4_097};
  private static final int[] SUBCODES = {1, 2, 3, 4, 15, 16, 32, 33, 64, 127, 128};

  @Test
  void scoresAreTheSumsOfTheTablesWithinTheStatedError() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int length : LENGTHS) {
      for (int subcodes : SUBCODES) {
        int targets = 1 + random.nextInt(FastScan.MOST_TARGETS);
        String sizes = "seed " + seed + ", L " + length + ", C " + subcodes + ", B " + targets;
        byte[][] codes = codes(random, length, subcodes);
        float[][] tables = new float[targets][];
        FastScan scan = new FastScan(subcodes, targets);
        for (int i = 0; i < targets; i++) {
          tables[i] = Samples.gaussian(random, subcodes * FastScan.SLOTS);
          scan.set(i, tables[i], 0);
        }
        int stride = FastScan.padded(length) + random.nextInt(3);
        float[] scores = new float[targets * stride];
        scan.scores(blocks(codes, subcodes), length, targets, scores, stride);
        for (int i = 0; i < targets; i++) {
          assertThat(scan.error(i)).as(sizes).isLessThan(subcodes * 0.05);
          for (int l = 0; l < length; l++) {
            assertThat((double) scores[i * stride + l])
                .as(sizes)
                .isCloseTo(sum(tables[i], codes[l]), within(scan.error(i)));
          }
        }
      }
    }
  }

  @Test
  void kernelsAgreeToTheBit() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Kernels plain = new ScalarKernels();
    Kernels fast = AttentionKernels.choose("vector");
    for (int round = 0; round < 60; round++) {
      int pairs = 1 + random.nextInt(64);
      int blocks = 1 + random.nextInt(40);
      int targets = 1 + random.nextInt(9);
      int stride = blocks * FastScan.BLOCK + random.nextInt(5);
      String sizes = "seed " + seed + ", pairs " + pairs + ", blocks " + blocks + ", B " + targets;
      byte[] codes = new byte[blocks * pairs * FastScan.BLOCK];
      random.nextBytes(codes);
      byte[] tables = new byte[targets * 2 * pairs * FastScan.SLOTS + FastScan.MARGIN];
      for (int t = 0; t < tables.length; t++) {
        // The largest sums that tables may have: 127 and 128.
        tables[t] = (byte) (random.nextInt(128) + (t / FastScan.SLOTS & 1));
      }
      float[] affine = Samples.gaussian(random, 2 * targets);
      float[] expected = new float[targets * stride];
      float[] found = new float[targets * stride];
      plain.fastScan(codes, 0, blocks, pairs, tables, 0, affine, 0, targets, expected, 0, stride);
      fast.fastScan(codes, 0, blocks, pairs, tables, 0, affine, 0, targets, found, 0, stride);
      assertThat(found).as(sizes).isEqualTo(expected);
      sumsAgree(plain, fast, codes, blocks, pairs, tables, targets, sizes, random);
    }
  }

  private static void sumsAgree(
      Kernels plain,
      Kernels fast,
      byte[] codes,
      int blocks,
      int pairs,
      byte[] tables,
      int targets,
      String sizes,
      Random random) {
    int group = Math.min(FastScan.GROUP, targets);
    int length = blocks * FastScan.BLOCK;
    int even = length + length % 128;
    short[][] sums = new short[2][group * even];
    plain.fastSums(codes, 0, blocks, pairs, tables, 0, group, sums[0], 0, even);
    fast.fastSums(codes, 0, blocks, pairs, tables, 0, group, sums[1], 0, even);
    for (int i = 0; i < group; i++) {
      for (int l = 0; l < length; l++) {
        int block = i * even + l - l % FastScan.BLOCK;
        int within = l % FastScan.BLOCK;
        short inOrder = sums[0][block + plain.sumOrder()[within]];
        assertThat(sums[1][block + within])
            .as(sizes)
            .isEqualTo(sums[0][block + fast.sumOrder()[within]]);
        assertThat(inOrder).as(sizes).isEqualTo(sums[0][block + within]);
      }
      // What lies above a threshold, and the largest of each group.
      short threshold = sums[0][i * even + random.nextInt(length)];
      int[][] indices = new int[2][even + 1];
      float[][] found = new float[2][even + 1];
      for (int l = length; l < even; l++) {
        sums[0][i * even + l] = -1;
        sums[1][i * even + l] = -1;
      }
      int at = i * even;
      int n = plain.appendNotBelow(sums[0], at, even, threshold, 3, indices[0], found[0], 0);
      assertThat(fast.appendNotBelow(sums[1], at, even, threshold, 3, indices[1], found[1], 0))
          .as(sizes)
          .isEqualTo(n);
      assertThat(Arrays.copyOf(indices[1], n)).as(sizes).isEqualTo(Arrays.copyOf(indices[0], n));
      assertThat(Arrays.copyOf(found[1], n)).as(sizes).isEqualTo(Arrays.copyOf(found[0], n));
      short[][] maxima = new short[2][64];
      plain.groupMaxima(sums[1], at, even, maxima[0], 64);
      fast.groupMaxima(sums[1], at, even, maxima[1], 64);
      assertThat(maxima[1]).as(sizes).isEqualTo(maxima[0]);
    }
  }

  @Test
  void aPartOfTheBehavioursAndTargetsScoresAsTheWhole() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] blocks = blocks(codes(random, 300, 8), 8);
    FastScan scan = new FastScan(8, 5);
    for (int i = 0; i < 5; i++) {
      scan.set(i, Samples.gaussian(random, 8 * FastScan.SLOTS), 0);
    }
    float[] whole = new float[5 * 320];
    scan.scores(blocks, 300, 5, whole, 320);
    float[] part = new float[7 + 2 * 128];
    scan.scores(blocks, 128, 200, 3, 2, part, 7, 128);
    for (int i = 0; i < 2; i++) {
      for (int l = 128; l < 200; l++) {
        assertThat(part[7 + i * 128 + l - 128])
            .as("seed " + seed)
            .isEqualTo(whole[(3 + i) * 320 + l]);
      }
    }
  }

  @Test
  void codesComeBackFromTheirBlocks() {
    long seed = System.nanoTime();
    byte[][] codes = codes(new Random(seed), 200, 7);
    byte[] blocks = blocks(codes, 7);
    for (int l = 0; l < codes.length; l++) {
      for (int c = 0; c < 7; c++) {
        assertThat(FastScan.code(blocks, 7, l, c)).as("seed " + seed).isEqualTo(codes[l][c]);
      }
    }
  }

  @Test
  void extremeTablesStayWithinTheirError() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[][] codes = codes(random, 100, 4);
    byte[] blocks = blocks(codes, 4);
    for (float scale : new float[] {0, Float.MIN_VALUE, 1e-42f, 1e-38f, 1e-30f, 1e30f, 8e36f}) {
      float[] tables = Samples.gaussian(random, 4 * FastScan.SLOTS);
      for (int i = 0; i < tables.length; i++) {
        tables[i] *= scale;
      }
      tables[5] = scale; // one that stands out
      FastScan scan = new FastScan(4, 1);
      scan.set(0, tables, 0);
      float[] scores = new float[128];
      scan.scores(blocks, 100, 1, scores, 128);
      for (int l = 0; l < 100; l++) {
        assertThat((double) scores[l])
            .as("seed " + seed + ", scale " + scale)
            .isCloseTo(sum(tables, codes[l]), within(scan.error(0)));
      }
    }
  }

  @Test
  void whatDoesNotFitIsRefusedWithItsNumbers() {
    assertThatThrownBy(() -> new FastScan(129, 1)).hasMessageContaining("129 sub-codes");
    assertThatThrownBy(() -> new FastScan(4, 33)).hasMessageContaining("33 targets");
    FastScan scan = new FastScan(1, 1);
    float[] infinite = new float[16];
    infinite[3] = Float.POSITIVE_INFINITY;
    assertThatThrownBy(() -> scan.set(0, infinite, 0)).hasMessageContaining("finite");
    infinite[3] = Float.NaN;
    assertThatThrownBy(() -> scan.set(0, infinite, 0)).hasMessageContaining("finite");
    assertThatThrownBy(() -> scan.scores(new byte[64], 65, 1, new float[128], 128))
        .hasMessageContaining("codes has 64");
    assertThatThrownBy(() -> scan.scores(new byte[64], 3, 1, new float[64], 3))
        .hasMessageContaining("stride is 3");
    assertThatThrownBy(() -> FastScan.put(new byte[] {16}, 0, 1, new byte[64], 0))
        .hasMessageContaining("0-15");
  }

  private static double sum(float[] tables, byte[] code) {
    double sum = 0;
    for (int c = 0; c < code.length; c++) {
      sum += tables[c * FastScan.SLOTS + code[c]];
    }
    return sum;
  }

  private static byte[][] codes(Random random, int length, int subcodes) {
    byte[][] codes = new byte[length][subcodes];
    for (byte[] code : codes) {
      for (int c = 0; c < subcodes; c++) {
        code[c] = (byte) random.nextInt(FastScan.SLOTS);
      }
    }
    return codes;
  }

  private static byte[] blocks(byte[][] codes, int subcodes) {
    byte[] blocks = new byte[FastScan.bytes(codes.length, subcodes)];
    for (int l = 0; l < codes.length; l++) {
      FastScan.put(codes[l], 0, subcodes, blocks, l);
    }
    return blocks;
  }
}
