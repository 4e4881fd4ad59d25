package io.seminar.metrics.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogLossTest {

  @Test
  void agreesWithScikitLearn() {
    Golden golden = new Golden();
    double[] probabilities = golden.doubles("loss.probabilities");
    byte[] labels = golden.bytes("loss.labels");
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      sum += LogLoss.of(probabilities[i], labels[i] > 0);
    }
    assertThat(sum / labels.length).isCloseTo(golden.number("loss.logloss"), within(1e-12));
  }

  @Test
  void certainMissesCostAFixedAmountAndCertainHitsNothing() {
    assertThat(LogLoss.of(0, true)).isEqualTo(LogLoss.LARGEST);
    assertThat(LogLoss.of(1, false)).isEqualTo(LogLoss.LARGEST);
    assertThat(LogLoss.of(1e-300, true)).isEqualTo(LogLoss.LARGEST);
    assertThat(LogLoss.LARGEST).isCloseTo(34.538776394910684, within(1e-12)); // 15 ln 10
    assertThat(LogLoss.of(1, true)).isEqualTo(0);
    assertThat(LogLoss.of(0, false)).isEqualTo(0);
    assertThat(LogLoss.of(1e-20, false)).isEqualTo(1e-20);
  }

  /**
   * A constant prediction of the mean rate has NE 1 and PCOC 1, and the log loss is the entropy.
   */
  @Test
  void theMeanRateHasNormalizedEntropyOne() {
    double loss = 3 * LogLoss.of(.3, true) + 7 * LogLoss.of(.3, false);
    assertThat(LogLoss.normalizedEntropy(loss, 3, 10)).isCloseTo(1, within(1e-14));
    assertThat(LogLoss.predictedOverObserved(10 * .3, 3)).isEqualTo(1);
    assertThat(LogLoss.predictedOverObserved(4.5, 3)).isEqualTo(1.5);
  }

  @Test
  void isUndefinedWithOneClass() {
    assertThat(LogLoss.normalizedEntropy(1, 0, 10)).isNaN();
    assertThat(LogLoss.normalizedEntropy(1, 10, 10)).isNaN();
    assertThat(LogLoss.normalizedEntropy(0, 0, 0)).isNaN();
    assertThat(LogLoss.predictedOverObserved(1, 0)).isNaN();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, 1.0000001, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesWhatIsNoProbability(double probability) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogLoss.of(probability, true))
        .withMessageContaining(Double.toString(probability));
  }
}
