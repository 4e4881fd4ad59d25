package io.seminar.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.seminar.metrics.catalogue.Exposure;
import io.seminar.metrics.counterfactual.OffPolicySums;
import io.seminar.metrics.fidelity.OutputError;
import io.seminar.metrics.fidelity.RetrievalRecall;
import io.seminar.metrics.inference.Resampling;
import io.seminar.metrics.inference.UserWeights;
import io.seminar.metrics.ranking.AucAccumulator;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * What is called for every impression, page and user must not allocate once it has seen the largest
 * of them.
 */
class AllocationTest {
  private static final int USERS = 1000;
  private static final Resampling RESAMPLING = new Resampling(1, 100, 20, 130);

  private final MetricSuite suite = MetricSuite.of(new int[] {10, 50}, new int[] {1, 10});
  private final UserStatistics statistics = suite.newUserStatistics();
  private final CellAccumulator cell = new CellAccumulator(suite, RESAMPLING);
  private final AucAccumulator pairs = new AucAccumulator(RESAMPLING.weighed());
  private final UserWeights bootstrap = new UserWeights(RESAMPLING);
  private final RetrievalRecall recall = new RetrievalRecall(10, 50);
  private final long[] weights = new long[RESAMPLING.columns()];
  private final double[] numbers = new double[suite.statistics()];
  private final float[] scores = new float[60];
  private final double[] probabilities = new double[60];
  private final byte[] labels = new byte[60];
  private final float[] information = new float[60];
  private final int[] items = new int[60];
  private final Exposure exposure = new Exposure(100, 1, 10);
  private final OffPolicySums decisions = new OffPolicySums(10, RESAMPLING.bootstraps());
  private final float[] exact = new float[500];
  private final int[] kept = new int[50];
  private final float[] found = new float[2];
  private final SplittableRandom random = new SplittableRandom(1);
  private int rows;

  @Test
  void theHotPathsDoNotAllocate() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    users(); // warm-up: buffers grow, classes load
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    users();
    long allocated = threads.getThreadAllocatedBytes(thread) - before;
    // Nothing a user would be zero; what the compiler and the bean itself leave on this thread is
    // not per user.
    assertThat(allocated).isLessThan(4L * USERS);
  }

  /** A sign flip costs no allocation: ten times as many of them cost the same. */
  @Test
  void aPairedTestAllocatesNothingPerFlip() {
    long few = allocatedByTests(100);
    long many = allocatedByTests(1_000);
    assertThat(many).isLessThan(few + 4L * USERS);
  }

  private long allocatedByTests(int flips) {
    Resampling resampling = new Resampling(1, 0, 0, flips);
    UserWeights drawn = new UserWeights(resampling);
    long[] coins = new long[flips];
    CellAccumulator arm = new CellAccumulator(suite, resampling);
    CellAccumulator baseline = new CellAccumulator(suite, resampling);
    for (int u = 0; u < 50; u++) {
      drawn.fill(u, coins);
      statistics.clear();
      statistics.addPage(new float[] {1, 2, 3}, null, new byte[] {0, 1, 0}, 0, 3);
      statistics.copyTo(numbers, 0);
      arm.add(numbers, coins);
      statistics.clear();
      statistics.addPage(new float[] {1, 2 - u % 3, 1.5f}, null, new byte[] {0, 1, 0}, 0, 3);
      statistics.copyTo(numbers, 0);
      baseline.add(numbers, coins);
    }
    Metric metric = suite.metric("gauc");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    double sum = 0;
    long before = 0;
    for (int test = 0; test < 200; test++) {
      if (test == 100) { // the first half is warm-up
        before = threads.getThreadAllocatedBytes(thread);
      }
      sum += PairedTest.signFlip(metric, arm, baseline).p();
    }
    assertThat(sum).isPositive();
    return threads.getThreadAllocatedBytes(thread) - before;
  }

  private void users() {
    for (int u = 0; u < USERS; u++) {
      bootstrap.fill(u, weights);
      statistics.clear();
      for (int i = 0; i < scores.length; i++) {
        scores[i] = random.nextInt(40);
        probabilities[i] = random.nextInt(100) / 100.;
        labels[i] = (byte) random.nextInt(2);
        information[i] = random.nextInt(20);
        items[i] = random.nextInt(100);
        decisions.add(i, labels[i], (1 + items[i]) / 100., probabilities[i], .5, .5);
        pairs.add(rows++ / 3, labels[i] > 0, weights);
      }
      decisions.endCluster(weights);
      statistics.addPage(scores, probabilities, labels, information, 0, 20);
      statistics.addPage(scores, probabilities, labels, information, 20, 60);
      exposure.addPage(scores, items, 0, 20);
      exposure.addPage(scores, items, 20, 60);
      exposure.endUser();
      for (int l = 0; l < exact.length; l++) {
        exact[l] = random.nextInt(300);
      }
      for (int k = 0; k < kept.length; k++) {
        kept[k] = 10 * k + random.nextInt(10);
      }
      recall.truth(exact, 0, exact.length);
      recall.measure(kept, 0, kept.length, found, 0);
      statistics.addFidelity(
          found,
          0,
          .5,
          OutputError.cosine(exact, 0, exact, 100, 64),
          OutputError.relativeL2(exact, 0, exact, 100, 64));
      statistics.copyTo(numbers, 0);
      cell.add(numbers, weights);
    }
  }
}
