package io.seminar.attention.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.FastScan;
import io.seminar.attention.Samples;
import io.seminar.attention.TopK;
import io.seminar.attention.quantization.RaBitQCodes;
import io.seminar.attention.quantization.RaBitQScan;
import io.seminar.attention.quantization.RandomRotation;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RabitqRetrievalTest {

  @Test
  void keepsTheBestEstimatesOfEachHeadWhateverElseIsAsked() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      int size = 8 + random.nextInt(70);
      int length = 1 + random.nextInt(1_500);
      int visible = 1 + random.nextInt(length);
      int bits = 1 + round % 8;
      int keep = 1 + random.nextInt(60);
      float[][] keys = {
        Samples.gaussian(random, length * size), Samples.gaussian(random, length * size)
      };
      // Equal rows have equal estimates: the more recent goes first.
      System.arraycopy(keys[1], 0, keys[1], (length - 1) * size, size);
      int count = 1 + random.nextInt(Targets.MAXIMUM);
      float[][] queries = {
        Samples.gaussian(random, count * size), Samples.gaussian(random, count * size)
      };
      KeyHistory history = new KeyHistory(keys, size, length).ask(queries, count, length);
      RabitqRetrieval arm = new RabitqRetrieval(bits, keep, 5);
      arm.open(history);
      history.ask(queries, count, visible);
      Kept kept = new Kept(2, keep);
      arm.retrieve(history, kept, new Cost(false));

      RandomRotation rotation = new RandomRotation(size, 5);
      RaBitQScan scan = new RaBitQScan(rotation, bits);
      for (int h = 0; h < 2; h++) {
        RaBitQCodes codes = new RaBitQCodes(rotation, bits, 0);
        codes.index(keys[h], length);
        for (int b = 0; b < count; b++) {
          scan.prepare(codes, Arrays.copyOfRange(queries[h], b * size, (b + 1) * size), 1);
          float[] estimates = new float[FastScan.padded(visible)];
          scan.estimates(0, visible, 0, 1, estimates, 0, estimates.length);
          int[] expected = new int[Math.min(keep, visible)];
          new TopK(keep).select(estimates, 0, visible, keep, expected, 0);
          assertThat(Arrays.copyOf(kept.rows(h, b), kept.count(h, b)))
              .as("seed " + seed + ", D " + size + ", bits " + bits + ", L " + visible)
              .isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void recallRisesWithBitsAndRefinementRestoresMost() {
    Random random = new Random(7);
    int size = 64;
    int length = 4_000;
    int keep = 50;
    float[][] keys = {Samples.gaussian(random, length * size)};
    float[][] queries = {Samples.gaussian(random, 20 * size)};
    KeyHistory history = new KeyHistory(keys, size, length).ask(queries, 20, length);
    float[] scores = new float[20 * length];
    AttentionKernels.scores(queries[0], 20, keys[0], length, size, scores, length);
    int[] truth = new int[keep];
    double[] recalls = new double[4];
    for (int i = 0; i < 4; i++) {
      Retrieval arm =
          i < 3
              ? new RabitqRetrieval(1 << i, keep, 3)
              : new RefinedRetrieval(new RabitqRetrieval(2, 4 * keep, 3), 1, 4 * keep, keep);
      arm.open(history);
      Kept kept = new Kept(1, keep);
      arm.retrieve(history, kept, new Cost(false));
      for (int b = 0; b < 20; b++) {
        new TopK(keep).select(scores, b * length, length, keep, truth, 0);
        int[] sorted = truth.clone();
        Arrays.sort(sorted);
        for (int j = 0; j < keep; j++) {
          recalls[i] += Arrays.binarySearch(sorted, kept.rows(0, b)[j]) >= 0 ? 1.0 / keep / 20 : 0;
        }
      }
    }
    // What simulated normal scores with normal errors of the size of the estimates' give, whose
    // spread
    // is sqrt(d / (1 - d)) times the scores', d the distortion of the best even levels.
    assertThat(recalls[0]).isCloseTo(0.40, within(0.04));
    assertThat(recalls[1]).isCloseTo(0.64, within(0.04));
    assertThat(recalls[2]).isCloseTo(0.88, within(0.04));
    assertThat(recalls[3]).isGreaterThan(0.95);
  }

  @Test
  void codesAreCountedAndCodesOfNothingRefused() {
    int size = 16;
    int length = 100;
    float[][] keys = {Samples.gaussian(new Random(1), length * size)};
    float[][] queries = {Samples.gaussian(new Random(2), 2 * size)};
    KeyHistory history = new KeyHistory(keys, size, length).ask(queries, 2, length);
    RabitqRetrieval arm = new RabitqRetrieval(2, 10, 1);
    arm.open(history);
    Cost cost = new Cost(false);
    arm.retrieve(history, new Kept(1, 10), cost);
    assertThat(arm.indexBytes()).isEqualTo(length * (4 + 8));
    assertThat(cost.scanned()).isEqualTo(2 * length);
    assertThat(cost.bytesRead()).isEqualTo(length * (4 + 4));
    assertThat(cost.reranked()).isZero();
    keys[0][17] = Float.NaN;
    assertThatThrownBy(() -> arm.open(history))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keys of head 0 hold values that are not finite");
    assertThatThrownBy(() -> new RabitqRetrieval(9, 10, 1)).hasMessageContaining("9 bits");
  }
}
