package io.seminar.metrics.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.Golden;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ConfidenceSequenceTest {

  @Test
  void isTheAsymptoticConfidenceSequence() {
    Golden golden = new Golden("/inference/reference.properties");
    double[] estimates = golden.doubles("sequence.estimates");
    double[] errors = golden.doubles("sequence.errors");
    double[] low = golden.doubles("sequence.low");
    double[] high = golden.doubles("sequence.high");
    ConfidenceSequence sequence = new ConfidenceSequence(.95, 12);
    for (int night = 0; night < estimates.length; night++) {
      sequence.add(estimates[night], errors[night]);
      assertThat(sequence.interval().low()).isCloseTo(low[night], within(1e-10));
      assertThat(sequence.interval().high()).isCloseTo(high[night], within(1e-10));
      assertThat(sequence.nights()).isEqualTo(night + 1);
    }
  }

  /**
   * 1,000 watches of 100 nights. A night is a fresh log of 200 users with skewed numbers whose mean
   * moves from night to night; its standard error is the jackknife's of 50 groups, so it is itself
   * an estimate, and goes with the night's mean. The interval must contain the mean of the nights'
   * true values on all nights together in 95 % of the watches; if it did, fewer than 92.7 % would
   * come with a probability of 0.0005 (3.3 binomial errors of 0.7 %). The plain 95 % interval of
   * the same mean, looked at every night, misses in a third of them.
   */
  @Test
  void holdsOnAllNightsTogether() {
    int watches = 1_000;
    int nights = 100;
    int users = 200;
    int held = 0;
    int plainHeld = 0;
    SplittableRandom random = new SplittableRandom(31);
    double[] groups = new double[50];
    int[] sizes = new int[groups.length];
    for (int watch = 0; watch < watches; watch++) {
      ConfidenceSequence sequence = new ConfidenceSequence(.95, 10);
      boolean all = true;
      boolean allPlain = true;
      double truths = 0;
      double variance = 0;
      for (int night = 0; night < nights; night++) {
        double truth = 1 + .3 * Math.sin(night / 5.);
        truths += truth;
        Arrays.fill(groups, 0);
        Arrays.fill(sizes, 0);
        double sum = 0;
        for (int u = 0; u < users; u++) {
          double value = -truth * Math.log(1 - random.nextDouble()); // exponential
          groups[u % groups.length] += value;
          sizes[u % groups.length]++;
          sum += value;
        }
        for (int g = 0; g < groups.length; g++) {
          groups[g] = (sum - groups[g]) / (users - sizes[g]);
        }
        double error = Jackknife.standardError(sum / users, groups);
        sequence.add(sum / users, error);
        variance += error * error;
        Interval interval = sequence.interval();
        double mean = truths / (night + 1);
        all &= interval.low() <= mean && mean <= interval.high();
        allPlain &= Math.abs(sequence.mean() - mean) <= 1.96 * Math.sqrt(variance) / (night + 1);
      }
      held += all ? 1 : 0;
      plainHeld += allPlain ? 1 : 0;
    }
    System.out.printf(
        "100 nights, seed 31: the anytime interval holds in %.3f of %d watches, the plain one in %.3f%n",
        (double) held / watches, watches, (double) plainHeld / watches);
    assertThat((double) held / watches).isGreaterThanOrEqualTo(.927);
    assertThat((double) plainHeld / watches).isLessThan(.75);
  }

  /** Of all mixtures, the one taken is the narrowest on the wished night. */
  @Test
  void isTightestWhenItShouldBe() {
    for (int wished : new int[] {3, 30}) {
      double best = width(wished, wished);
      for (int other : new int[] {1, wished - 1, wished + 1, 4 * wished}) {
        assertThat(width(other, wished)).as(other + " " + wished).isGreaterThanOrEqualTo(best);
      }
      assertThat(best).isCloseTo(2 * 3.03 / Math.sqrt(wished), within(.02));
    }
  }

  private static double width(int tightestAt, int nights) {
    ConfidenceSequence sequence = new ConfidenceSequence(.95, tightestAt);
    for (int night = 0; night < nights; night++) {
      sequence.add(0, 1);
    }
    return sequence.interval().high() - sequence.interval().low();
  }

  @Test
  void saysWhyThereIsNone() {
    ConfidenceSequence sequence = new ConfidenceSequence(.95, 10);
    assertThat(sequence.interval().reason()).isEqualTo("no night");
    assertThat(sequence.mean()).isNaN();
    sequence.add(.5, 0);
    assertThat(sequence.interval().reason()).isEqualTo("the standard error of every night is 0");
    assertThat(sequence.mean()).isEqualTo(.5);
    sequence.add(.5, .1);
    assertThat(sequence.interval().isDefined()).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sequence.add(Double.NaN, 1))
        .withMessageContaining("estimate is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sequence.add(1, -1))
        .withMessageContaining("-1.0, expected 0 or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ConfidenceSequence(1, 1))
        .withMessageContaining("1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ConfidenceSequence(.9, 0))
        .withMessageContaining("was 0");
    assertThat(sequence.nights()).isEqualTo(2);
  }
}
