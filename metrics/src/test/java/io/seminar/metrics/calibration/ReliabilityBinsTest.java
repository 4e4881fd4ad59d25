package io.seminar.metrics.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.Golden;
import io.seminar.metrics.calibration.ReliabilityBins.Bin;
import io.seminar.metrics.inference.FixedPointSums;
import io.seminar.metrics.inference.Resampling;
import io.seminar.metrics.inference.UserWeights;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReliabilityBinsTest {

  @Test
  void agreesWithScikitLearn() {
    Golden golden = new Golden();
    double[] probabilities = golden.doubles("loss.probabilities");
    byte[] labels = golden.bytes("loss.labels");
    List<Bin> rows =
        read(ReliabilityBins.of(.2, .4, .6, .8), probabilities, labels, 40).stream()
            .filter(bin -> bin.n() > 0) // scikit-learn leaves empty bins out
            .toList();
    double[] observed = golden.doubles("loss.observed");
    double[] predicted = golden.doubles("loss.predicted");
    assertThat(rows).hasSameSizeAs(observed);
    for (int b = 0; b < observed.length; b++) {
      assertThat(rows.get(b).observed()).isCloseTo(observed[b], within(1e-9));
      assertThat(rows.get(b).meanPredicted()).isCloseTo(predicted[b], within(1e-9));
    }
  }

  @Test
  void equalMassSplitsEvenly() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    double[] probabilities = random.doubles(1000).toArray();
    double[] before = probabilities.clone();
    ReliabilityBins bins = ReliabilityBins.equalMass(probabilities, 10);
    assertThat(probabilities).isEqualTo(before);
    assertThat(bins.size()).isEqualTo(10);
    for (Bin bin : read(bins, probabilities, new byte[1000], 10)) {
      assertThat(bin.n()).as("seed " + seed).isEqualTo(100);
      assertThat(bin.meanPredicted()).isBetween(bin.lower(), bin.upper());
    }
  }

  @Test
  void equalPredictionsShareABin() {
    double[] probabilities = {.1, .1, .1, .1, .1, .1, .1, .5, .7, 1};
    ReliabilityBins bins = ReliabilityBins.equalMass(probabilities, 5);
    List<Bin> rows = read(bins, probabilities, new byte[10], 1);
    assertThat(rows.stream().map(Bin::n)).containsExactly(8L, 2L);
    assertThat(ReliabilityBins.equalMass(new double[] {1, 1}, 4).size()).isEqualTo(1);
    assertThat(ReliabilityBins.equalMass(new double[] {0}, 4).size()).isEqualTo(1);
  }

  @Test
  void edgesBelongToTheUpperBin() {
    ReliabilityBins bins = ReliabilityBins.of(.25, .5);
    assertThat(
            new int[] {
              bins.bin(0), bins.bin(.25), bins.bin(Math.nextDown(.5)), bins.bin(.5), bins.bin(1)
            })
        .containsExactly(0, 1, 1, 2, 2);
  }

  /**
   * Calibrated predictions: the interval of each bin covers the truth about as often as it says.
   */
  @Test
  void intervalsCoverTheTrueRate() {
    Random random = new Random(5);
    ReliabilityBins bins = ReliabilityBins.of(.25, .5, .75);
    int covered = 0;
    int simulations = 100;
    int replicates = 200;
    long[] weights = new long[replicates];
    double[] user = new double[bins.statistics() + bins.counts()];
    for (int simulation = 0; simulation < simulations; simulation++) {
      UserWeights bootstrap = new UserWeights(new Resampling(simulation, replicates, 0, 0));
      FixedPointSums sums = bins.newSums(replicates);
      for (int u = 0; u < 100; u++) {
        Arrays.fill(user, 0);
        double mood = random.nextInt(2) * .2 - .1; // shared by the user's impressions, 0 on average
        for (int i = 0; i < 8; i++) {
          double p = .125 + .25 * random.nextInt(4);
          bins.add(p, random.nextDouble() < p + mood, user, 0);
        }
        bootstrap.fill(u, weights);
        sums.add(user, 0, weights);
      }
      for (Bin bin : bins.read(sums, .95)) {
        double truth = (bin.lower() + bin.upper()) / 2;
        assertThat(bin.meanPredicted()).isCloseTo(truth, within(1e-9));
        covered += bin.interval().low() <= truth && truth <= bin.interval().high() ? 1 : 0;
      }
    }
    assertThat(covered / (4. * simulations)).isBetween(.9, .98);
  }

  @Test
  void emptyBinsSaySo() {
    Bin empty = read(ReliabilityBins.of(.5), new double[] {.2}, new byte[] {1}, 1).get(1);
    assertThat(empty.n()).isZero();
    assertThat(empty.observed()).isNaN();
    assertThat(empty.interval().reason()).isEqualTo("empty bin");
  }

  @Test
  void refusesBadInput() {
    for (double[] edges : new double[][] {{0}, {1}, {.5, .5}, {.5, .2}, {Double.NaN}}) {
      assertThatIllegalArgumentException().isThrownBy(() -> ReliabilityBins.of(edges));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReliabilityBins.equalMass(new double[] {.5, 1.5}, 2))
        .withMessageContaining("1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReliabilityBins.equalMass(new double[0], 2))
        .withMessageContaining("no probability");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReliabilityBins.equalMass(new double[] {.5}, 0))
        .withMessageContaining("was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReliabilityBins.of(.5).bin(Double.NaN))
        .withMessageContaining("NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReliabilityBins.of(.5).read(new FixedPointSums(3, 1, 0), .95));
  }

  /** Users of {@code each} impressions. */
  private static List<Bin> read(
      ReliabilityBins bins, double[] probabilities, byte[] labels, int each) {
    FixedPointSums sums = bins.newSums(40);
    UserWeights bootstrap = new UserWeights(new Resampling(1, 40, 0, 0));
    long[] weights = new long[40];
    for (int from = 0; from < labels.length; from += each) {
      double[] user = new double[bins.statistics() + bins.counts()];
      for (int i = from; i < from + each; i++) {
        bins.add(probabilities[i], labels[i] > 0, user, 0);
      }
      bootstrap.fill(from, weights);
      sums.add(user, 0, weights);
    }
    return bins.read(sums, .95);
  }
}
