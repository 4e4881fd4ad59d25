package io.seminar.reports.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.reports.store.Cells;
import io.seminar.reports.store.CellsFile.Cell;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What rules test, against brute force over a grid, and what they decide, by simulation. */
class ReadingTest {
  private static final int STEPS = 400;

  private static Cell cell(double value, double half, double low, double high) {
    Cell own = Cells.value("pq", "all", "pcoc", value, half);
    return Cells.compared(own, "pq", (low + high) / 2, low, high);
  }

  private interface Tested {
    double of(double value, double difference);
  }

  /** Extremes over all values and differences within the intervals. */
  private static double[] extremes(Cell cell, Tested tested) {
    double[] extremes = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    for (int i = 0; i <= STEPS; i++) {
      double c = cell.low() + (cell.high() - cell.low()) * i / STEPS;
      for (int j = 0; j <= STEPS; j++) {
        double d =
            cell.differenceLow() + (cell.differenceHigh() - cell.differenceLow()) * j / STEPS;
        extremes[0] = Math.min(extremes[0], tested.of(c, d));
        extremes[1] = Math.max(extremes[1], tested.of(c, d));
      }
    }
    return extremes;
  }

  @Test
  void distanceFromOneHasTheExtremesOfAllItsIntervalsAllow() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int trial = 0; trial < 200; trial++) {
      double low = 0.4 * random.nextDouble() - 0.2;
      Cell cell =
          cell(
              0.8 + 0.4 * random.nextDouble(),
              0.2 * random.nextDouble(),
              low,
              low + 0.2 * random.nextDouble());
      Reading reading = Reading.distanceFromOne(cell);
      double[] expected = extremes(cell, (c, d) -> Math.abs(c - 1) - Math.abs(c - d - 1));
      // A grid misses a kink by a step at most.
      double step =
          (cell.high() - cell.low() + cell.differenceHigh() - cell.differenceLow()) / STEPS;
      assertThat(reading.low())
          .as("seed %d, %s", seed, cell)
          .isBetween(expected[0] - step, expected[0] + 1e-12);
      assertThat(reading.high())
          .as("seed %d, %s", seed, cell)
          .isBetween(expected[1] - 1e-12, expected[1] + step);
      assertThat(reading.value())
          .as("seed %d", seed)
          .isBetween(reading.low() - 1e-12, reading.high() + 1e-12);
    }
  }

  @Test
  void aMoveTowardsOneIsNoLoss() {
    // From 1.2 to 1.05: closer by 0.15, although the number itself moved by 0.15.
    Reading reading = Reading.distanceFromOne(cell(1.05, 0.01, -0.151, -0.149));
    assertThat(reading.value()).isCloseTo(-0.15, within(1e-12));
    assertThat(reading.high()).isLessThan(-0.14);
    assertThat(reading.against(0.02, Bound.AT_MOST, true)).isEqualTo(Verdict.PASS);
  }

  @Test
  void aShareOfTheBaselineHoldsForEveryBaselineThatTheIntervalsAllow() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int trial = 0; trial < 200; trial++) {
      double sign = random.nextBoolean() ? 1 : -1;
      double low = 0.1 * random.nextDouble() - 0.05;
      Cell cell =
          cell(
              sign * (0.5 + random.nextDouble()),
              0.1 * random.nextDouble(),
              low,
              low + 0.05 * random.nextDouble());
      Reading reading = Reading.relative(cell);
      double[] reached = extremes(cell, (c, d) -> d / Math.abs(c - d));
      assertThat(reading.low())
          .as("seed %d, %s", seed, cell)
          .isLessThanOrEqualTo(reached[0] + 1e-12);
      assertThat(reading.high())
          .as("seed %d, %s", seed, cell)
          .isGreaterThanOrEqualTo(reached[1] - 1e-12);
      assertThat(reading.value())
          .isCloseTo(cell.difference() / Math.abs(cell.value() - cell.difference()), within(1e-12));
    }
    // Without uncertainty of the baseline it is just the quotient: 0.5 - 0.01 against 0.5.
    Reading exact = Reading.relative(cell(0.49, 0, -0.01, -0.01));
    assertThat(exact.low()).isCloseTo(-0.02, within(1e-12));
    assertThat(exact.high()).isCloseTo(-0.02, within(1e-12));
  }

  @Test
  void aShareOfABaselineThatMayBeZeroIsNotDefined() {
    Reading reading = Reading.relative(cell(0.01, 0.02, -0.001, 0.001));
    assertThat(reading.reason()).contains("may be 0");
    assertThat(reading.against(-0.5, Bound.AT_LEAST, true)).isEqualTo(Verdict.DID_NOT_RUN);
  }

  @Test
  void theWholeIntervalDecides() {
    for (boolean strict : new boolean[] {false, true}) {
      assertThat(verdict(0.1, 0.2, 0.05, Bound.AT_LEAST, strict)).isEqualTo(Verdict.PASS);
      assertThat(verdict(0.1, 0.2, 0.15, Bound.AT_LEAST, strict))
          .isEqualTo(Verdict.NOT_ENOUGH_EVIDENCE);
      assertThat(verdict(0.1, 0.2, 0.25, Bound.AT_LEAST, strict)).isEqualTo(Verdict.FAIL);
      assertThat(verdict(0.1, 0.2, 0.25, Bound.AT_MOST, strict)).isEqualTo(Verdict.PASS);
      assertThat(verdict(0.1, 0.2, 0.15, Bound.AT_MOST, strict))
          .isEqualTo(Verdict.NOT_ENOUGH_EVIDENCE);
      assertThat(verdict(0.1, 0.2, 0.05, Bound.AT_MOST, strict)).isEqualTo(Verdict.FAIL);
    }
    // At the limit: "at least" keeps it, "greater than" does not.
    assertThat(verdict(1, 1, 1, Bound.AT_LEAST, false)).isEqualTo(Verdict.PASS);
    assertThat(verdict(1, 1, 1, Bound.AT_LEAST, true)).isEqualTo(Verdict.FAIL);
    assertThat(verdict(1, 1, 1, Bound.AT_MOST, false)).isEqualTo(Verdict.PASS);
    assertThat(verdict(1, 1, 1, Bound.AT_MOST, true)).isEqualTo(Verdict.FAIL);
    assertThat(new Reading(0.1, Double.NaN, Double.NaN, "1 user").against(0, Bound.AT_LEAST, true))
        .isEqualTo(Verdict.DID_NOT_RUN);
  }

  private static Verdict verdict(
      double low, double high, double limit, Bound bound, boolean strict) {
    return new Reading((low + high) / 2, low, high, null).against(limit, bound, strict);
  }

  /**
   * An arm that is worse by exactly the margin must pass with probability α/2 at most, one that is
   * alike must fail with α/2 at most: α is 0.05, and 4 standard errors of a count are allowed.
   */
  @Test
  void errsNoMoreOftenThanTheIntervalDoes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int trials = 20_000;
    double allowed = 0.025 + 4 * Math.sqrt(0.025 * 0.975 / trials);
    for (double margin : new double[] {1e-9, 0.5, 1, 3}) { // in standard errors
      int wrongPasses = 0;
      int falseAlarms = 0;
      for (int trial = 0; trial < trials; trial++) {
        double worse = -margin + random.nextGaussian();
        if (normal(worse).against(-margin, Bound.AT_LEAST, true) == Verdict.PASS) {
          wrongPasses++;
        }
        if (normal(random.nextGaussian()).against(-margin, Bound.AT_LEAST, true) == Verdict.FAIL) {
          falseAlarms++;
        }
      }
      assertThat(wrongPasses / (double) trials)
          .as("seed %d, margin %s", seed, margin)
          .isLessThan(allowed);
      assertThat(falseAlarms / (double) trials)
          .as("seed %d, margin %s", seed, margin)
          .isLessThan(allowed);
    }
  }

  private static Reading normal(double estimate) {
    return new Reading(estimate, estimate - 1.959964, estimate + 1.959964, null);
  }
}
