package io.seminar.reports.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.inference.Power;
import io.seminar.reports.store.Cells;
import io.seminar.reports.store.CellsFile.Cell;
import java.util.List;
import org.junit.jupiter.api.Test;

class PowerPlanTest {
  /** z(0.975) + z(0.8), from tables of the normal distribution. */
  private static final double Z = 1.959963985 + 0.841621234;

  /** Of 1,000 users, with a standard error of its difference of (high − low) / 4 = 0.01. */
  private static final Cell CELL =
      Cells.compared(
          Cells.value("pq", "item=cold", "gauc", 0.6, 0.02), "exact", -0.01, -0.03, 0.01);

  @Test
  void theDetectableDifferenceIsStandardErrorsAway() {
    PowerPlan.Line line = PowerPlan.of(List.of(CELL), new Power(0.95, 0.8), Double.NaN).get(0);
    assertThat(line.arm()).isEqualTo("pq");
    assertThat(line.baseline()).isEqualTo("exact");
    assertThat(line.slice()).isEqualTo("item=cold");
    assertThat(line.metric()).isEqualTo("gauc");
    assertThat(line.users()).isEqualTo(1_000);
    assertThat(line.standardError()).isEqualTo(0.01);
    assertThat(line.detectable()).isCloseTo(Z * 0.01, within(1e-6));
    assertThat(line.wished()).isNaN();
    assertThat(line.usersNeeded()).isZero();
  }

  /** Standard errors shrink with the root of the users: half the difference takes four times. */
  @Test
  void theUsersNeededGoWithTheSquareOfTheDifference() {
    double wished = Z * 0.005;
    PowerPlan.Line line = PowerPlan.of(List.of(CELL), new Power(0.95, 0.8), wished).get(0);
    assertThat(line.wished()).isEqualTo(wished);
    assertThat(line.usersNeeded()).isBetween(3_999L, 4_001L);
  }

  @Test
  void morePowerOrAHigherLevelTakesALargerDifference() {
    double usual =
        PowerPlan.of(List.of(CELL), new Power(0.95, 0.8), Double.NaN).get(0).detectable();
    assertThat(PowerPlan.of(List.of(CELL), new Power(0.95, 0.9), Double.NaN).get(0).detectable())
        .isGreaterThan(usual);
    assertThat(PowerPlan.of(List.of(CELL), new Power(0.99, 0.8), Double.NaN).get(0).detectable())
        .isGreaterThan(usual);
  }

  @Test
  void cellsWithoutAStandardErrorOfADifferenceHaveNoLine() {
    assertThat(
            PowerPlan.of(
                List.of(
                    Cells.value("exact", "all", "gauc", 0.7, 0.01),
                    Cells.withoutInterval("pq", "all", "auc", 0.7, "one user"),
                    Cells.undefined("pq", "all", "ndcg@5", "no clicks"),
                    Cells.compared(
                        Cells.value("same", "all", "gauc", 0.7, 0.01), "exact", 0, 0, 0)),
                new Power(0.95, 0.8),
                0.1))
        .isEmpty();
  }
}
