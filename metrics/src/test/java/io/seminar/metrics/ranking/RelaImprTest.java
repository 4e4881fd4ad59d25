package io.seminar.metrics.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.inference.Estimate;
import io.seminar.metrics.inference.Value;
import org.junit.jupiter.api.Test;

class RelaImprTest {

  @Test
  void isTheGainOverTheBaselinesGainOverChance() {
    assertThat(RelaImpr.of(.8, .7)).isCloseTo(.5, within(1e-12));
    assertThat(RelaImpr.of(.7, .7)).isZero();
    assertThat(RelaImpr.of(.5, .7)).isEqualTo(-1);
    assertThat(RelaImpr.of(.45, .7)).isCloseTo(-1.25, within(1e-12));
    assertThat(RelaImpr.of(.8, .5)).isNaN();
    assertThat(RelaImpr.of(.8, .4)).isNaN();
    assertThat(RelaImpr.of(Double.NaN, .7)).isNaN();
    assertThat(RelaImpr.of(.8, Double.NaN)).isNaN();
  }

  @Test
  void replicatesArePaired() {
    Estimate arm = estimate(.8, 100, .75, .9, Double.NaN, .6);
    Estimate baseline = estimate(.7, 90, .75, .6, .7, .5);
    Estimate relative = RelaImpr.of(arm, baseline);
    assertThat(relative.value().value()).isCloseTo(.5, within(1e-12));
    assertThat(relative.value().n()).isEqualTo(90);
    assertThat(relative.replicates()[0]).isZero();
    assertThat(relative.replicates()[1]).isCloseTo(3, within(1e-12));
    assertThat(relative.replicates()[2]).isNaN();
    assertThat(relative.replicates()[3]).isNaN();
  }

  @Test
  void saysWhyItIsUndefined() {
    Estimate good = estimate(.8, 10, .8);
    Estimate undefined =
        new Estimate(new Value(Double.NaN, "no click", 0, 0, 0, 0), new double[1], new double[0]);
    assertThat(RelaImpr.of(good, estimate(.5, 10, .5)).value().reason())
        .isEqualTo("the baseline's AUC of 0.5 is not above 0.5");
    assertThat(RelaImpr.of(undefined, good).value().reason()).isEqualTo("no click");
    assertThat(RelaImpr.of(good, undefined).value().reason())
        .isEqualTo("undefined for the baseline: no click");
  }

  private static Estimate estimate(double auc, long n, double... replicates) {
    return new Estimate(new Value(auc, null, n, n, 0, 0), replicates, new double[0]);
  }
}
