package io.seminar.attention.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Against distributions that have a closed form. */
class SphereCoordinateTest {

  @Test
  void tailsAreThoseOfTheKnownDistributions() {
    for (double tail : new double[] {0.3, 0.1, 0.01, 1e-4, 1e-6}) {
      // n = 2: the arcsine law. n = 3: uniform. n = 5: density 3/4 (1 - u²).
      double two = SphereCoordinate.exceededBy(tail, 2);
      double three = SphereCoordinate.exceededBy(tail, 3);
      double five = SphereCoordinate.exceededBy(tail, 5);
      assertThat(two).isCloseTo(Math.cos(Math.PI * tail), within(4e-3 * tail + 2e-6));
      assertThat((1 - three) / 2).isCloseTo(tail, within(4e-3 * tail + 1e-6));
      assertThat(0.5 - 0.75 * five + 0.25 * five * five * five)
          .isCloseTo(tail, within(4e-3 * tail + 1e-6));
      // Never more than asked for.
      assertThat((1 - three) / 2).isLessThan(tail);
    }
  }

  @Test
  void manyDimensionsComeNearTheNormalDistribution() {
    // Upper quantiles of the standard normal distribution.
    assertThat(SphereCoordinate.exceededBy(0.025, 4_000) * Math.sqrt(4_000))
        .isCloseTo(1.95996, within(0.005));
    assertThat(SphereCoordinate.exceededBy(1e-4, 4_000) * Math.sqrt(4_000))
        .isCloseTo(3.71902, within(0.01));
  }

  @Test
  void certaintyIsOneAndAHalfIsZero() {
    assertThat(SphereCoordinate.exceededBy(0, 63)).isEqualTo(1);
    assertThat(SphereCoordinate.exceededBy(0.01, 1)).isEqualTo(1);
    assertThat(SphereCoordinate.exceededBy(0.01, 0)).isEqualTo(1);
    assertThat(SphereCoordinate.exceededBy(0.5, 63)).isZero();
    assertThatThrownBy(() -> SphereCoordinate.exceededBy(-0.1, 63))
        .hasMessageContaining("tail is -0.1");
  }
}
