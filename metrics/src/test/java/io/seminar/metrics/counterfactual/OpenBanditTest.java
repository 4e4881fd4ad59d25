package io.seminar.metrics.counterfactual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.seminar.metrics.counterfactual.Support.Verdict;
import io.seminar.metrics.inference.Interval;
import io.seminar.metrics.inference.IntervalMethod;
import io.seminar.metrics.inference.Resampling;
import io.seminar.metrics.inference.UserWeights;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The men's part of the Open Bandit sample (Saito et al. 2021): 10,000 impressions each of a
 * uniform and of a Thompson policy over 34 items, with propensities. The expected sums were taken
 * with NumPy by plain summation over the rows.
 */
class OpenBanditTest {
  private static final int REPLICATES = 200;
  private static final double UNIFORM = 1 / 34.;

  /** What the uniform policy would have earned, from the Thompson policy's log. */
  @Test
  void estimatesTheUniformPolicyFromTheThompsonLog() throws IOException {
    OffPolicySums sums = uniformPolicy("bts");
    Support support = sums.support();
    assertThat(support.rows()).isEqualTo(10_000);
    assertThat(support.meanWeight()).isCloseTo(.9433, within(5e-5));
    assertThat(support.effectiveSampleSize()).isCloseTo(655.7, within(.05));
    assertThat(support.verdict()).isEqualTo(Verdict.THIN);
    assertThat(support.reason()).contains("655.7 of 10000 rows");
    assertThat(value(sums, OffPolicyEstimator.IPS)).isCloseTo(.0030086263, within(1e-9));
    assertThat(value(sums, OffPolicyEstimator.SNIPS)).isCloseTo(.0031894232, within(1e-9));
    assertThat(sums.estimate(OffPolicyEstimator.REPLAY).value().reason())
        .contains("equally likely");
    // What it earned in its own log is also known with an error only; the two intervals overlap.
    Interval estimated =
        sums.estimate(OffPolicyEstimator.SNIPS).interval(IntervalMethod.PERCENTILE, .95);
    Interval earned =
        uniformPolicy("random")
            .estimate(OffPolicyEstimator.SNIPS)
            .interval(IntervalMethod.PERCENTILE, .95);
    assertThat(estimated.low()).isBetween(.001, .0031894232);
    assertThat(estimated.high()).isGreaterThan(earned.low());
  }

  /** The policy that was logged: every weight is 1, and all estimators give the click rate. */
  @Test
  void theLoggedPolicyEarnsWhatWasLogged() throws IOException {
    OffPolicySums sums = uniformPolicy("random");
    assertThat(sums.support().verdict()).isEqualTo(Verdict.SUFFICIENT);
    assertThat(sums.support().effectiveSampleSize()).isCloseTo(10_000, within(1e-3));
    for (OffPolicyEstimator estimator : OffPolicyEstimator.values()) {
      if (estimator != OffPolicyEstimator.DOUBLY_ROBUST) {
        assertThat(value(sums, estimator)).as(estimator.key()).isCloseTo(.0046, within(1e-9));
      }
    }
  }

  private static double value(OffPolicySums sums, OffPolicyEstimator estimator) {
    return sums.estimate(estimator).value().value();
  }

  private static OffPolicySums uniformPolicy(String log) throws IOException {
    Path file =
        Path.of(
            System.getProperty("seminar.shared.data", "../../shared/data"),
            "openbandit_men",
            log,
            "men.csv");
    assumeTrue(
        Files.isRegularFile(file),
        () -> "needs the Open Bandit sample in " + file + " (-Dseminar.shared.data=…)");
    OffPolicySums sums = new OffPolicySums(10, REPLICATES);
    UserWeights bootstrap = new UserWeights(new Resampling(1, REPLICATES, 0, 0));
    long[] weights = new long[REPLICATES];
    try (BufferedReader in = Files.newBufferedReader(file)) {
      in.readLine(); // index, timestamp, item_id, position, click, propensity_score, …
      long row = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] fields = line.split(",", 7);
        sums.add(row, Double.parseDouble(fields[4]), Double.parseDouble(fields[5]), UNIFORM);
        bootstrap.fill(row++, weights); // there are no users: a row is a cluster
        sums.endCluster(weights);
      }
    }
    return sums;
  }
}
