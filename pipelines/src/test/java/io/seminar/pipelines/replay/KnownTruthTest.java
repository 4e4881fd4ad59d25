package io.seminar.pipelines.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.pipelines.arms.Arms;
import io.seminar.pipelines.evaluation.Inference;
import io.seminar.pipelines.runner.Runner;
import io.seminar.reports.store.CellsFile;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.RunManifest.ArmCalibration;
import io.seminar.sessions.Dataset;
import io.seminar.testdata.simulation.SimulatedModality;
import io.seminar.testdata.simulation.SimulationTruth;
import io.seminar.testdata.simulation.Simulator;
import io.seminar.testdata.simulation.SimulatorOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Simulated data whose click probabilities are known: what the numbers of a run should be. */
class KnownTruthTest {
  private static final List<String> ARMS = List.of("exact", "recent", "oracle-relevance", "oracle");

  @TempDir static Path folder;
  private static RunFolder run;
  private static final Map<String, Cell> CELLS = new HashMap<>();

  /** An evaluated impression: the probability of its label, and what an arm makes of it. */
  private record Impression(double truth, double score, double predicted) {}

  private static final Map<String, List<Impression>> EVALUATED = new HashMap<>();

  @BeforeAll
  static void simulateAndReplay() {
    Path data = folder.resolve("data");
    new Simulator(
            SimulatorOptions.builder()
                .users(400)
                .items(1_500)
                .queries(200)
                .historyMean(60)
                .requestsPerUser(4)
                .impressions(10)
                .modalities(
                    List.of(
                        SimulatedModality.parse("text:16"), SimulatedModality.parse("image:16")))
                .seed(2024)
                .threads(2)
                .build())
        .write(data, false, done -> {});
    run =
        Replay.run(
            new Replay.Options(
                data,
                folder.resolve("run"),
                false,
                List.of(),
                ARMS,
                List.of(),
                "oracle",
                new Scoring(new int[] {20}, 0.1f, 0.5f),
                new int[] {5},
                5,
                null,
                Inference.USUAL,
                1,
                true,
                Arms.CPU,
                Runner.DIRECT,
                2,
                List.of(),
                true,
                List.of("replay")));
    for (Cell cell : CellsFile.read(run.cellsFile())) {
      if (cell.slice().equals("all")) {
        CELLS.put(cell.arm() + " " + cell.metric(), cell);
      }
    }
    Map<String, ArmCalibration> calibrations = new HashMap<>();
    run.manifest().calibration().arms().forEach(arm -> calibrations.put(arm.arm(), arm));
    Dataset dataset = Dataset.open(data);
    try (SimulationTruth truth =
        SimulationTruth.open(SimulationTruth.folderOf(data), dataset.digest())) {
      for (OutcomeRow row : Outcomes.of(run)) {
        if (row.evaluated) {
          float[] clicks = truth.page(row.request).clickProbability();
          ArmCalibration c = calibrations.get(row.arm);
          for (int i = 0; i < row.impressions; i++) {
            double p = 1 / (1 + Math.exp(-(c.intercept() + c.slope() * row.scores[i])));
            EVALUATED
                .computeIfAbsent(row.arm, arm -> new ArrayList<>())
                .add(new Impression(clicks[i], row.scores[i], p));
          }
        }
      }
    }
  }

  private static Cell cell(String arm, String metric) {
    return CELLS.get(arm + " " + metric);
  }

  @Test
  void noArmBeatsTheOracle() {
    assertThat(EVALUATED.get("oracle")).hasSizeBetween(7_000, 9_000);
    for (String arm : List.of("exact", "recent", "oracle-relevance")) {
      for (String metric : List.of("auc", "gauc", "ndcg@5", "mrr")) {
        Cell cell = cell(arm, metric);
        assertThat(cell.baseline()).isEqualTo("oracle");
        assertThat(cell.differenceHigh())
            .as("%s, %s: upper end of the difference to the oracle", arm, metric)
            .isNegative();
      }
      assertThat(cell(arm, "logloss").differenceLow()).as("%s, logloss", arm).isPositive();
    }
    assertThat(cell("exact", "auc").low()).as("attention is worth something").isGreaterThan(0.5);
  }

  /** It knows what the user likes, which the arms only guess at, but not the position. */
  @Test
  void onlyThePositionIsBetterThanTheRelevance() {
    assertThat(cell("oracle-relevance", "gauc").low()).isGreaterThan(cell("exact", "gauc").high());
    int different = 0;
    for (int i = 0; i < EVALUATED.get("oracle").size(); i++) {
      double clicked = EVALUATED.get("oracle").get(i).score();
      double relevant = EVALUATED.get("oracle-relevance").get(i).score();
      assertThat(relevant).isGreaterThanOrEqualTo(clicked);
      different += relevant > clicked ? 1 : 0;
    }
    assertThat(different).as("impressions below the top of the page").isGreaterThan(6_000);
  }

  /** Its scores are log odds already, so the fit has nothing to add. */
  @Test
  void theOracleIsCalibrated() {
    assertThat(cell("oracle", "pcoc").low()).isLessThan(1);
    assertThat(cell("oracle", "pcoc").high()).isGreaterThan(1);
    ArmCalibration fitted =
        run.manifest().calibration().arms().stream()
            .filter(arm -> arm.arm().equals("oracle"))
            .findFirst()
            .orElseThrow();
    assertThat(fitted.slope()).isCloseTo(1, within(0.15));
    assertThat(fitted.intercept()).isCloseTo(0, within(0.3));
  }

  /** E loss = −p ln q − (1−p) ln(1−q), variance p(1−p) (ln q − ln(1−q))², labels independent. */
  @Test
  void logLossIsWhatTheTruthSays() {
    for (String arm : ARMS) {
      double mean = 0;
      double variance = 0;
      List<Impression> impressions = EVALUATED.get(arm);
      for (Impression i : impressions) {
        double q = i.predicted;
        mean += -i.truth * Math.log(q) - (1 - i.truth) * Math.log(1 - q);
        variance += i.truth * (1 - i.truth) * Math.pow(Math.log(q) - Math.log(1 - q), 2);
      }
      int n = impressions.size();
      assertThat(cell(arm, "logloss").n()).isEqualTo(n);
      assertThat(cell(arm, "logloss").value())
          .as("log loss of %s", arm)
          .isCloseTo(mean / n, within(4 * Math.sqrt(variance) / n));
    }
  }

  /** Σ p_i (1 − p_j) [s_i above s_j] over pairs of impressions, to first order. */
  @Test
  void aucIsWhatTheTruthSays() {
    for (String arm : ARMS) {
      List<Impression> impressions = new ArrayList<>(EVALUATED.get(arm));
      double won = 0;
      double played = 0;
      for (Impression up : impressions) {
        for (Impression down : impressions) {
          if (up != down) {
            double weight = up.truth * (1 - down.truth);
            played += weight;
            won += up.score > down.score ? weight : up.score == down.score ? weight / 2 : 0;
          }
        }
      }
      Cell auc = cell(arm, "auc");
      double standardError = (auc.high() - auc.low()) / (2 * 1.96);
      assertThat(auc.value())
          .as("AUC of %s, standard error %f", arm, standardError)
          .isCloseTo(won / played, within(4 * standardError));
    }
  }
}
