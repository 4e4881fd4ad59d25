package io.seminar.metrics.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.Golden;
import io.seminar.metrics.inference.Estimate;
import io.seminar.metrics.inference.FixedPointSums;
import io.seminar.metrics.inference.Interval;
import io.seminar.metrics.inference.IntervalMethod;
import io.seminar.metrics.inference.Resampling;
import io.seminar.metrics.inference.UserWeights;
import io.seminar.metrics.inference.Value;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CalibrationErrorTest {
  private static final int REPLICATES = 100;

  @Test
  void agreesWithNumPy() {
    Golden golden = new Golden("/golden/rankings.properties");
    double[] probabilities = golden.doubles("ece.probabilities");
    byte[] labels = golden.bytes("ece.labels");
    ReliabilityBins bins = ReliabilityBins.of(golden.doubles("ece.edges"));
    Estimate error = error(bins, probabilities, labels, 5);
    assertThat(error.value().value()).isCloseTo(golden.number("ece.ece"), within(1e-9));
    assertThat(error.value().n()).isEqualTo(500);
    assertThat(error.value().users()).isEqualTo(100);
    assertThat(error.interval(IntervalMethod.PERCENTILE, .95).isDefined()).isTrue();
  }

  /** Two bins by hand: 0.2 predicted and half clicked, 0.8 predicted and all clicked. */
  @Test
  void isTheMeanDistanceOverBins() {
    ReliabilityBins bins = ReliabilityBins.of(.5, .9);
    Estimate error = error(bins, new double[] {.2, .2, .8, .8}, new byte[] {1, 0, 1, 1}, 2);
    assertThat(error.value().value()).isCloseTo(.5 * .3 + .5 * .2, within(1e-9));
    assertThat(error.value().users()).isEqualTo(2);
  }

  /** A replicate is the error of the users drawn, each as often as its weight says. */
  @Test
  void replicatesAreTheErrorOfTheResampledUsers() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    ReliabilityBins bins = ReliabilityBins.of(.3, .6);
    FixedPointSums sums = bins.newSums(REPLICATES);
    FixedPointSums drawn = bins.newSums(0);
    UserWeights bootstrap = new UserWeights(new Resampling(1, REPLICATES, 0, 0));
    long[] weights = new long[REPLICATES];
    double[] user = new double[bins.statistics() + bins.counts()];
    for (int u = 0; u < 50; u++) {
      Arrays.fill(user, 0);
      for (int i = 1 + random.nextInt(5); i > 0; i--) {
        bins.add(random.nextDouble(), random.nextBoolean(), user, 0);
      }
      bootstrap.fill(u, weights);
      sums.add(user, 0, weights);
      for (int times = 0; times < weights[7]; times++) {
        drawn.add(user, 0, new long[0]);
      }
    }
    assertThat(CalibrationError.of(bins, sums).replicates()[7])
        .as("seed " + seed)
        .isEqualTo(CalibrationError.of(bins, drawn).value().value());
  }

  /** What the class says of itself: noise is error, and a replicate has it twice. */
  @Test
  void isAboveZeroForCalibratedProbabilitiesAndReplicatesMoreSo() {
    Random random = new Random(11);
    int n = 2000;
    double[] probabilities = random.doubles(n).toArray();
    byte[] labels = new byte[n];
    for (int i = 0; i < n; i++) {
      labels[i] = (byte) (random.nextDouble() < probabilities[i] ? 1 : 0);
    }
    Estimate error = error(ReliabilityBins.equalMass(probabilities, 10), probabilities, labels, 4);
    assertThat(error.value().value()).isBetween(.005, .06);
    Interval interval = error.interval(IntervalMethod.PERCENTILE, .95);
    assertThat(interval.low()).isPositive();
    assertThat(Arrays.stream(error.replicates()).average().orElseThrow())
        .isGreaterThan(error.value().value());
  }

  @Test
  void isUndefinedWithoutProbabilities() {
    ReliabilityBins bins = ReliabilityBins.of(.5);
    assertThat(CalibrationError.of(bins, bins.newSums(3)).value())
        .isEqualTo(new Value(Double.NaN, "no calibrated probability", 0, 0, 0, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CalibrationError.of(ReliabilityBins.of(.2, .5), bins.newSums(3)))
        .withMessageContaining("3 bins");
  }

  /** Users of {@code each} impressions. */
  private static Estimate error(
      ReliabilityBins bins, double[] probabilities, byte[] labels, int each) {
    FixedPointSums sums = bins.newSums(REPLICATES);
    UserWeights bootstrap = new UserWeights(new Resampling(1, REPLICATES, 0, 0));
    long[] weights = new long[REPLICATES];
    for (int from = 0; from < labels.length; from += each) {
      double[] user = new double[bins.statistics() + bins.counts()];
      for (int i = from; i < from + each; i++) {
        bins.add(probabilities[i], labels[i] > 0, user, 0);
      }
      bootstrap.fill(from, weights);
      sums.add(user, 0, weights);
    }
    return CalibrationError.of(bins, sums);
  }
}
