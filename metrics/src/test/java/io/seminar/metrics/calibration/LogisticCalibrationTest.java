package io.seminar.metrics.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.Golden;
import java.util.Random;
import org.apache.commons.math3.optim.InitialGuess;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunction;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.NelderMeadSimplex;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.SimplexOptimizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogisticCalibrationTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void agreesWithScikitLearn(int c) {
    Golden golden = new Golden();
    float[] scores = golden.floats("logistic." + c + ".scores");
    byte[] labels = golden.bytes("logistic." + c + ".labels");
    LogisticCalibration fit = LogisticCalibration.fit(scores, labels, 0, scores.length);
    assertThat(fit.slope()).isCloseTo(golden.number("logistic." + c + ".slope"), within(1e-9));
    assertThat(fit.intercept())
        .isCloseTo(golden.number("logistic." + c + ".intercept"), within(1e-9));
  }

  /**
   * At the optimum Σ(p - y) = 0 and Σ(p - y)s = 0: mean prediction equals click rate, also weighted
   * by score.
   */
  @Test
  void theGradientVanishes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int trial = 0; trial < 50; trial++) {
      int n = 30 + random.nextInt(3000);
      float[] scores = new float[n];
      byte[] labels = new byte[n];
      double scale = Math.pow(10, random.nextInt(7) - 3);
      double shift = random.nextGaussian() * 3 * scale;
      double steepness = random.nextGaussian() * 4;
      double base = random.nextGaussian() * 2;
      for (int i = 0; i < n; i++) {
        double z = random.nextGaussian();
        scores[i] = (float) (z * scale + shift);
        labels[i] =
            (byte) (random.nextDouble() < 1 / (1 + Math.exp(-base - steepness * z)) ? 2 : 0);
      }
      LogisticCalibration fit = LogisticCalibration.fit(scores, labels, 0, n);
      if (!fit.isDefined()) {
        continue; // a steep or extreme trial may well be separable
      }
      double residual = 0;
      double weighted = 0;
      for (int i = 0; i < n; i++) {
        double difference = fit.probability(scores[i]) - (labels[i] > 0 ? 1 : 0);
        residual += difference;
        weighted += difference * (scores[i] - shift) / scale;
      }
      String what = "seed " + seed + " trial " + trial + " " + fit;
      assertThat(residual / n).as(what).isCloseTo(0, within(1e-9));
      assertThat(weighted / n).as(what).isCloseTo(0, within(1e-9));
      assertThat(fit.iterations()).as(what).isLessThan(30);
    }
  }

  /** A search that knows no derivatives ends at the same place. */
  @Test
  void agreesWithADerivativeFreeSearch() {
    Random random = new Random(3);
    int n = 400;
    float[] scores = new float[n];
    byte[] labels = new byte[n];
    for (int i = 0; i < n; i++) {
      scores[i] = (float) random.nextGaussian();
      labels[i] = (byte) (random.nextDouble() < 1 / (1 + Math.exp(1 - 2 * scores[i])) ? 1 : 0);
    }
    ObjectiveFunction loss =
        new ObjectiveFunction(
            at -> {
              double sum = 0;
              for (int i = 0; i < n; i++) {
                double t = at[0] + at[1] * scores[i];
                sum += Math.log1p(Math.exp(labels[i] > 0 ? -t : t));
              }
              return sum / n;
            });
    double[] best =
        new SimplexOptimizer(1e-15, 1e-15)
            .optimize(
                loss,
                GoalType.MINIMIZE,
                new InitialGuess(new double[2]),
                new NelderMeadSimplex(2),
                new MaxEval(10_000))
            .getPoint();
    LogisticCalibration fit = LogisticCalibration.fit(scores, labels, 0, n);
    assertThat(fit.intercept()).isCloseTo(best[0], within(1e-6));
    assertThat(fit.slope()).isCloseTo(best[1], within(1e-6));
    assertThat(fit.logLoss()).isCloseTo(loss.getObjectiveFunction().value(best), within(1e-13));
  }

  /** Two scores only: the fit is saturated and meets both click rates. */
  @Test
  void meetsTheRatesOfTwoScores() {
    LogisticCalibration fit =
        LogisticCalibration.fit(new double[] {1, 3}, new long[] {75, 10}, new long[] {25, 90});
    assertThat(fit.probability(1)).isCloseTo(.25, within(1e-12));
    assertThat(fit.probability(3)).isCloseTo(.9, within(1e-12));
    assertThat(fit.slope()).isCloseTo((Math.log(9) + Math.log(3)) / 2, within(1e-12));
    assertThat(fit.rows()).isEqualTo(200);
  }

  @Test
  void doesNotDependOnTheOrderOfRows() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int n = 2000;
    float[] scores = new float[n];
    byte[] labels = new byte[n];
    for (int i = 0; i < n; i++) {
      scores[i] = i % 3 == 0 ? random.nextInt(20) / 7f : random.nextFloat();
      labels[i] = (byte) (random.nextFloat() < scores[i] ? 1 : 0);
    }
    LogisticCalibration fit = LogisticCalibration.fit(scores, labels, 0, n);
    for (int trial = 0; trial < 5; trial++) {
      for (int i = n - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        float score = scores[i];
        scores[i] = scores[j];
        scores[j] = score;
        byte label = labels[i];
        labels[i] = labels[j];
        labels[j] = label;
      }
      assertThat(LogisticCalibration.fit(scores, labels, 0, n)).as("seed " + seed).isEqualTo(fit);
    }
  }

  /**
   * One misplaced row keeps the optimum finite, but far away: Newton's steps overshoot without the
   * halving.
   */
  @Test
  void convergesOnAlmostSeparableRows() {
    int n = 2000;
    float[] scores = new float[n];
    byte[] labels = new byte[n];
    for (int i = 0; i < n; i++) {
      scores[i] = i / 100f;
      labels[i] = (byte) (i < n / 2 ? 0 : 1);
    }
    labels[n / 2 - 1] = 1;
    labels[n / 2] = 0;
    LogisticCalibration fit = LogisticCalibration.fit(scores, labels, 0, n);
    assertThat(fit.isDefined()).as(fit.toString()).isTrue();
    double residual = 0;
    for (int i = 0; i < n; i++) {
      residual += fit.probability(scores[i]) - labels[i];
    }
    assertThat(residual / n).as(fit.toString()).isCloseTo(0, within(1e-9));
    assertThat(fit.slope()).isGreaterThan(50);
    // One outlier at the far end instead pulls the slope towards nothing.
    labels[n / 2 - 1] = 0;
    labels[n / 2] = 1;
    scores[0] = 1e6f;
    LogisticCalibration flat = LogisticCalibration.fit(scores, labels, 0, n);
    assertThat(flat.isDefined()).as(flat.toString()).isTrue();
    double weighted = 0;
    for (int i = 0; i < n; i++) {
      weighted += (flat.probability(scores[i]) - labels[i]) * scores[i] / 1e6;
    }
    assertThat(weighted / n).as(flat.toString()).isCloseTo(0, within(1e-12));
  }

  @Test
  void saysWhyThereIsNoFit() {
    float[] scores = new float[20];
    byte[] labels = new byte[20];
    for (int i = 0; i < 20; i++) {
      scores[i] = i;
    }
    assertReason(scores, labels, 0, 9, "9 rows, a fit needs at least 10");
    assertReason(scores, labels, 0, 0, "0 rows, a fit needs at least 10");
    assertReason(scores, labels, 0, 20, "no click among 20 rows");
    for (int i = 0; i < 20; i++) {
      labels[i] = 1;
    }
    assertReason(scores, labels, 0, 20, "all of 20 rows are clicks");
    for (int i = 0; i < 10; i++) {
      labels[i] = 0;
    }
    assertReason(
        scores,
        labels,
        0,
        20,
        "separable: no score of a click (lowest 10.0) lies below one without (highest 9.0)");
    scores[10] = 9; // touching is still separable: the slope can grow for ever around 9
    assertReason(
        scores,
        labels,
        0,
        20,
        "separable: no score of a click (lowest 9.0) lies below one without (highest 9.0)");
    for (int i = 0; i < 20; i++) {
      scores[i] = -scores[i];
    }
    assertReason(
        scores,
        labels,
        0,
        20,
        "separable: no score of a click (highest -9.0) lies above one without (lowest -9.0)");
    assertReason(new float[20], labels, 0, 20, "all 20 scores are 0.0");
    LogisticCalibration none = LogisticCalibration.fit(scores, labels, 0, 5);
    assertThatThrownBy(() -> none.probability(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("5 rows");
  }

  private static void assertReason(float[] scores, byte[] labels, int from, int to, String reason) {
    LogisticCalibration fit = LogisticCalibration.fit(scores, labels, from, to);
    assertThat(fit.reason()).isEqualTo(reason);
    assertThat(fit.slope()).isNaN();
    assertThat(fit.rows()).isEqualTo(to - from);
  }

  @Test
  void probabilitiesStayWithinBoundsFarOut() {
    LogisticCalibration fit =
        LogisticCalibration.fit(new double[] {0, 1}, new long[] {9, 1}, new long[] {1, 9});
    assertThat(fit.probability(1e300)).isEqualTo(1);
    assertThat(fit.probability(-1e300)).isEqualTo(0);
    assertThatIllegalArgumentException().isThrownBy(() -> fit.probability(Double.NaN));
  }

  @Test
  void refusesBadInput() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogisticCalibration.fit(new float[] {Float.NaN}, new byte[1], 0, 1))
        .withMessageContaining("score 0 is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogisticCalibration.fit(new float[1], new byte[] {-1}, 0, 1))
        .withMessageContaining("label 0 is -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogisticCalibration.fit(new float[1], new byte[1], 0, 2))
        .withMessageContaining("rows 0..2 of 1 and 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogisticCalibration.fit(new double[] {2, 2}, new long[2], new long[2]))
        .withMessageContaining("score 1 is 2.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogisticCalibration.fit(new double[] {2}, new long[] {-4}, new long[1]))
        .withMessageContaining("-4");
  }
}
