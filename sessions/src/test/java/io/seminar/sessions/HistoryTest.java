package io.seminar.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HistoryTest {
  @Test
  void aRequestSeesWhatLiesStrictlyBeforeIt() {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 1000; round++) {
      int n = random.nextInt(12);
      long[] time = random.longs(n, -5, 6).sorted().toArray();
      History history = new History(time, new int[n], new int[n], new byte[n]);
      long at = random.nextLong(-7, 8);
      assertThat(history.lengthBefore(at))
          .as("seed 1, round %d", round)
          .isEqualTo((int) Arrays.stream(time).filter(t -> t < at).count());
    }
  }
}
