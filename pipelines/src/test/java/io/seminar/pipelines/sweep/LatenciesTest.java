package io.seminar.pipelines.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatenciesTest {
  @ParameterizedTest
  @CsvSource({
    "19, 0.5, false",
    "20, 0.5, true",
    "99, 0.9, false",
    "100, 0.9, true",
    "999, 0.99, false",
    "1000, 0.99, true",
    "9999, 0.999, false",
    "10000, 0.999, true"
  })
  void aQuantileNeedsTenSamplesBeyondIt(int samples, double share, boolean defined) {
    Latencies latencies = new Latencies();
    for (int i = 0; i < samples; i++) {
      latencies.record(1_000 + i);
    }
    assertThat(Double.isNaN(latencies.quantile(share))).isEqualTo(!defined);
  }

  @Test
  void quantilesAreThoseOfTheSortedSamplesToThreeDigits() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    long[] nanos = new long[20_000];
    Latencies latencies = new Latencies();
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] = Math.round(Math.exp(8 + 2 * random.nextGaussian()));
      latencies.record(nanos[i]);
    }
    Arrays.sort(nanos);
    for (double share : new double[] {0.5, 0.9, 0.99, 0.999}) {
      double expected = nanos[(int) Math.ceil(share * nanos.length) - 1];
      assertThat(latencies.quantile(share)).isCloseTo(expected, within(expected * 2e-3 + 1));
    }
    assertThat(latencies.mean())
        .isCloseTo(Arrays.stream(nanos).average().orElseThrow(), within(1e-6));
    assertThat(latencies.max()).isCloseTo(nanos[nanos.length - 1], within(latencies.max() * 2e-3));
  }

  @Test
  void whatForksRecordedIsMergedByWayOfText() {
    Latencies first = new Latencies();
    Latencies second = new Latencies();
    for (int i = 1; i <= 50; i++) {
      first.record(i * 1_000L);
      second.record(i * 2_000L);
    }
    Latencies merged = Latencies.decode(first.encode());
    merged.add(Latencies.decode(second.encode()));
    assertThat(merged.samples()).isEqualTo(100);
    assertThat(merged.sum()).isEqualTo(first.sum() + second.sum());
    assertThat(merged.mean()).isEqualTo(3 * 25_500 / 2.0);
    assertThat(merged.max()).isCloseTo(100_000, within(100.0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Latencies.decode("12 nothing"))
        .withMessageContaining("12 nothing");
  }

  @Test
  void nothingIsNotANumber() {
    assertThat(new Latencies().mean()).isNaN();
    assertThat(new Latencies().max()).isNaN();
    assertThat(new Latencies().quantile(0.5)).isNaN();
  }
}
