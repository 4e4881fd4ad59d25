package io.seminar.testdata.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.History;
import io.seminar.sessions.QueryTable;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import io.seminar.sessions.UserReader;
import io.seminar.sessions.UserSplit;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the drawn labels say against what the known probabilities say they should: everything here
 * is read back from the data set and the truth beside it. Bounds are four standard errors, computed
 * from the known probabilities.
 */
class KnownTruthTest {
  private static final int RECENT = 50;
  private static final double TEMPERATURE = 0.1;
  private static final int DIMENSION = 32;

  @TempDir private static Path folder;

  private static final SimulatorOptions OPTIONS =
      SimulatorOptions.builder()
          .users(250)
          .items(4_000)
          .queries(800)
          .historyMean(600)
          .historySpread(0)
          .requestsPerUser(6)
          .modalities(
              List.of(
                  SimulatedModality.parse("text:" + DIMENSION),
                  SimulatedModality.parse("image:" + DIMENSION),
                  SimulatedModality.parse("attribute:" + DIMENSION)))
          .seed(20_261_124)
          .build();

  private static final int N = 250 * 6 * 20;
  private static final double[] CLICK = new double[N];
  private static final double[] RELEVANCE = new double[N];
  private static final double[] EXACT = new double[N];
  private static final double[] LATEST = new double[N];
  private static final int[] POSITION = new int[N];
  private static final boolean[] SEARCH = new boolean[N];
  private static final boolean[] LABEL = new boolean[N];

  @BeforeAll
  static void simulateAndScore() {
    Path out = folder.resolve("known");
    new Simulator(OPTIONS).write(out, false, users -> {});
    Dataset dataset = Dataset.open(out);
    float[][][] itemVectors = itemVectors(dataset);
    float[][] queryVectors = queryVectors(dataset);
    int n = 0;
    try (SimulationTruth truth =
        SimulationTruth.open(SimulationTruth.folderOf(out), dataset.digest())) {
      for (UserSplit split : dataset.userSplits()) {
        try (UserReader reader = dataset.readUsers(split)) {
          while (reader.next()) {
            User user = reader.user();
            for (Request request : user.requests()) {
              SimulationTruth.Page page = truth.page(request.id());
              assertThat(page.user()).isEqualTo(user.id());
              assertThat(page.item()).isEqualTo(request.item());
              assertThat(page.position()).isEqualTo(request.position());
              int length = user.history().lengthBefore(request.time());
              double[] scores = new double[length];
              for (int i = 0; i < request.length(); i++, n++) {
                CLICK[n] = page.clickProbability()[i];
                RELEVANCE[n] = page.relevanceProbability()[i];
                POSITION[n] = request.position()[i];
                SEARCH[n] = request.query() > 0;
                LABEL[n] = request.label()[i] > 0;
                score(user.history(), request, i, itemVectors, queryVectors, scores);
                EXACT[n] = attend(scores, 0);
                LATEST[n] = attend(scores, Math.max(0, length - RECENT));
              }
            }
          }
        }
      }
    }
    assertThat(n).isEqualTo(N);
  }

  private static float[][][] itemVectors(Dataset dataset) {
    try (Catalogue catalogue = dataset.openCatalogue()) {
      float[][][] vectors = new float[catalogue.size()][3][];
      for (int i = 0; i < vectors.length; i++) {
        for (int m = 0; m < 3; m++) {
          if (catalogue.has(m, i)) {
            vectors[i][m] = new float[DIMENSION];
            catalogue.copyVector(m, i, vectors[i][m], 0);
          }
        }
      }
      return vectors;
    }
  }

  private static float[][] queryVectors(Dataset dataset) {
    try (QueryTable queries = dataset.openQueries()) {
      float[][] vectors = new float[queries.size()][];
      for (int q = 1; q < vectors.length; q++) {
        vectors[q] = new float[DIMENSION];
        queries.copyVector(q, vectors[q], 0);
      }
      return vectors;
    }
  }

  /**
   * Mean cosine over the fields that a behaviour has: query and modalities, as the untrained scorer
   * has it.
   */
  private static void score(
      History history,
      Request request,
      int impression,
      float[][][] itemVectors,
      float[][] queryVectors,
      double[] scores) {
    float[][] target = itemVectors[request.item()[impression]];
    float[] targetQuery = queryVectors[request.query()];
    for (int l = 0; l < scores.length; l++) {
      double sum = 0;
      int fields = 0;
      float[] query = queryVectors[history.query()[l]];
      if (query != null) {
        fields++;
        sum += targetQuery == null ? 0 : Vectors.dot(query, 0, targetQuery, 0, DIMENSION);
      }
      float[][] item = itemVectors[history.item()[l]];
      for (int m = 0; m < 3; m++) {
        if (item[m] != null) {
          fields++;
          sum += target[m] == null ? 0 : Vectors.dot(item[m], 0, target[m], 0, DIMENSION);
        }
      }
      scores[l] = sum / fields;
    }
  }

  /** The attention-pooled similarity over the behaviours from one on. */
  private static double attend(double[] scores, int from) {
    double total = 0;
    double sum = 0;
    for (int l = from; l < scores.length; l++) {
      double weight = Math.exp(scores[l] / TEMPERATURE);
      total += weight;
      sum += weight * scores[l];
    }
    return total == 0 ? 0 : sum / total;
  }

  /**
   * AUC, ties counted half, by sorting; and its expectation where labels are weights p and 1 − p.
   */
  private static double auc(double[] score, double[] positive) {
    Integer[] order = IntStream.range(0, score.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> score[i]));
    double below = 0;
    double won = 0;
    double allPositive = 0;
    for (int i = 0; i < order.length; ) {
      double tiedPositive = 0;
      double tiedNegative = 0;
      int j = i;
      for (; j < order.length && score[order[j]] == score[order[i]]; j++) {
        tiedPositive += positive[order[j]];
        tiedNegative += 1 - positive[order[j]];
      }
      won += tiedPositive * (below + tiedNegative / 2);
      below += tiedNegative;
      allPositive += tiedPositive;
      i = j;
    }
    return won / (allPositive * below);
  }

  private static double[] labels() {
    double[] labels = new double[N];
    for (int i = 0; i < N; i++) {
      labels[i] = LABEL[i] ? 1 : 0;
    }
    return labels;
  }

  /** Unweighted mean of the users' own AUCs; every user of these data has both classes. */
  private static double meanUserAuc(double[] score) {
    double[] labels = labels();
    int perUser = N / OPTIONS.users();
    double sum = 0;
    for (int from = 0; from < N; from += perUser) {
      sum +=
          auc(
              Arrays.copyOfRange(score, from, from + perUser),
              Arrays.copyOfRange(labels, from, from + perUser));
    }
    return sum / OPTIONS.users();
  }

  @Test
  void clickIsExaminationTimesRelevance() {
    for (int i = 0; i < N; i++) {
      assertThat(CLICK[i])
          .isCloseTo(RELEVANCE[i] / Math.sqrt(POSITION[i]), within(1e-6 * RELEVANCE[i]));
    }
  }

  @Test
  void theClickRateIsTheExpectedOneInEachScenarioAndPosition() {
    for (int position = 0; position <= 20; position++) {
      for (boolean search : new boolean[] {false, true}) {
        double clicks = 0;
        double expected = 0;
        double variance = 0;
        int n = 0;
        for (int i = 0; i < N; i++) {
          if (SEARCH[i] == search && (position == 0 || POSITION[i] == position)) {
            n++;
            clicks += LABEL[i] ? 1 : 0;
            expected += CLICK[i];
            variance += CLICK[i] * (1 - CLICK[i]);
          }
        }
        assertThat(clicks)
            .describedAs("position %d (0: all), search %s", position, search)
            .isCloseTo(expected, within(4 * Math.sqrt(variance)));
        if (position == 0) {
          // The pilot's error and that of these users: a twelfth of the rate is far outside both.
          assertThat(expected / n).isCloseTo(OPTIONS.clickBaseRate(), within(0.012));
        }
      }
    }
  }

  @Test
  void theOraclesLogLossIsTheMeanEntropy() {
    double loss = 0;
    double expected = 0;
    double variance = 0;
    for (int i = 0; i < N; i++) {
      double p = CLICK[i];
      loss -= Math.log(LABEL[i] ? p : 1 - p);
      expected -= p * Math.log(p) + (1 - p) * Math.log(1 - p);
      double logOdds = Math.log(p / (1 - p));
      variance += p * (1 - p) * logOdds * logOdds;
    }
    System.out.printf("oracle log loss %.5f, expected %.5f%n", loss / N, expected / N);
    assertThat(loss).isCloseTo(expected, within(4 * Math.sqrt(variance)));
  }

  @Test
  void theOracleIsCalibrated() {
    double predicted = 0;
    double observed = 0;
    double variance = 0;
    for (int i = 0; i < N; i++) {
      predicted += CLICK[i];
      observed += LABEL[i] ? 1 : 0;
      variance += CLICK[i] * (1 - CLICK[i]);
    }
    // PCOC = Σp / Σy; to first order its standard error is that of Σy over Σp.
    assertThat(predicted / observed)
        .isCloseTo(1, within(4 * Math.sqrt(variance) / predicted * 1.05));
  }

  @Test
  void theOraclesAucIsItsExpectation() {
    double expected = auc(CLICK, CLICK);
    double observed = auc(CLICK, labels());
    double clicks = Arrays.stream(labels()).sum();
    // Hanley and McNeil's bound: the variance is at most AUC (1 − AUC) over the smaller class.
    double bound = 4 * Math.sqrt(expected * (1 - expected) / clicks);
    System.out.printf("oracle AUC %.4f, expected %.4f%n", observed, expected);
    assertThat(observed).isCloseTo(expected, within(bound));
  }

  @Test
  void attentionOverTheWholeHistoryBeatsTheRecentPartAndTheOracleBeatsBoth() {
    double oracle = meanUserAuc(CLICK);
    double relevance = meanUserAuc(RELEVANCE);
    double exact = meanUserAuc(EXACT);
    double recent = meanUserAuc(LATEST);
    System.out.printf(
        "mean user AUC: oracle %.4f, relevance %.4f, attention %.4f, recent %d %.4f%n",
        oracle, relevance, exact, RECENT, recent);
    System.out.printf(
        "AUC: oracle %.4f, relevance %.4f, attention %.4f, recent %d %.4f%n",
        auc(CLICK, labels()),
        auc(RELEVANCE, labels()),
        auc(EXACT, labels()),
        RECENT,
        auc(LATEST, labels()));
    assertThat(recent).isGreaterThan(0.55);
    assertThat(exact).isGreaterThan(recent + 0.015);
    assertThat(relevance).isGreaterThan(exact + 0.05);
    assertThat(oracle).isGreaterThan(relevance);
  }
}
