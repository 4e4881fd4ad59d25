package io.seminar.metrics.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.Golden;
import org.junit.jupiter.api.Test;

/** The normal and Student's t distribution against SciPy's. */
class DistributionTest {
  private final Golden golden = new Golden("/inference/reference.properties");

  @Test
  void theNormalDistributionIsThatOfSciPy() {
    double[] x = golden.doubles("normal.x");
    double[] cdf = golden.doubles("normal.cdf");
    for (int i = 0; i < x.length; i++) {
      // Both sides round x² / 2 before they exponentiate it.
      double error = 1e-14 + x[i] * x[i] * 0x1p-52;
      assertThat(Normal.cdf(x[i])).as("at " + x[i]).isCloseTo(cdf[i], within(error * cdf[i]));
    }
    double[] p = golden.doubles("normal.p");
    double[] quantile = golden.doubles("normal.quantile");
    for (int i = 0; i < p.length; i++) {
      assertThat(Normal.quantile(p[i]))
          .as("at " + p[i])
          .isCloseTo(quantile[i], within(1e-13 * Math.max(1e-3, Math.abs(quantile[i]))));
    }
    assertThat(Normal.quantile(0)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(Normal.quantile(1)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(Normal.cdf(Double.POSITIVE_INFINITY)).isEqualTo(1);
    assertThat(Normal.cdf(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(Normal.cdf(Double.NaN)).isNaN();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Normal.quantile(1.5))
        .withMessageContaining("1.5, expected 0..1");
  }

  @Test
  void studentsDistributionIsThatOfSciPy() {
    double[] t = golden.doubles("t.t");
    double[] degrees = golden.doubles("t.degrees");
    double[] twoSided = golden.doubles("t.two_sided");
    for (int i = 0; i < t.length; i++) {
      assertThat(StudentT.twoSided(-t[i], degrees[i]))
          .as("at " + t[i] + " of " + degrees[i])
          .isCloseTo(twoSided[i], within(1e-11 * twoSided[i]));
    }
    double[] level = golden.doubles("t.level");
    double[] levelDegrees = golden.doubles("t.level_degrees");
    double[] critical = golden.doubles("t.critical");
    for (int i = 0; i < level.length; i++) {
      // SciPy finds its quantiles by a search that ends at some 1e-9.
      String what = "level " + level[i] + " of " + levelDegrees[i];
      double ours = StudentT.critical(level[i], levelDegrees[i]);
      assertThat(ours).as(what).isCloseTo(critical[i], within(1e-8 * critical[i]));
      double tail = 1 - level[i];
      assertThat(StudentT.twoSided(ours, levelDegrees[i]))
          .as(what)
          .isCloseTo(tail, within(1e-11 * tail));
    }
    assertThat(StudentT.twoSided(Double.NEGATIVE_INFINITY, 3)).isZero();
    assertThat(StudentT.twoSided(Double.NaN, 3)).isNaN();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StudentT.twoSided(1, 0))
        .withMessageContaining("0.0, expected a positive number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StudentT.critical(95, 3))
        .withMessageContaining("95.0");
  }
}
