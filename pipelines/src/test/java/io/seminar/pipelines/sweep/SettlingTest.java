package io.seminar.pipelines.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SettlingTest {
  private static void rounds(Settling settling, double... medians) {
    for (double median : medians) {
      settling.round(new long[] {Math.round(median)}, 1);
    }
  }

  @Test
  void variationIsTheSampleDeviationOverTheMeanOfTheLastFiveMedians() {
    Settling settling = new Settling(0.05);
    rounds(settling, 1_000_000, 90_000, 110_000, 100_000, 95_000);
    assertThat(settling.settled()).as("the first round was slow").isFalse();
    rounds(settling, 105_000);
    // Deviations of 5, 5, 10, 10 and 0 thousand: variance 250 / 4 million.
    assertThat(settling.variation()).isCloseTo(Math.sqrt(250 / 4.0) / 100, within(1e-12));
    assertThat(settling.settled()).isFalse();
    rounds(settling, 100_000, 100_000, 100_000, 100_000);
    assertThat(settling.settled()).isTrue();
    assertThat(settling.rounds()).isEqualTo(10);
  }

  @Test
  void fewerThanFiveRoundsSayNothing() {
    Settling settling = new Settling(0.05);
    rounds(settling, 5, 5, 5, 5);
    assertThat(settling.variation()).isNaN();
    assertThat(settling.settled()).isFalse();
    rounds(settling, 5);
    assertThat(settling.settled()).isTrue();
  }

  @Test
  void theMedianOfARoundIgnoresWhatDoesNotCount() {
    assertThat(Settling.median(new long[] {9, 1, 5, -100}, 3)).isEqualTo(5);
    assertThat(Settling.median(new long[] {9, 1, 5, 7}, 4)).isEqualTo(6);
  }
}
