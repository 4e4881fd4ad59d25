package io.seminar.reports.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PowerLawTest {
  private static final double[] NO_ENDS = {Double.NaN, Double.NaN, Double.NaN, Double.NaN};

  @Test
  void findsTheLawThatTheDataFollow() {
    double[] x = {1000, 10_000, 100_000, 1_000_000};
    double[] y = Arrays.stream(x).map(v -> 3.5 * Math.pow(v, 0.85)).toArray();
    PowerLaw law = PowerLaw.fit(x, y, NO_ENDS, NO_ENDS);
    assertThat(law.exponent()).isCloseTo(0.85, within(1e-12));
    assertThat(law.factor()).isCloseTo(3.5, within(1e-9));
    assertThat(law.deviation()).isCloseTo(0, within(1e-9));
    assertThat(law.at(50_000)).isCloseTo(3.5 * Math.pow(50_000, 0.85), within(1e-6));
    assertThat(law.low()).isEqualTo(law.exponent());
    assertThat(law.high()).isEqualTo(law.exponent());
  }

  @Test
  void isTheLineOfLeastSquares() {
    // Logarithms to base e: x 0, 1, 2 and y 0, 2, 1: slope 1/2, intercept 1/2, by hand.
    double e = Math.E;
    PowerLaw law =
        PowerLaw.fit(
            new double[] {1, e, e * e},
            new double[] {1, e * e, e},
            new double[] {1, e * e, e},
            new double[] {1, e * e, e});
    assertThat(law.exponent()).isCloseTo(0.5, within(1e-12));
    assertThat(law.factor()).isCloseTo(Math.exp(0.5), within(1e-12));
    // The middle point lies a whole unit above the line.
    assertThat(law.deviation()).isCloseTo(e - 1, within(1e-12));
  }

  @Test
  void itsRangeHoldsEveryLineWithinTheEndsAndNoMore() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    double[] x = {1000, 4000, 20_000, 100_000};
    double[] y = {1e4, 3e4, 2e5, 9e5};
    double[] low = new double[4];
    double[] high = new double[4];
    for (int i = 0; i < 4; i++) {
      low[i] = y[i] * (1 - 0.1 * random.nextDouble());
      high[i] = y[i] * (1 + 0.1 * random.nextDouble());
    }
    PowerLaw law = PowerLaw.fit(x, y, low, high);
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int corner = 0; corner < 16; corner++) {
      double[] at = new double[4];
      for (int i = 0; i < 4; i++) {
        at[i] = (corner >> i & 1) == 0 ? low[i] : high[i];
      }
      double slope = PowerLaw.fit(x, at, NO_ENDS, NO_ENDS).exponent();
      least = Math.min(least, slope);
      most = Math.max(most, slope);
    }
    assertThat(law.low()).isCloseTo(least, within(1e-12)).isLessThan(law.exponent());
    assertThat(law.high()).isCloseTo(most, within(1e-12)).isGreaterThan(law.exponent());
  }

  @Test
  void isUndefinedWithoutTwoLengths() {
    PowerLaw law =
        PowerLaw.fit(
            new double[] {7, 7}, new double[] {1, 2}, new double[] {1, 2}, new double[] {1, 2});
    assertThat(law.exponent()).isNaN();
    assertThat(law.at(7)).isNaN();
    // Two points lie on a line by construction: that says nothing.
    assertThat(
            PowerLaw.fit(
                    new double[] {7, 8},
                    new double[] {1, 2},
                    new double[] {1, 2},
                    new double[] {1, 2})
                .deviation())
        .isNaN();
  }
}
