package io.seminar.pipelines.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenLoopTest {
  /** Time passes by waiting and by work only. */
  private static final class FakeClock implements Waiting {
    private long now = 123_456_789;

    @Override
    public long now() {
      return now;
    }

    @Override
    public void until(long nanos) {
      now = Math.max(now, nanos);
    }
  }

  private final FakeClock clock = new FakeClock();

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.5, 0.8})
  void waitsAsLongAsAnMD1QueueDoes(double load) {
    // Arrivals at random, service always the same: the mean wait is s ρ / 2 (1 - ρ)
    // (Pollaczek and Khinchine).
    long seed = 20_261_125;
    Random random = new Random(seed);
    int n = 400_000;
    long service = 1_000_000;
    long[] logged = new long[n + 1];
    for (int i = 1; i <= n; i++) {
      logged[i] = logged[i - 1] + Math.round(-1e6 * Math.log(1 - random.nextDouble()));
    }
    long[] arrivals = Arrivals.scaled(logged, n, load * 1e9 / service);
    OpenLoop loop = new OpenLoop(clock);
    loop.run(arrivals, request -> clock.now += service);
    double expected = service * (1 + load / (2 * (1 - load)));
    assertThat(loop.response().mean()).isCloseTo(expected, within(0.03 * expected));
    assertThat(loop.service().mean()).isEqualTo(service);
    assertThat(loop.response().samples()).isEqualTo(n);
  }

  @Test
  void aSlowAnswerIsChargedToThoseThatWaitBehindIt() {
    // Every 10 ms a request of 1 ms; the third takes 100 ms.
    long[] arrivals = new long[40];
    for (int i = 0; i < arrivals.length; i++) {
      arrivals[i] = i * 10_000_000L;
    }
    OpenLoop loop = new OpenLoop(clock);
    loop.run(arrivals, request -> clock.now += request == 2 ? 100_000_000 : 1_000_000);
    // The fourth comes at 30 ms and is served from 120 to 121 ms.
    assertThat(loop.response().max()).isCloseTo(100e6, within(1e5));
    assertThat(loop.service().quantile(0.5)).isCloseTo(1e6, within(1e3));
    // Ten wait while it is served: 30, 40 … 120 ms.
    assertThat(loop.maxBacklog()).isEqualTo(10);
    // Responses of the ten: 91, 82, 73 … 10 ms; only then none waits.
    double mean = (100 + 91 + 82 + 73 + 64 + 55 + 46 + 37 + 28 + 19 + 10 + 28 * 1.0) / 40;
    assertThat(loop.response().mean()).isCloseTo(mean * 1e6, within(1e6));
    assertThat(loop.service().mean()).isCloseTo((100 + 39) / 40.0 * 1e6, within(1.0));
  }

  @Test
  void arrivalsKeepTheirGapsAndHaveTheRate() {
    long[] arrivals = Arrivals.scaled(new long[] {100, 110, 110, 140}, 7, 1_000);
    // Gaps of 10, 0 and 30 of a mean of 13.3: 0.75, 0 and 2.25 ms, and again.
    assertThat(arrivals)
        .containsExactly(0, 750_000, 750_000, 3_000_000, 3_750_000, 3_750_000, 6_000_000);
    assertThat(Arrivals.scaled(new long[] {5, 6, 9, 1_000}, 2, 1e9 / 2))
        .as("only the first gaps are gone through")
        .containsExactly(0, 1);
  }

  @Test
  void requestsAllAtOnceComeAtEvenGaps() {
    assertThat(Arrivals.scaled(new long[] {7, 7, 7, 900}, 2, 1_000)).containsExactly(0, 1_000_000);
    assertThat(Arrivals.rated(new long[] {7, 7, 7})).isFalse();
    assertThat(Arrivals.rated(new long[] {7, 8})).isFalse();
    assertThat(Arrivals.rated(new long[] {7, 7, 8})).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Arrivals.scaled(new long[] {7}, 3, 10))
        .withMessageContaining("1 logged requests");
  }

  @Test
  void burstinessIsTheVariationOfTheGaps() {
    assertThat(Arrivals.burstiness(new long[] {0, 10, 20, 30})).isZero();
    // Gaps 0 and 20: mean 10, sample deviation sqrt(200).
    assertThat(Arrivals.burstiness(new long[] {0, 0, 20})).isCloseTo(Math.sqrt(2), within(1e-12));
  }

  @Test
  void theMachinesClockWaits() {
    long start = Waiting.SYSTEM.now();
    Waiting.SYSTEM.until(start + 3_000_000);
    assertThat(Waiting.SYSTEM.now() - start).isGreaterThanOrEqualTo(3_000_000);
    Waiting.SYSTEM.until(start); // the past
  }
}
