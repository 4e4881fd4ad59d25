package io.seminar.pipelines.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MeanIntervalTest {
  private static List<String> users(int n) {
    List<String> users = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      users.add("user" + i);
    }
    return users;
  }

  @Test
  void theIntervalIsAboutThatOfTheNormalTheory() {
    long seed = 42;
    Random random = new Random(seed);
    double[] values = new double[200];
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextDouble();
      sum += values[i];
      squares += values[i] * values[i];
    }
    double mean = sum / values.length;
    double error = Math.sqrt((squares / values.length - mean * mean) / values.length);
    MeanInterval interval = MeanInterval.of(values, users(200), 3);
    assertThat(interval.mean()).isEqualTo(mean);
    assertThat(interval.requests()).isEqualTo(200);
    assertThat((mean - interval.low()) / error).isBetween(1.7, 2.25);
    assertThat((interval.high() - mean) / error).isBetween(1.7, 2.25);
  }

  @Test
  void requestsOfOneUserAreDrawnTogether() {
    double[] values = new double[100];
    List<String> users = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 5 % 2;
      users.add("user" + i / 5);
    }
    MeanInterval together = MeanInterval.of(values, users, 3);
    MeanInterval apart = MeanInterval.of(values, users(100), 3);
    // Five equal requests a user: the interval of twenty values, wider by the root of five.
    assertThat((together.high() - together.low()) / (apart.high() - apart.low()))
        .isBetween(1.9, 2.6);
  }

  @Test
  void whatIsUndefinedIsLeftOut() {
    double[] values = new double[24];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 2 == 0 ? Double.NaN : 0.5;
    }
    MeanInterval half = MeanInterval.of(values, users(24), 1);
    assertThat(half).isEqualTo(new MeanInterval(0.5, 0.5, 0.5, 12));
    MeanInterval few = MeanInterval.of(new double[] {1, 0}, users(2), 1);
    assertThat(few.mean()).isEqualTo(0.5);
    assertThat(few.low()).as("two users give no interval").isNaN();
    MeanInterval none =
        MeanInterval.of(new double[] {Double.NaN}, Collections.singletonList("user"), 1);
    assertThat(none.mean()).isNaN();
    assertThat(none.requests()).isZero();
  }
}
