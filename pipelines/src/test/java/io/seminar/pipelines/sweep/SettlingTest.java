package io.seminar.pipelines.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SettlingTest {
  private static void stretches(Settling settling, double... medians) {
    for (double median : medians) {
      settling.add(median);
    }
  }

  @Test
  void variationIsTheSampleDeviationOverTheMeanOfTheLastFiveMedians() {
    Settling settling = new Settling(0.05);
    stretches(settling, 1_000_000, 90_000, 110_000, 100_000, 95_000);
    assertThat(settling.settled()).as("the first stretch was slow").isFalse();
    stretches(settling, 105_000);
    // Deviations of 5, 5, 10, 10 and 0 thousand: variance 250 / 4 million.
    assertThat(settling.variation()).isCloseTo(Math.sqrt(250 / 4.0) / 100, within(1e-12));
    assertThat(settling.settled()).isFalse();
    stretches(settling, 100_000, 100_000, 100_000, 100_000);
    assertThat(settling.settled()).isTrue();
    assertThat(settling.stretches()).isEqualTo(10);
  }

  @Test
  void fewerThanFiveStretchesSayNothing() {
    Settling settling = new Settling(0.05);
    stretches(settling, 5, 5, 5, 5);
    assertThat(settling.variation()).isNaN();
    assertThat(settling.settled()).isFalse();
    stretches(settling, 5);
    assertThat(settling.settled()).isTrue();
  }
}
