package io.seminar.pipelines.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SweepProgressTest {
  @Test
  void whatIsLeftIsCorrectedByHowLongWorkHasTaken() {
    try (SweepProgress progress = new SweepProgress(true, 100)) {
      assertThat(progress.line("training", 3)).isEqualTo("sweep: training");
      progress.done(20, 10);
      // Twenty of what was expected took ten: the other eighty will take forty, of which five went.
      assertThat(progress.line("measuring", 15)).isEqualTo("sweep: measuring, about 35.0 s left");
      progress.expect(30);
      assertThat(progress.line("measuring", 10))
          .as("much was pruned")
          .isEqualTo("sweep: measuring, about 15.0 s left");
      assertThat(progress.line("measuring", 30))
          .as("longer than expected")
          .isEqualTo("sweep: measuring, about 0.0 s left");
      progress.done(50, 35);
      assertThat(progress.line("measuring", 35)).isEqualTo("sweep: measuring, about 0.0 s left");
    }
  }
}
