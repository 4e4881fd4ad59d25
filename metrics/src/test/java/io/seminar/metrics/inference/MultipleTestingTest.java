package io.seminar.metrics.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.Golden;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MultipleTestingTest {

  @Test
  void adjustsAsRDoes() {
    Golden golden = new Golden("/inference/reference.properties");
    double[] p = golden.doubles("adjusted.p");
    double[] before = p.clone();
    assertThat(MultipleTesting.holm(p))
        .usingComparatorWithPrecision(1e-14)
        .containsExactly(golden.doubles("adjusted.holm"));
    assertThat(MultipleTesting.benjaminiHochberg(p))
        .usingComparatorWithPrecision(1e-14)
        .containsExactly(golden.doubles("adjusted.bh"));
    assertThat(p).isEqualTo(before);
  }

  /** By hand: .01, .02, .03, .04; and a test without a p-value is not there. */
  @Test
  void aMissingTestDoesNotCount() {
    double[] p = {.04, Double.NaN, .01, .03, .02};
    double[] holm = MultipleTesting.holm(p);
    double[] rates = MultipleTesting.benjaminiHochberg(p);
    assertThat(holm[1]).isNaN();
    assertThat(rates[1]).isNaN();
    double[] expected = {.06, 0, .04, .06, .06};
    for (int i : new int[] {0, 2, 3, 4}) {
      assertThat(holm[i]).isCloseTo(expected[i], within(1e-15));
      assertThat(rates[i]).isCloseTo(.04, within(1e-15));
    }
    assertThat(MultipleTesting.holm(new double[0])).isEmpty();
    assertThat(MultipleTesting.holm(new double[] {Double.NaN})).containsExactly(Double.NaN);
  }

  /**
   * 30 tests, 20 of them of nothing, ten of a difference of three standard errors. Holm makes any
   * false rejection in at most 5 % of the families, Benjamini and Hochberg's false share is 5 %
   * times 20/30 on average, exactly so for independent tests. 20,000 families: 3.3 standard errors
   * of a share of 5 % are 0.5 %; of the mean false share, which varies by .09, 0.2 %.
   */
  @Test
  void holmControlsAnyFalseRejectionAndBenjaminiHochbergTheirShare() {
    SplittableRandom random = new SplittableRandom(21);
    int families = 20_000;
    int anyFalse = 0;
    int anyFalsePlain = 0;
    double falseShare = 0;
    double found = 0;
    double[] p = new double[30];
    for (int family = 0; family < families; family++) {
      boolean plain = false;
      for (int i = 0; i < p.length; i++) {
        double z = random.nextGaussian() + (i < 20 ? 0 : 3);
        p[i] = 2 * Normal.cdf(-Math.abs(z));
        plain |= i < 20 && p[i] <= .05;
      }
      anyFalsePlain += plain ? 1 : 0;
      double[] holm = MultipleTesting.holm(p);
      double[] rates = MultipleTesting.benjaminiHochberg(p);
      boolean wrong = false;
      int wrongRates = 0;
      int rejected = 0;
      for (int i = 0; i < p.length; i++) {
        wrong |= i < 20 && holm[i] <= .05;
        rejected += rates[i] <= .05 ? 1 : 0;
        wrongRates += i < 20 && rates[i] <= .05 ? 1 : 0;
      }
      anyFalse += wrong ? 1 : 0;
      falseShare += rejected == 0 ? 0 : (double) wrongRates / rejected;
      found += (rejected - wrongRates) / 10.;
    }
    System.out.printf(
        "30 tests, 20 of nothing, seed 21: any false rejection plain %.4f, Holm %.4f;"
            + " false share of Benjamini-Hochberg %.4f (expected %.4f), found %.3f%n",
        (double) anyFalsePlain / families,
        (double) anyFalse / families,
        falseShare / families,
        .05 * 20 / 30,
        found / families);
    assertThat((double) anyFalse / families).isBetween(.02, .055);
    assertThat(falseShare / families).isCloseTo(.05 * 20 / 30, within(.0021));
    assertThat((double) anyFalsePlain / families).isGreaterThan(.6);
  }

  @Test
  void refusesWhatIsNoProbability() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MultipleTesting.holm(new double[] {.5, 1.5}))
        .withMessageContaining("p-value 1 is 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MultipleTesting.benjaminiHochberg(new double[] {-.5}))
        .withMessageContaining("p-value 0 is -0.5");
  }
}
