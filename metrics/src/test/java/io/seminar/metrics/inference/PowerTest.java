package io.seminar.metrics.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.Golden;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PowerTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void takesAsManyStandardErrorsAsSciPySays(int c) {
    double[] expected = new Golden("/inference/reference.properties").doubles("power." + c);
    Power power = new Power(expected[0], expected[1]);
    assertThat(power.detectable(.25)).isCloseTo(.25 * expected[2], within(1e-14));
    assertThat(power.detectable(Double.NaN)).isNaN();
    assertThat(power.detectable(0)).isZero();
  }

  /** Half the difference takes four times the users; the detectable one those that there are. */
  @Test
  void usersGrowWithTheInverseSquare() {
    Power power = new Power(.95, .8);
    double detectable = power.detectable(.01);
    assertThat(power.usersNeeded(detectable * (1 + 1e-12), .01, 1_000)).isEqualTo(1_000);
    assertThat(power.usersNeeded(detectable / 2 * (1 + 1e-12), .01, 1_000)).isEqualTo(4_000);
    assertThat(power.usersNeeded(1, 0, 1_000)).isZero();
    assertThat(power.usersNeeded(1, 1e-9, 1_000)).isEqualTo(1);
  }

  /**
   * A true difference of the detectable size is found as often as stated: 20,000 draws know a share
   * of 80 % to 0.28 %; 0.93 % are 3.3 of that.
   */
  @Test
  void findsWhatItSaysAsOftenAsItSays() {
    SplittableRandom random = new SplittableRandom(41);
    Power power = new Power(.95, .8);
    double difference = power.detectable(.02);
    int found = 0;
    for (int i = 0; i < 20_000; i++) {
      found += difference + .02 * random.nextGaussian() > 1.959964 * .02 ? 1 : 0;
    }
    assertThat(found / 20_000.).isCloseTo(.8, within(.0093));
  }

  @Test
  void refusesBadInput() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Power(95, .8))
        .withMessageContaining("level must be between 0 and 1, was 95.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Power(.95, 1))
        .withMessageContaining("power must be between 0 and 1, was 1.0");
    Power power = new Power(.95, .8);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> power.detectable(-1))
        .withMessageContaining("-1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> power.usersNeeded(0, 1, 1))
        .withMessageContaining("difference is 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> power.usersNeeded(1, Double.NaN, 1))
        .withMessageContaining("standard error is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> power.usersNeeded(1, 1, 0))
        .withMessageContaining("users are 0");
  }
}
