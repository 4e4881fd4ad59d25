package io.seminar.metrics.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.Golden;
import io.seminar.metrics.ranking.Ndcg.Gain;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RankingMetricsTest {
  private static final int[] CUTOFFS = {1, 2, 3, 5, 7, 20};
  private final Golden golden = new Golden();

  /** All orders of small pages with many ties, counted out; and all pairs for the AUC. */
  @Test
  void equalTheMeanOverAllOrdersOfTies() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int trial = 0; trial < 300; trial++) {
      int n = 1 + random.nextInt(7);
      int levels = 1 + random.nextInt(4);
      float[] scores = new float[n + 2];
      byte[] labels = new byte[n + 2];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = random.nextInt(levels) - 1.5f;
        labels[i] = (byte) Math.max(0, random.nextInt(6) - 2);
      }
      String what =
          "seed %d trial %d: %s %s"
              .formatted(seed, trial, Arrays.toString(scores), Arrays.toString(labels));
      // The page is 1..n of the arrays: what lies beside it must not be read.
      float[] pageScores = Arrays.copyOfRange(scores, 1, n + 1);
      byte[] pageLabels = Arrays.copyOfRange(labels, 1, n + 1);
      AllOrders truth = new AllOrders(pageScores, pageLabels);
      assertClose(what, ReciprocalRank.of(scores, labels, 1, n + 1), truth.reciprocalRank());
      assertClose(
          what + " AP", AveragePrecision.of(scores, labels, 1, n + 1), truth.averagePrecision());
      for (int c = 0; c < CUTOFFS.length; c++) {
        int k = CUTOFFS[c];
        for (Gain gain : Gain.values()) {
          assertClose(
              what + " NDCG@" + k + " " + gain,
              Ndcg.of(scores, labels, 1, n + 1, k, gain),
              truth.ndcg(c, gain));
        }
        assertClose(
            what + " P@" + k, Precision.of(scores, labels, 1, n + 1, k), truth.precision(c));
        assertClose(what + " R@" + k, PageRecall.of(scores, labels, 1, n + 1, k), truth.recall(c));
        checkInclusion(what + " K " + k, truth.inclusion(c), pageScores, pageLabels, k);
        assertClose(what + " HR@" + k, HitRate.of(scores, labels, 1, n + 1, k), truth.hitRate(c));
      }
      assertClose(what + " AUC", Auc.of(scores, labels, 1, n + 1), pairs(pageScores, pageLabels));
    }
  }

  @Test
  void aucEqualsAllPairsOfLongLists() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Ranking ranking = new Ranking();
    for (int trial = 0; trial < 30; trial++) {
      int n = 2 + random.nextInt(800);
      float[] scores = new float[n];
      byte[] labels = new byte[n];
      int levels = 1 + random.nextInt(2 * n);
      for (int i = 0; i < n; i++) {
        scores[i] = (random.nextInt(levels) - levels / 2) * 1e-3f;
        labels[i] = (byte) random.nextInt(3);
      }
      assertClose(
          "seed " + seed + " trial " + trial,
          Auc.of(ranking.load(scores, labels, 0, n)),
          pairs(scores, labels));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void aucAgreesWithScikitLearn(int c) {
    float[] scores = golden.floats("auc." + c + ".scores");
    byte[] labels = golden.bytes("auc." + c + ".labels");
    assertThat(Auc.of(scores, labels, 0, scores.length))
        .isCloseTo(golden.number("auc." + c + ".auc"), within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void ndcgAgreesWithScikitLearn(int c) {
    float[] scores = golden.floats("ndcg." + c + ".scores");
    byte[] labels = golden.bytes("ndcg." + c + ".labels");
    for (int k : new int[] {1, 3, 10, 1100}) {
      assertThat(Ndcg.of(scores, labels, 0, scores.length, k, Gain.EXPONENTIAL))
          .as("K " + k)
          .isCloseTo(golden.number("ndcg." + c + ".at." + k), within(1e-12));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void untiedPagesAgreeWithScikitLearnAndTrecEval(int c) {
    Golden rankings = new Golden("/golden/rankings.properties");
    String page = "page." + c + ".";
    float[] scores = rankings.floats(page + "scores");
    byte[] labels = rankings.bytes(page + "labels");
    int n = scores.length;
    double ap = AveragePrecision.of(scores, labels, 0, n);
    assertThat(ap).isCloseTo(rankings.number(page + "average_precision"), within(1e-12));
    assertThat(ap).isCloseTo(rankings.number(page + "map"), within(1e-12));
    assertThat(ReciprocalRank.of(scores, labels, 0, n))
        .isCloseTo(rankings.number(page + "recip_rank"), within(1e-12));
    assertThat(Ndcg.of(scores, labels, 0, n, n, Gain.LINEAR))
        .isCloseTo(rankings.number(page + "ndcg"), within(1e-12));
    for (int k : new int[] {1, 3, 10, 30}) {
      assertThat(Precision.of(scores, labels, 0, n, k))
          .isCloseTo(rankings.number(page + "P_" + k), within(1e-12));
      assertThat(PageRecall.of(scores, labels, 0, n, k))
          .isCloseTo(rankings.number(page + "recall_" + k), within(1e-12));
      assertThat(Ndcg.of(scores, labels, 0, n, k, Gain.LINEAR))
          .isCloseTo(rankings.number(page + "ndcg_cut_" + k), within(1e-12));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void linearNdcgAgreesWithScikitLearn(int c) {
    Golden rankings = new Golden("/golden/rankings.properties");
    float[] scores = rankings.floats("linear." + c + ".scores");
    byte[] labels = rankings.bytes("linear." + c + ".labels");
    for (int k : new int[] {1, 3, 10, 30}) {
      assertThat(Ndcg.of(scores, labels, 0, scores.length, k, Gain.LINEAR))
          .as("K " + k)
          .isCloseTo(rankings.number("linear." + c + ".at." + k), within(1e-12));
    }
  }

  /** Four impressions, the middle two tied, one of them and the last clicked. */
  @Test
  void averagePrecisionOfAHandComputedPage() {
    float[] scores = {4, 2, 2, 1};
    byte[] labels = {0, 1, 0, 3};
    // The first click is second or third, equally likely; the last stands fourth in either order.
    double first = (1 / 2. + 1 / 3.) / 2;
    assertClose("AP", AveragePrecision.of(scores, labels, 0, 4), (first + 2 / 4.) / 2);
    assertClose("P@2", Precision.of(scores, labels, 0, 4, 2), .5 / 2);
    assertClose("P@8", Precision.of(scores, labels, 0, 4, 8), 2 / 8.);
    assertClose("R@2", PageRecall.of(scores, labels, 0, 4, 2), .5 / 2);
    assertClose("R@8", PageRecall.of(scores, labels, 0, 4, 8), 1);
    // All tied, one click among n: every rank is equally likely, so AP is the mean of 1/r.
    assertClose(
        "AP of a constant score",
        AveragePrecision.of(new float[4], new byte[] {0, 0, 1, 0}, 0, 4),
        (1 + 1 / 2. + 1 / 3. + 1 / 4.) / 4);
  }

  @Test
  void reciprocalRankAgreesWithScikitLearn() {
    float[] scores = golden.floats("mrr.scores");
    byte[] labels = golden.bytes("mrr.labels");
    int pages = (int) golden.number("mrr.pages");
    int n = scores.length / pages;
    double sum = 0;
    for (int p = 0; p < pages; p++) {
      sum += ReciprocalRank.of(scores, labels, p * n, (p + 1) * n);
    }
    assertThat(sum / pages).isCloseTo(golden.number("mrr.mrr"), within(1e-12));
  }

  /**
   * The example of Järvelin and Kekäläinen's measure with labels 3 2 3 0 1 2, worked out by hand.
   */
  @Test
  void ndcgOfAHandComputedPage() {
    float[] scores = {6, 5, 4, 3, 2, 1};
    byte[] labels = {3, 2, 3, 0, 1, 2};
    // Gains 7 3 7 0 1 3 over log2 of 2..7, against 7 7 3 3 1 0.
    double log3 = Math.log(3) / Math.log(2);
    double log5 = Math.log(5) / Math.log(2);
    double log6 = Math.log(6) / Math.log(2);
    double log7 = Math.log(7) / Math.log(2);
    double dcg = 7 + 3 / log3 + 7 / 2. + 1 / log6 + 3 / log7;
    double ideal = 7 + 7 / log3 + 3 / 2. + 3 / log5 + 1 / log6;
    assertClose("NDCG@6", Ndcg.of(scores, labels, 0, 6, 6, Gain.EXPONENTIAL), dcg / ideal);
    assertClose("NDCG@9", Ndcg.of(scores, labels, 0, 6, 9, Gain.EXPONENTIAL), dcg / ideal);
  }

  @Test
  void aPerfectOrderIsExactlyOne() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int trial = 0; trial < 100; trial++) {
      int n = 1 + random.nextInt(40);
      float[] scores = new float[n];
      byte[] labels = new byte[n];
      labels[0] = (byte) (1 + random.nextInt(127));
      for (int i = 1; i < n; i++) {
        labels[i] = (byte) random.nextInt(1 + labels[i - 1]);
      }
      for (int i = 0; i < n; i++) {
        scores[i] = labels[i]; // equal labels tie
      }
      assertThat(Ndcg.of(scores, labels, 0, n, 1 + random.nextInt(n), Gain.EXPONENTIAL))
          .as("seed " + seed + " " + Arrays.toString(labels))
          .isEqualTo(1);
      assertThat(ReciprocalRank.of(scores, labels, 0, n)).isEqualTo(1);
    }
  }

  @Test
  void orderOfTheInputDoesNotMatter() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int n = 30;
    float[] scores = new float[n];
    byte[] labels = new byte[n];
    for (int i = 0; i < n; i++) {
      scores[i] = random.nextInt(5);
      labels[i] = (byte) random.nextInt(2);
    }
    labels[0] = 1;
    double ndcg = Ndcg.of(scores, labels, 0, n, 10, Gain.EXPONENTIAL);
    double auc = Auc.of(scores, labels, 0, n);
    for (int trial = 0; trial < 20; trial++) {
      for (int i = n - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        float score = scores[i];
        scores[i] = scores[j];
        scores[j] = score;
        byte label = labels[i];
        labels[i] = labels[j];
        labels[j] = label;
      }
      assertThat(Ndcg.of(scores, labels, 0, n, 10, Gain.EXPONENTIAL))
          .as("seed " + seed)
          .isEqualTo(ndcg);
      assertThat(Auc.of(scores, labels, 0, n)).as("seed " + seed).isEqualTo(auc);
    }
  }

  @Test
  void zerosOfEitherSignTieAndInfinitiesRank() {
    byte[] labels = {1, 0};
    assertThat(Auc.of(new float[] {-0f, 0f}, labels, 0, 2)).isEqualTo(.5);
    assertThat(Auc.of(new float[] {0f, -Float.MIN_VALUE}, labels, 0, 2)).isEqualTo(1);
    assertThat(Auc.of(new float[] {Float.NEGATIVE_INFINITY, -Float.MAX_VALUE}, labels, 0, 2))
        .isEqualTo(0);
    assertThat(Auc.of(new float[] {Float.POSITIVE_INFINITY, Float.MAX_VALUE}, labels, 0, 2))
        .isEqualTo(1);
  }

  @Test
  void isUndefinedWithoutAClickAndAucWithOneClass() {
    float[] scores = {1, 2};
    byte[] none = {0, 0};
    byte[] all = {1, 3};
    assertThat(Ndcg.of(scores, none, 0, 2, 1, Gain.EXPONENTIAL)).isNaN();
    assertThat(ReciprocalRank.of(scores, none, 0, 2)).isNaN();
    assertThat(AveragePrecision.of(scores, none, 0, 2)).isNaN();
    assertThat(Precision.of(scores, none, 0, 2, 1)).isNaN();
    assertThat(PageRecall.of(scores, none, 0, 2, 1)).isNaN();
    assertThat(HitRate.of(scores, none, 0, 2, 1)).isNaN();
    assertThat(Auc.of(scores, none, 0, 2)).isNaN();
    assertThat(Auc.of(scores, all, 0, 2)).isNaN();
  }

  /**
   * For one click HR@1 = NDCG@1, NDCG@K never exceeds HR@K, and the reciprocal rank is at least
   * HR@K / K.
   */
  @Test
  void metricsOfOneClickBoundEachOther() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int trial = 0; trial < 500; trial++) {
      int n = 1 + random.nextInt(30);
      float[] scores = new float[n];
      byte[] labels = new byte[n];
      for (int i = 0; i < n; i++) {
        scores[i] = random.nextInt(10);
      }
      labels[random.nextInt(n)] = 1;
      int k = 1 + random.nextInt(n);
      String what = "seed " + seed + " trial " + trial;
      assertClose(
          what,
          Ndcg.of(scores, labels, 0, n, 1, Gain.EXPONENTIAL),
          HitRate.of(scores, labels, 0, n, 1));
      double hit = HitRate.of(scores, labels, 0, n, k);
      assertThat(Ndcg.of(scores, labels, 0, n, k, Gain.EXPONENTIAL))
          .as(what)
          .isLessThanOrEqualTo(hit + 1e-12);
      assertThat(ReciprocalRank.of(scores, labels, 0, n))
          .as(what)
          .isGreaterThanOrEqualTo(hit / k - 1e-12);
    }
  }

  @Test
  void refusesBadInput() {
    float[] scores = {1, Float.NaN};
    byte[] labels = {0, -3};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Auc.of(scores, new byte[] {0, 1}, 0, 2))
        .withMessageContaining("score 1 is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Auc.of(new float[] {1, 2}, labels, 0, 2))
        .withMessageContaining("label 1 is -3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ndcg.of(new float[0], new byte[0], 0, 0, 1, Gain.LINEAR))
        .withMessageContaining("no impression");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ndcg.of(new float[1], new byte[1], 0, 1, 0, Gain.LINEAR))
        .withMessageContaining("K must be at least 1, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HitRate.of(new float[1], new byte[1], 0, 1, -2))
        .withMessageContaining("was -2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Auc.of(new float[3], new byte[2], 0, 3))
        .withMessageContaining("3 scores and 2 labels");
  }

  private static void checkInclusion(
      String what, double[] expected, float[] scores, byte[] labels, int k) {
    Inclusion inclusion = new Inclusion();
    inclusion.set(new Ranking().load(scores, labels, 0, scores.length), k);
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      assertClose(what + " impression " + i, inclusion.of(scores[i]), expected[i]);
      sum += inclusion.of(scores[i]);
    }
    assertClose(what, sum, inclusion.places());
  }

  private static void assertClose(String what, double actual, double expected) {
    if (Double.isNaN(expected)) {
      assertThat(actual).as(what).isNaN();
    } else {
      assertThat(actual).as(what).isCloseTo(expected, within(1e-12));
    }
  }

  /** AUC by its definition, over all pairs. */
  private static double pairs(float[] scores, byte[] labels) {
    double won = 0;
    long pairs = 0;
    for (int p = 0; p < scores.length; p++) {
      for (int n = 0; n < scores.length; n++) {
        if (labels[p] > 0 && labels[n] == 0) {
          pairs++;
          won += scores[p] > scores[n] ? 1 : scores[p] == scores[n] ? .5 : 0;
        }
      }
    }
    return pairs == 0 ? Double.NaN : won / pairs;
  }

  /** Means of the page metrics over every order of the impressions that the scores allow. */
  private static final class AllOrders {
    private final float[] scores;
    private final byte[] labels;
    private final double[][] ndcg = new double[Gain.values().length][CUTOFFS.length];
    private final double[] shown = new double[CUTOFFS.length]; // clicks among the K best
    private final double[][] included;
    private final int clicks;
    private double averagePrecision;
    private final double[] hits = new double[CUTOFFS.length];
    private double reciprocal;
    private int orders;

    AllOrders(float[] scores, byte[] labels) {
      this.scores = scores;
      this.labels = labels;
      included = new double[CUTOFFS.length][scores.length];
      int clicked = 0;
      for (byte label : labels) {
        clicked += label > 0 ? 1 : 0;
      }
      clicks = clicked;
      extend(new int[scores.length], 0);
    }

    private void extend(int[] order, int placed) {
      if (placed == order.length) {
        count(order);
        return;
      }
      for (int i = 0; i < order.length; i++) {
        boolean free = true;
        for (int j = 0; j < placed; j++) {
          free &= order[j] != i;
        }
        if (free && (placed == 0 || scores[order[placed - 1]] >= scores[i])) {
          order[placed] = i;
          extend(order, placed + 1);
        }
      }
    }

    private void count(int[] order) {
      orders++;
      byte[] best = labels.clone();
      Arrays.sort(best);
      for (int c = 0; c < CUTOFFS.length; c++) {
        int depth = Math.min(CUTOFFS[c], order.length);
        double[] dcg = new double[2];
        double[] ideal = new double[2];
        double hit = 0;
        for (int r = 0; r < depth; r++) {
          double discount = Math.log(r + 2) / Math.log(2);
          byte label = labels[order[r]];
          byte bestLabel = best[best.length - 1 - r];
          dcg[0] += (Math.pow(2, label) - 1) / discount;
          ideal[0] += (Math.pow(2, bestLabel) - 1) / discount;
          dcg[1] += label / discount;
          ideal[1] += bestLabel / discount;
          hit = label > 0 ? 1 : hit;
          shown[c] += label > 0 ? 1 : 0;
          included[c][order[r]]++;
        }
        ndcg[0][c] += dcg[0] / ideal[0];
        ndcg[1][c] += dcg[1] / ideal[1];
        hits[c] += hit;
      }
      int found = 0;
      for (int r = 0; r < order.length; r++) {
        if (labels[order[r]] > 0) {
          found++;
          reciprocal += found == 1 ? 1. / (r + 1) : 0;
          averagePrecision += (double) found / (r + 1) / clicks;
        }
      }
    }

    private double mean(double sum) {
      return clicks > 0 ? sum / orders : Double.NaN;
    }

    double ndcg(int c, Gain gain) {
      return mean(ndcg[gain == Gain.EXPONENTIAL ? 0 : 1][c]);
    }

    double hitRate(int c) {
      return mean(hits[c]);
    }

    double precision(int c) {
      return mean(shown[c] / CUTOFFS[c]);
    }

    double recall(int c) {
      return mean(shown[c] / clicks);
    }

    double reciprocalRank() {
      return mean(reciprocal);
    }

    double averagePrecision() {
      return mean(averagePrecision);
    }

    /** How often each impression is among the K best; also of pages without a click. */
    double[] inclusion(int c) {
      double[] shares = new double[scores.length];
      Arrays.setAll(shares, i -> included[c][i] / orders);
      return shares;
    }
  }
}
