package io.seminar.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Weighted sums of 4-bit codes: the vector kernel against the plain one, both against doubles. */
class NibbleScanTest {

  private static final int[] LENGTHS = {1, 2, 15, 16, 17, 31, 33, 63, 64, 65, 1_000, 4_097};

  @Test
  void scoresStayInsideTheStatedError() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 72; round++) {
      int subcodes = 1 + random.nextInt(FastScan.MOST_SUBCODES);
      int targets = 1 + random.nextInt(9);
      int length = LENGTHS[round % LENGTHS.length];
      float scale = (float) Math.pow(10, random.nextInt(50) - 25);
      String what = "seed " + seed + ", C " + subcodes + ", B " + targets + ", L " + length;
      byte[] codes = new byte[length * subcodes];
      byte[] blocks = new byte[FastScan.bytes(length, subcodes)];
      boolean extreme = random.nextBoolean();
      for (int l = 0; l < length; l++) {
        for (int c = 0; c < subcodes; c++) {
          codes[l * subcodes + c] = (byte) (extreme ? 15 * random.nextInt(2) : random.nextInt(16));
        }
        FastScan.put(codes, l * subcodes, subcodes, blocks, l);
      }
      float[] values = Samples.gaussian(random, targets * subcodes);
      NibbleScan scan = new NibbleScan(subcodes, targets);
      for (int i = 0; i < targets; i++) {
        for (int c = 0; c < subcodes; c++) {
          values[i * subcodes + c] *= scale;
        }
        scan.set(i, values, i * subcodes);
      }
      int stride = FastScan.padded(length) + random.nextInt(3);
      float[] scores = new float[2 + targets * stride];
      scan.scores(blocks, 0, length, 0, targets, scores, 2, stride);
      double worst = 0; // error over bound
      for (int i = 0; i < targets; i++) {
        for (int l = 0; l < length; l++) {
          double exact = 0;
          double square = 0;
          for (int c = 0; c < subcodes; c++) {
            double level = codes[l * subcodes + c] - 7.5;
            exact += values[i * subcodes + c] * level;
            square += level * level;
          }
          double error = Math.abs(scores[2 + i * stride + l] - exact);
          worst = Math.max(worst, error / scan.error(i, Math.sqrt(square)));
        }
      }
      assertThat(worst).as(what).isLessThanOrEqualTo(1);
      // Part of the rows, part of the targets: the same numbers.
      if (length > FastScan.BLOCK && targets > 1) {
        float[] part = new float[(targets - 1) * stride];
        int from = FastScan.BLOCK;
        scan.scores(blocks, from, length, 1, targets - 1, part, 0, stride);
        assertThat(Arrays.copyOf(part, length - from))
            .as(what)
            .isEqualTo(Arrays.copyOfRange(scores, 2 + stride + from, 2 + stride + length));
      }
    }
  }

  @Test
  void kernelsAgreeToTheBit() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Kernels plain = new ScalarKernels();
    Kernels fast = AttentionKernels.choose("vector");
    for (int round = 0; round < 100; round++) {
      int pairs = 1 + random.nextInt(64);
      int targets = 1 + random.nextInt(7);
      int blocks = 1 + random.nextInt(40);
      byte[] codes = new byte[blocks * pairs * FastScan.BLOCK];
      random.nextBytes(codes);
      // Any weights: sums that leave 16 bits must come out alike too.
      short[] weights = new short[targets * (2 * pairs + 1)];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (short) random.nextInt();
      }
      float[] affine = Samples.gaussian(random, 2 * targets);
      int stride = blocks * FastScan.BLOCK + random.nextInt(3);
      float[] expected = new float[targets * stride];
      float[] found = new float[targets * stride];
      plain.nibbleScan(
          codes, 0, blocks, pairs, weights, 0, affine, 0, targets, expected, 0, stride);
      fast.nibbleScan(codes, 0, blocks, pairs, weights, 0, affine, 0, targets, found, 0, stride);
      assertThat(found).as("seed " + seed + ", pairs " + pairs).isEqualTo(expected);
    }
  }

  @Test
  void targetsOfNothingAndOfNextToNothingScoreWithinTheirError() {
    NibbleScan scan = new NibbleScan(3, 2);
    scan.set(0, new float[3], 0);
    scan.set(1, new float[] {1e-42f, -2e-43f, 0}, 0);
    byte[] blocks = new byte[FastScan.bytes(1, 3)];
    FastScan.put(new byte[] {15, 0, 7}, 0, 3, blocks, 0);
    float[] scores = new float[2 * FastScan.BLOCK];
    scan.scores(blocks, 0, 1, 0, 2, scores, 0, FastScan.BLOCK);
    assertThat(scores[0]).isZero();
    assertThat(scan.error(1, 11)).isGreaterThanOrEqualTo(9e-42);
    assertThat((double) scores[FastScan.BLOCK]).isCloseTo(9e-42, within(scan.error(1, 11)));
  }

  @Test
  void refusesWhatItCannotHold() {
    assertThatThrownBy(() -> new NibbleScan(129, 1)).hasMessageContaining("129 sub-codes");
    assertThatThrownBy(() -> new NibbleScan(4, 33)).hasMessageContaining("33 targets");
    NibbleScan scan = new NibbleScan(2, 1);
    assertThatThrownBy(() -> scan.set(0, new float[] {Float.MAX_VALUE, 1}, 0))
        .hasMessageContaining("expected a finite number");
    assertThatThrownBy(() -> scan.scores(new byte[64], 0, 65, 0, 1, new float[128], 0, 128))
        .hasMessageContaining("codes has 64 elements");
    assertThatThrownBy(() -> scan.scores(new byte[64], 1, 2, 0, 1, new float[64], 0, 64))
        .hasMessageContaining("multiple of 64");
    assertThatThrownBy(() -> scan.scores(new byte[64], 0, 1, 0, 2, new float[64], 0, 64))
        .hasMessageContaining("2 targets from 0");
    assertThatThrownBy(() -> scan.scores(new byte[64], 0, 1, 0, 1, new float[64], 0, 63))
        .hasMessageContaining("stride is 63");
  }
}
