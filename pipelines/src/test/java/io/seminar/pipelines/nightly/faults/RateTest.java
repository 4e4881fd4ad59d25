package io.seminar.pipelines.nightly.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateTest {
  /**
   * Expected: SciPy 1.17.1, {@code scipy.stats.binomtest(times,
   * trials).proportion_ci(method='wilson')}.
   */
  @ParameterizedTest
  @CsvSource({
    "0, 20, 0, 0.16112515805281935",
    "3, 20, 0.05236874589621662, 0.3604188647407569",
    "20, 20, 0.8388748419471808, 1",
    "1, 1, 0.20654931437723745, 1",
    "7, 12, 0.31951131254954973, 0.8067396863412435"
  })
  void itsIntervalIsWilsons(int times, int trials, double low, double high) {
    Rate rate = new Rate(times, trials);
    assertThat(rate.low()).isCloseTo(low, within(1e-12));
    assertThat(rate.high()).isCloseTo(high, within(1e-12));
  }

  @Test
  void refusesWhatIsNoShare() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Rate(0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Rate(3, 2));
  }
}
