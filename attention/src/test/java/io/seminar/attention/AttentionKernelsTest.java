package io.seminar.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AttentionKernelsTest {

  /** Softmax attention in double arithmetic, as the definition has it. */
  private static double[] oracle(
      float[] scores, int offset, int[] kept, double temperature, float[] rows, int dimension) {
    double max = Double.NEGATIVE_INFINITY;
    for (int l : kept) {
      max = Math.max(max, scores[offset + l] / temperature);
    }
    double total = 0;
    double[] out = new double[dimension + 1];
    for (int l : kept) {
      double weight = Math.exp(scores[offset + l] / temperature - max);
      total += weight;
      for (int d = 0; d < dimension; d++) {
        out[d] += weight * rows[l * dimension + d];
      }
    }
    for (int d = 0; d < dimension; d++) {
      out[d] /= total;
    }
    out[dimension] = max + Math.log(total);
    return out;
  }

  @Test
  void attentionAgreesWithDoubleArithmetic() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      int dimension = 1 + random.nextInt(130);
      int b = 1 + random.nextInt(12);
      int length = 1 + random.nextInt(round % 10 == 0 ? 3_000 : 300);
      int stride = length + random.nextInt(4);
      float temperature = (float) Math.exp(random.nextGaussian() - 1);
      float[] scores = Samples.gaussian(random, b * stride);
      float[] rows = Samples.gaussian(random, length * dimension);
      float[] out = Samples.gaussian(random, b * dimension);
      double[] logSumExp = new double[b];
      AttentionKernels.attendAll(
          scores, b, length, stride, temperature, rows, dimension, out, logSumExp);
      String sizes = "seed " + seed + ", D " + dimension + ", B " + b + ", L " + length;
      int[] all = IntStream.range(0, length).toArray();
      int k = 1 + random.nextInt(Math.min(50, length));
      int[] kept = new int[k];
      TopK topK = new TopK(50);
      for (int i = 0; i < b; i++) {
        double[] expected = oracle(scores, i * stride, all, temperature, rows, dimension);
        for (int d = 0; d < dimension; d++) {
          assertThat((double) out[i * dimension + d])
              .as(sizes)
              .isCloseTo(expected[d], within(2e-5));
        }
        assertThat(logSumExp[i]).as(sizes).isCloseTo(expected[dimension], within(2e-5));

        topK.select(scores, i * stride, length, k, kept, 0);
        double[] keptExpected = oracle(scores, i * stride, kept, temperature, rows, dimension);
        float[] keptOut = new float[dimension + 1];
        double keptLogSumExp =
            AttentionKernels.attendKept(
                scores, i * stride, kept, k, temperature, rows, dimension, keptOut, 1);
        assertThat(keptLogSumExp).as(sizes).isCloseTo(keptExpected[dimension], within(2e-5));
        for (int d = 0; d < dimension; d++) {
          assertThat((double) keptOut[1 + d]).as(sizes).isCloseTo(keptExpected[d], within(2e-5));
        }
        double mass =
            AttentionKernels.massKept(scores, i * stride, kept, k, temperature, logSumExp[i]);
        assertThat(mass)
            .as(sizes)
            .isCloseTo(Math.exp(keptExpected[dimension] - expected[dimension]), within(3e-5));
      }
    }
  }

  @Test
  void equalRowsTieExactlyWhereverTheyStandAndWhoeverElseIsAsked() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int dimension = 37;
    int length = 211;
    float[] one = Samples.gaussian(random, dimension);
    float[] rows = new float[length * dimension];
    for (int l = 0; l < length; l++) {
      System.arraycopy(one, 0, rows, l * dimension, dimension);
    }
    float[] targets = Samples.gaussian(random, 35 * dimension);
    float[] alone = new float[1];
    AttentionKernels.scores(targets, 1, one, 1, dimension, alone, 1);
    for (int b = 1; b <= 35; b++) {
      float[] scores = new float[b * length];
      AttentionKernels.scores(targets, b, rows, length, dimension, scores, length);
      float[] first = Arrays.copyOf(scores, length);
      float[] expected = new float[length];
      Arrays.fill(expected, alone[0]);
      assertThat(first).as("seed " + seed + ", B " + b).isEqualTo(expected);
    }
  }

  @Test
  void attentionOverEverythingKeptIsFullAttention() {
    Random random = new Random(5);
    int length = 70;
    int dimension = 24;
    float[] scores = Samples.gaussian(random, length);
    float[] rows = Samples.gaussian(random, length * dimension);
    int[] kept = IntStream.range(0, length).toArray();
    float[] full = new float[dimension];
    float[] some = new float[dimension];
    double[] logSumExp = new double[1];
    AttentionKernels.attendAll(scores, 1, length, length, 0.1f, rows, dimension, full, logSumExp);
    AttentionKernels.attendKept(scores, 0, kept, length, 0.1f, rows, dimension, some, 0);
    for (int d = 0; d < dimension; d++) {
      assertThat(some[d]).isCloseTo(full[d], within(2e-6f));
    }
    assertThat(AttentionKernels.massKept(scores, 0, kept, length, 0.1f, logSumExp[0]))
        .isCloseTo(1, within(1e-6))
        .isLessThanOrEqualTo(1);
  }

  @Test
  void softmaxSurvivesExtremes() {
    float[] rows = {1, 10, 100};
    float[] out = new float[1];
    double[] logSumExp = new double[1];
    // One score far above: all the weight, at a temperature that would overflow any plain exp.
    AttentionKernels.attendAll(
        new float[] {-3e30f, 3e30f, 0}, 1, 3, 3, 1e-6f, rows, 1, out, logSumExp);
    assertThat(out[0]).isEqualTo(10);
    // Masked behaviours weigh nothing.
    AttentionKernels.attendAll(
        new float[] {Float.NEGATIVE_INFINITY, 2, 2}, 1, 3, 3, 1, rows, 1, out, logSumExp);
    assertThat(out[0]).isEqualTo(55);
    assertThat(logSumExp[0]).isCloseTo(2 + Math.log(2), within(1e-7));
    // An empty history.
    AttentionKernels.attendAll(new float[0], 1, 0, 0, 1, rows, 1, out, logSumExp);
    assertThat(out[0]).isZero();
    assertThat(logSumExp[0]).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(AttentionKernels.attendKept(new float[0], 0, new int[0], 0, 1, rows, 1, out, 0))
        .isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(out[0]).isZero();
    assertThat(
            AttentionKernels.massKept(new float[0], 0, new int[0], 0, 1, Double.NEGATIVE_INFINITY))
        .isZero();
  }

  @Test
  void refusesBadInputWithTheValues() {
    float[] eight = new float[8];
    double[] sums = new double[2];
    assertRefused(
        () -> AttentionKernels.scores(eight, 3, eight, 2, 4, eight, 2),
        "targets has 8 floats: expected at least 12 (3 x 4)");
    assertRefused(
        () -> AttentionKernels.scores(eight, 2, eight, 3, 4, eight, 3),
        "rows has 8 floats: expected at least 12 (3 x 4)");
    assertRefused(
        () -> AttentionKernels.scores(eight, 2, eight, 2, 4, new float[3], 2),
        "scores has 3 floats: expected at least 4 (2 targets, stride 2, length 2)");
    assertRefused(
        () -> AttentionKernels.scores(eight, 2, eight, 2, 4, eight, 1),
        "stride is 1: expected at least the length, 2");
    assertRefused(
        () -> AttentionKernels.scores(eight, 2, eight, 2, 0, eight, 2),
        "targets 2, length 2, dimension 0: expected at least 0, 0 and 1");
    assertRefused(
        () -> AttentionKernels.dot(eight, 5, eight, 0, 4), "a has 8 elements: 4 from 5 do not fit");
    assertRefused(
        () -> AttentionKernels.attendAll(eight, 2, 2, 2, 0, eight, 4, eight, sums),
        "temperature is 0.0: expected a positive number with a finite inverse");
    assertRefused(
        () -> AttentionKernels.attendAll(eight, 2, 2, 2, Float.NaN, eight, 4, eight, sums),
        "temperature is NaN");
    assertRefused(
        () -> AttentionKernels.attendAll(eight, 2, 2, 2, 1, eight, 4, eight, new double[1]),
        "logSumExp has 1 elements: 2 from 0 do not fit");
    float[] withNaN = {0, 0, 0, Float.NaN};
    assertRefused(
        () -> AttentionKernels.attendAll(withNaN, 2, 2, 2, 1, eight, 4, new float[8], sums),
        "largest of the 2 scores of target 1 is NaN");
    assertRefused(
        () -> AttentionKernels.attendKept(withNaN, 0, new int[] {3}, 1, 1, eight, 2, eight, 0),
        "is NaN");
    assertRefused(
        () -> AttentionKernels.attendKept(eight, 0, new int[] {2}, 1, 1, eight, 4, eight, 0),
        "kept[0] is 2: expected 0 to 1");
    assertRefused(
        () -> AttentionKernels.attendKept(eight, 0, new int[] {1}, 2, 1, eight, 4, eight, 0),
        "kept has 1 elements: 2 from 0 do not fit");
    assertRefused(
        () -> AttentionKernels.massKept(eight, 6, new int[] {2}, 1, 1, 0),
        "kept[0] is 2: expected 0 to 1");
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatThrownBy(call::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  /** Prints what runs; started as a JVM of its own by the test below. */
  static final class Printer {
    public static void main(String[] args) {
      System.out.println(AttentionKernels.implementation());
    }
  }

  @Test
  void choosesTheImplementationOnceAndSaysWhich() throws Exception {
    String module = "--add-modules=jdk.incubator.vector";
    assertThat(start(module)).contains("vector-");
    assertThat(start()).isEqualToIgnoringNewLines("scalar");
    assertThat(start(module, "-Dseminar.kernels=scalar")).contains("scalar");
    assertThat(start("-Dseminar.kernels=vector"))
        .contains("started without --add-modules=jdk.incubator.vector");
    assertThat(start(module, "-Dseminar.kernels=avx"))
        .contains("system property seminar.kernels is avx: expected auto, vector or scalar");
  }

  private static String start(String... flags) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Printer.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return output;
  }
}
