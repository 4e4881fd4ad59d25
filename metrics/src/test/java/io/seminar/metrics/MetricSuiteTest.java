package io.seminar.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.seminar.metrics.inference.FixedPointSums;
import io.seminar.metrics.inference.Resampling;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricSuiteTest {
  private final MetricSuite suite = MetricSuite.of(new int[] {10, 50}, new int[] {5});

  /** Scripts and stored cells rely on these. */
  @Test
  void keysAreStable() {
    assertThat(suite.metrics())
        .extracting(Metric::key)
        .containsExactly(
            "recall@10",
            "recall@50",
            "mass_kept",
            "output_cosine",
            "output_rel_l2",
            "auc",
            "gauc",
            "gauc_clicks",
            "gauc_unweighted",
            "logloss",
            "ne",
            "pcoc",
            "ndcg@5",
            "ndcg_linear@5",
            "mrr",
            "map",
            "hr@5",
            "precision@5",
            "page_recall@5",
            "novelty@5");
    assertThat(suite.derived())
        .extracting(Metric::key)
        .containsExactly("relaimpr_auc", "relaimpr_gauc", "ece", "coverage@5", "gini@5");
    assertThat(suite.metrics()).extracting(Metric::isAdditive).containsOnlyOnce(false);
    assertThat(suite.metric("auc").isAdditive()).isFalse();
    assertThat(suite.metric("ece")).isSameAs(suite.derived().get(2));
    assertThat(suite.metrics().stream().map(Metric::key).filter(suite::isFidelity))
        .allMatch(key -> key.matches("recall@.*|mass_kept|output_.*"))
        .hasSize(suite.retrievalKs().length + 3);
    assertThat(Stream.concat(suite.metrics().stream(), suite.derived().stream()))
        .allSatisfy(
            metric -> {
              assertThat(metric.title()).isNotBlank();
              assertThat(metric.doc()).endsWith(".");
              assertThat(metric.lowest()).isLessThan(metric.highest());
            });
  }

  /** Values of random cells stay inside the ranges that the metrics claim. */
  @Test
  void valuesStayInTheirRange() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int trial = 0; trial < 200; trial++) {
      CellAccumulator cell = new CellAccumulator(suite, Resampling.none());
      for (int u = 1 + random.nextInt(5); u > 0; u--) {
        UserStatistics stats = suite.newUserStatistics();
        int n = 1 + random.nextInt(12);
        float[] scores = new float[n];
        double[] probabilities = new double[n];
        byte[] labels = new byte[n];
        for (int i = 0; i < n; i++) {
          scores[i] = random.nextInt(4);
          probabilities[i] = random.nextInt(3) / 2.; // certain hits and misses among them
          labels[i] = (byte) random.nextInt(3);
          float share = random.nextInt(2);
          stats.addFidelity(
              new float[] {share, share}, 0, share, 2 * share - 1, 10 * random.nextDouble());
        }
        float[] information = new float[n];
        for (int i = 0; i < n; i++) {
          information[i] = random.nextInt(9);
        }
        stats.addPage(scores, probabilities, labels, information, 0, n);
        double[] numbers = new double[suite.statistics()];
        stats.copyTo(numbers, 0);
        cell.add(numbers, new long[0]);
      }
      for (Metric metric : suite.metrics()) {
        if (metric.isAdditive() && metric.value(cell.sums()).isDefined()) {
          assertThat(metric.value(cell.sums()).value())
              .as("seed " + seed + " " + metric)
              .isBetween(metric.lowest(), metric.highest() + 1e-9);
        }
      }
    }
  }

  @Test
  void survivesSerialisation() throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(suite);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      MetricSuite back = (MetricSuite) in.readObject();
      assertThat(back).isEqualTo(suite).hasSameHashCodeAs(suite);
      assertThat(back.metrics()).hasSameSizeAs(suite.metrics());
      assertThat(back.statistics()).isEqualTo(suite.statistics());
    }
  }

  /** No cell can tell: what a derived metric is taken from lies elsewhere. */
  @Test
  void derivedMetricsDoNotComeOutOfCells() {
    FixedPointSums sums = suite.newSums(0);
    for (Metric metric : suite.derived()) {
      assertThat(metric.isAdditive()).isFalse();
      assertThatIllegalStateException()
          .isThrownBy(() -> metric.value(sums))
          .withMessageContaining(metric.key());
      assertThatIllegalStateException()
          .isThrownBy(() -> metric.value(sums, .5))
          .withMessageContaining(metric.source().toString());
    }
  }

  @Test
  void refusesBadInput() {
    int[] good = {1};
    for (int[] bad : new int[][] {{}, {0}, {3, 3}, {5, 2}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> MetricSuite.of(bad, good))
          .withMessageContaining("retrieval K");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> MetricSuite.of(good, bad))
          .withMessageContaining("page K");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> suite.metric("accuracy"))
        .withMessageContaining("accuracy")
        .withMessageContaining("recall@10");
  }
}
