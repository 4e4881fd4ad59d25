package io.seminar.network.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.attention.retrieval.Cost;
import io.seminar.attention.retrieval.ExactRetrieval;
import io.seminar.attention.retrieval.Kept;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the device keeps is what the kernels keep, up to scores that rounding cannot tell apart. */
class DeviceExactRetrievalTest {
  private static final int HEADS = 2;
  private static final int SIZE = 16;
  private static final int KEEP = 20;

  @Test
  void keepsWhatTheKernelsKeep() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (TorchDevice device = new TorchDevice("cpu", 1)) {
      DeviceExactRetrieval onDevice = new DeviceExactRetrieval(device);
      ExactRetrieval onHost = new ExactRetrieval(KEEP);
      Kept expected = new Kept(HEADS, KEEP);
      Kept found = new Kept(HEADS, KEEP);
      for (int length : new int[] {0, 1, 15, 33, 1_000}) {
        RandomHistory history = new RandomHistory(random, HEADS, SIZE, length);
        onDevice.open(history);
        onHost.open(history);
        for (int count : new int[] {1, 3, 32}) {
          int seen = length - length / 10;
          RandomTargets targets = new RandomTargets(random, history, count, seen);
          Cost cost = new Cost(count == 3);
          onDevice.retrieve(targets, found, cost);
          onHost.retrieve(targets, expected, new Cost(false));
          for (int h = 0; h < HEADS; h++) {
            for (int b = 0; b < count; b++) {
              SameKept.check(history, targets, h, b, found, expected, "seed " + seed);
              assertThat(found.scored(h, b)).isEqualTo(seen > 0);
            }
          }
          if (cost.timed() && length == 1_000) {
            assertThat(cost.nanos(Cost.Stage.COPY)).isPositive();
            assertThat(cost.nanos(Cost.Stage.QUEUE)).isPositive();
          }
        }
      }
    }
  }

  @Test
  void equalScoresAreInTheOrderOfRecency() {
    try (TorchDevice device = new TorchDevice("cpu", 1)) {
      RandomHistory history = new RandomHistory(new Random(1), 1, 4, 6);
      java.util.Arrays.fill(history.keys(0), 1f);
      DeviceExactRetrieval retrieval = new DeviceExactRetrieval(device);
      retrieval.open(history);
      Kept kept = new Kept(1, 6);
      retrieval.retrieve(new RandomTargets(new Random(2), history, 1, 6), kept, new Cost(false));
      assertThat(kept.rows(0, 0)).containsExactly(5, 4, 3, 2, 1, 0);
    }
  }
}
