package io.seminar.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.inference.Estimate;
import io.seminar.metrics.inference.IntervalMethod;
import io.seminar.metrics.inference.Resampling;
import io.seminar.metrics.inference.UserHash;
import io.seminar.metrics.inference.UserWeights;
import io.seminar.metrics.inference.Value;
import io.seminar.metrics.ranking.AucAccumulator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CellAccumulatorTest {
  private static final Resampling RESAMPLING = new Resampling(7, 50, 6, 20);
  private final MetricSuite suite = MetricSuite.of(new int[] {10, 50}, new int[] {1, 3});
  private final UserWeights weights = new UserWeights(RESAMPLING);

  /** Two users by hand: every value, n and left-out count of the suite. */
  @Test
  void computesEveryMetricOfTwoUsers() {
    CellAccumulator cell = new CellAccumulator(suite, RESAMPLING);
    UserStatistics stats = suite.newUserStatistics();
    double[] numbers = new double[suite.statistics()];

    stats.clear();
    // A page with the click second of four, and one without a click.
    stats.addPage(
        new float[] {.9f, .8f, .3f, .1f},
        new double[] {.5, .5, .25, .25},
        bytes(0, 1, 0, 0),
        new float[] {1, 2, 3, 4},
        0,
        4);
    stats.addPage(
        new float[] {.7f, .2f}, new double[] {.5, .25}, bytes(0, 0), new float[] {7, 8}, 0, 2);
    stats.addFidelity(new float[] {1, .5f}, 0, .75, 1, .25);
    stats.addFidelity(new float[] {.5f, .5f}, 0, .25, Double.NaN, .75);
    stats.copyTo(numbers, 0);
    cell.add(numbers, weights("u1"));

    stats.clear();
    // No click at all; one request with an empty history.
    stats.addPage(new float[] {.5f}, new double[] {.125}, bytes(0), 0, 1);
    stats.addFidelity(new float[] {Float.NaN, Float.NaN}, 0, Double.NaN, Double.NaN, Double.NaN);
    stats.copyTo(numbers, 0);
    cell.add(numbers, weights("u2"));

    expect(cell, "recall@10", .75, 2, 1, 1, 1);
    expect(cell, "recall@50", .5, 2, 1, 1, 1);
    expect(cell, "mass_kept", .5, 2, 1, 1, 1);
    expect(cell, "output_cosine", 1, 1, 1, 1, 2);
    expect(cell, "output_rel_l2", .5, 2, 1, 1, 1);
    // Scores .9 .8* .7 .3 .2 .1: the click beats four of five.
    expect(cell, "gauc", .8, 6, 1, 1, 1);
    expect(cell, "gauc_clicks", .8, 6, 1, 1, 1);
    expect(cell, "gauc_unweighted", .8, 1, 1, 1, 1);
    double loss = -(3 * Math.log(.5) + 3 * Math.log(.75) + Math.log(.875)) / 7;
    expect(cell, "logloss", loss, 7, 2, 0, 0);
    double entropy = -Math.log(1 / 7.) / 7 - Math.log(6 / 7.) * 6 / 7;
    expect(cell, "ne", loss / entropy, 7, 2, 0, 0);
    expect(cell, "pcoc", 2.375, 7, 2, 0, 0);
    expect(cell, "ndcg@1", 0, 1, 1, 1, 2);
    expect(cell, "ndcg@3", Math.log(2) / Math.log(3), 1, 1, 1, 2);
    expect(cell, "ndcg_linear@3", Math.log(2) / Math.log(3), 1, 1, 1, 2);
    expect(cell, "mrr", .5, 1, 1, 1, 2);
    expect(cell, "map", .5, 1, 1, 1, 2);
    expect(cell, "hr@1", 0, 1, 1, 1, 2);
    expect(cell, "hr@3", 1, 1, 1, 1, 2);
    expect(cell, "precision@1", 0, 1, 1, 1, 2);
    expect(cell, "precision@3", 1 / 3., 1, 1, 1, 2);
    expect(cell, "page_recall@1", 0, 1, 1, 1, 2);
    expect(cell, "page_recall@3", 1, 1, 1, 1, 2);
    // Both pages of the first user, but not that of the second, say what items they show.
    expect(cell, "novelty@1", (1 + 7) / 2., 2, 1, 1, 1);
    expect(cell, "novelty@3", ((1 + 2 + 3) / 3. + (7 + 8) / 2.) / 2, 2, 1, 1, 1);

    AucAccumulator pairs = new AucAccumulator(RESAMPLING.weighed());
    float[] scores = {.1f, .2f, .3f, .5f, .7f, .8f, .9f};
    for (float score : scores) {
      pairs.add(score, score == .8f, weights(score == .5f ? "u2" : "u1"));
    }
    Value auc = cell.values(suite.metric("auc"), pairs).value();
    assertThat(auc).isEqualTo(new Value(5 / 6., null, 7, 2, 0, 0));
  }

  @Test
  void givesAReasonForWhatIsUndefined() {
    CellAccumulator cell = new CellAccumulator(suite, RESAMPLING);
    for (Metric metric : suite.metrics()) {
      Estimate estimate =
          metric.isAdditive()
              ? cell.values(metric)
              : cell.values(metric, new AucAccumulator(RESAMPLING.weighed()));
      assertThat(estimate.value().value()).as(metric.key()).isNaN();
      assertThat(estimate.value().reason()).as(metric.key()).contains("no ");
      assertThat(estimate.interval(IntervalMethod.PERCENTILE, .95).reason())
          .isEqualTo(estimate.value().reason());
    }

    UserStatistics stats = suite.newUserStatistics();
    stats.addPage(new float[] {1, 2}, null, bytes(1, 2), 0, 2);
    cell.add(copy(stats), weights("u"));
    assertThat(reason(cell, "gauc"))
        .isEqualTo("none of 1 users has both a click and an impression without one");
    assertThat(reason(cell, "logloss")).isEqualTo("no calibrated probability");
    assertThat(reason(cell, "pcoc")).isEqualTo("no calibrated probability");
    assertThat(reason(cell, "novelty@1")).isEqualTo("no self-information of the items was given");
    assertThat(reason(cell, "recall@10")).isEqualTo("no impression");
    assertThat(cell.values(suite.metric("logloss")).value().leftOut()).isEqualTo(2);
    assertThat(cell.values(suite.metric("mrr")).value().value()).isEqualTo(1);
    AucAccumulator pairs = new AucAccumulator(RESAMPLING.weighed());
    pairs.add(1, true, weights("u"));
    pairs.add(2, true, weights("u"));
    assertThat(cell.values(suite.metric("auc"), pairs).value().reason())
        .isEqualTo("all of 2 impressions are clicks");
  }

  /**
   * Shuffled, split into parts, some of them empty, merged in random order, through bytes: the same
   * to the last byte.
   */
  @Test
  void doesNotDependOnOrderOrGrouping() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<double[]> users = new ArrayList<>();
    List<long[]> draws = new ArrayList<>();
    for (int u = 0; u < 300; u++) {
      users.add(randomUser(random));
      draws.add(weights("user " + u));
    }
    CellAccumulator whole = new CellAccumulator(suite, RESAMPLING);
    for (int u = 0; u < users.size(); u++) {
      whole.add(users.get(u), draws.get(u));
    }
    byte[] expected = bytes(whole);

    for (int trial = 0; trial < 20; trial++) {
      List<Integer> order = new ArrayList<>();
      for (int u = 0; u < users.size(); u++) {
        order.add(u);
      }
      Collections.shuffle(order, random);
      List<CellAccumulator> parts = new ArrayList<>();
      for (int p = 1 + random.nextInt(12); p > 0; p--) {
        parts.add(new CellAccumulator(suite, RESAMPLING));
      }
      for (int u : order) {
        parts.get(random.nextInt(parts.size())).add(users.get(u), draws.get(u));
      }
      while (parts.size() > 1) {
        CellAccumulator other = parts.remove(random.nextInt(parts.size()));
        if (random.nextBoolean()) {
          other = read(bytes(other));
        }
        parts.get(random.nextInt(parts.size())).merge(other);
      }
      assertThat(bytes(parts.get(0))).as("seed " + seed + " trial " + trial).isEqualTo(expected);
      assertThat(bytes(read(expected))).isEqualTo(expected);
    }
  }

  /**
   * A replicate is what the metric would be if each user occurred as often as the weight says; the
   * value without a group what it would be without its users.
   */
  @Test
  void columnsAreTheMetricOfTheDrawnUsers() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    CellAccumulator cell = new CellAccumulator(suite, RESAMPLING);
    int column = random.nextInt(RESAMPLING.weighed());
    CellAccumulator drawn = new CellAccumulator(suite, Resampling.none());
    for (int u = 0; u < 100; u++) {
      double[] user = randomUser(random);
      long[] draw = weights("user " + u);
      cell.add(user, draw);
      for (int i = 0; i < draw[column]; i++) {
        drawn.add(user, new long[0]);
      }
    }
    for (Metric metric : suite.metrics()) {
      if (metric.isAdditive()) {
        Estimate estimate = cell.values(metric);
        assertThat(estimate.replicates()).hasSize(50);
        assertThat(estimate.deleted()).hasSize(6);
        assertThat(column < 50 ? estimate.replicates()[column] : estimate.deleted()[column - 50])
            .as(metric.key() + ", column " + column + ", seed " + seed)
            .isEqualTo(drawn.values(metric).value().value());
      }
    }
  }

  /** The AUC takes its columns from the pairs, split at the same place. */
  @Test
  void splitsTheColumnsOfPairs() {
    CellAccumulator cell = new CellAccumulator(suite, RESAMPLING);
    AucAccumulator pairs = new AucAccumulator(RESAMPLING.weighed());
    for (int u = 0; u < 40; u++) {
      UserStatistics stats = suite.newUserStatistics();
      stats.addPage(new float[] {u, u + .5f}, null, bytes(u % 3 == 0 ? 1 : 0, 0), 0, 2);
      cell.add(copy(stats), weights("user " + u));
      pairs.add(u, u % 3 == 0, weights("user " + u));
      pairs.add(u + .5f, false, weights("user " + u));
    }
    Estimate estimate = cell.values(suite.metric("auc"), pairs);
    assertThat(estimate.replicates()).containsExactly(Arrays.copyOf(pairs.columnAucs(), 50));
    assertThat(estimate.deleted()).containsExactly(Arrays.copyOfRange(pairs.columnAucs(), 50, 56));
  }

  @Test
  void refusesWhatDoesNotFit() {
    CellAccumulator cell = new CellAccumulator(suite, RESAMPLING);
    MetricSuite other = MetricSuite.of(new int[] {10, 51}, new int[] {1, 3});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cell.merge(new CellAccumulator(other, RESAMPLING)))
        .withMessageContaining("recall@51");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cell.merge(new CellAccumulator(suite, new Resampling(8, 50, 6, 20))))
        .withMessageContaining("seed=8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cell.add(new double[suite.statistics()], new long[56]))
        .withMessageContaining("length 56, expected at least 76");
    assertThatThrownBy(() -> cell.values(suite.metric("auc")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("auc");
    AucAccumulator pairs = new AucAccumulator(RESAMPLING.weighed());
    pairs.add(1, true, weights("u"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cell.values(suite.metric("auc"), pairs))
        .withMessageContaining("1 impressions, the cell has 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cell.values(suite.metric("auc"), new AucAccumulator(76)))
        .withMessageContaining("76 columns, expected 56");
    MetricSuite larger = MetricSuite.of(new int[] {10, 20, 50}, new int[] {1, 3});
    assertThatThrownBy(() -> CellAccumulator.read(larger, RESAMPLING, input(bytes(cell))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("statistics");
    assertThatThrownBy(
            () -> CellAccumulator.read(suite, new Resampling(7, 50, 0, 0), input(bytes(cell))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("76 columns");
  }

  private double[] randomUser(Random random) {
    UserStatistics stats = suite.newUserStatistics();
    for (int p = random.nextInt(4); p > 0; p--) {
      int n = 1 + random.nextInt(8);
      float[] scores = new float[n];
      double[] probabilities = new double[n];
      byte[] labels = new byte[n];
      for (int i = 0; i < n; i++) {
        scores[i] = random.nextInt(6) / 6f;
        probabilities[i] = random.nextDouble();
        labels[i] = (byte) Math.max(0, random.nextInt(6) - 3);
        float share = random.nextInt(51) / 50f;
        stats.addFidelity(
            new float[] {share, share / 2},
            0,
            random.nextDouble(),
            random.nextInt(9) == 0 ? Double.NaN : random.nextDouble(),
            random.nextDouble());
      }
      float[] information = new float[n];
      for (int i = 0; i < n; i++) {
        information[i] = 20 * random.nextFloat();
      }
      stats.addPage(
          scores,
          random.nextInt(5) == 0 ? null : probabilities,
          labels,
          random.nextInt(5) == 0 ? null : information,
          0,
          n);
    }
    return copy(stats);
  }

  private double[] copy(UserStatistics stats) {
    double[] numbers = new double[suite.statistics()];
    stats.copyTo(numbers, 0);
    return numbers;
  }

  private long[] weights(String user) {
    long[] draw = new long[RESAMPLING.columns()];
    weights.fill(UserHash.of(user), draw);
    return draw;
  }

  private void expect(
      CellAccumulator cell,
      String key,
      double value,
      long n,
      long users,
      long leftOutUsers,
      long leftOut) {
    Value actual = cell.values(suite.metric(key)).value();
    assertThat(actual.value()).as(key).isCloseTo(value, within(2e-9));
    assertThat(actual)
        .as(key)
        .isEqualTo(new Value(actual.value(), null, n, users, leftOutUsers, leftOut));
  }

  private String reason(CellAccumulator cell, String key) {
    return cell.values(suite.metric(key)).value().reason();
  }

  private static byte[] bytes(int... labels) {
    byte[] bytes = new byte[labels.length];
    for (int i = 0; i < labels.length; i++) {
      bytes[i] = (byte) labels[i];
    }
    return bytes;
  }

  private static byte[] bytes(CellAccumulator cell) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      cell.write(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static DataInputStream input(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  private CellAccumulator read(byte[] bytes) throws IOException {
    return CellAccumulator.read(suite, RESAMPLING, input(bytes));
  }
}
