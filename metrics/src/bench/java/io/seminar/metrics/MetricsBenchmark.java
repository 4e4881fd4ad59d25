package io.seminar.metrics;

import io.seminar.metrics.fidelity.OutputError;
import io.seminar.metrics.fidelity.RetrievalRecall;
import io.seminar.metrics.inference.FixedPointSums;
import io.seminar.metrics.inference.Resampling;
import io.seminar.metrics.inference.UserWeights;
import io.seminar.metrics.ranking.Auc;
import io.seminar.metrics.ranking.AucAccumulator;
import io.seminar.metrics.ranking.Ranking;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the metrics cost a user, a page and an impression. Every case runs on prepared input in steady state; with {@code
 * -prof gc} it also says that nothing is allocated. Results: docs/benchmarks/metrics.md.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class MetricsBenchmark {
  private static final int STATISTICS = 25;
  private static final int REPLICATES = 400;
  private static final int INPUTS = 64; // different inputs in turn, so that branches are not learnt by heart

  private final long[][] weights = new long[INPUTS][REPLICATES];
  private final double[][] users = new double[INPUTS][STATISTICS];
  private final UserWeights bootstrap = new UserWeights(new Resampling(1, REPLICATES, 0, 0));
  private int next;

  private FixedPointSums sums;

  @Setup(Level.Iteration)
  public void newSums() {
    // A sum may reach 8.6e9: afresh now and then, as a run would have it.
    sums = new FixedPointSums(STATISTICS, 0, REPLICATES);
  }

  @Setup
  public void inputs() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < INPUTS; i++) {
      bootstrap.fill(random.nextLong(), weights[i]);
      for (int s = 0; s < STATISTICS; s++) {
        users[i][s] = random.nextDouble();
      }
    }
  }

  private int turn() {
    next = next + 1 & INPUTS - 1;
    return next;
  }

  /** One user's 25 statistics into 400 replicates. */
  @Benchmark
  public void sumsOfOneUser() {
    int i = turn();
    sums.add(users[i], 0, weights[i]);
  }

  /** One user's 400 weights from a hash. */
  @Benchmark
  public long[] weightsOfOneUser() {
    int i = turn();
    bootstrap.fill(i * 0x9E3779B97F4A7C15L, weights[i]);
    return weights[i];
  }

  /** Bootstrap, jackknife and sign flips together: 400 + 50 + 999 columns. */
  @State(Scope.Thread)
  public static class AllColumns {
    final Resampling resampling = new Resampling(1, REPLICATES, 50, 999);
    final UserWeights drawn = new UserWeights(resampling);
    final long[][] weights = new long[INPUTS][resampling.columns()];
    FixedPointSums sums;

    @Setup
    public void fill() {
      for (int i = 0; i < INPUTS; i++) {
        drawn.fill(i, weights[i]);
      }
    }

    @Setup(Level.Iteration)
    public void newSums() {
      sums = new FixedPointSums(STATISTICS, 0, resampling.columns());
    }
  }

  /** One user's 25 statistics into all columns. */
  @Benchmark
  public void sumsOfOneUserAllColumns(AllColumns in) {
    int i = turn();
    in.sums.add(users[i], 0, in.weights[i]);
  }

  /** One user's weights in all columns. */
  @Benchmark
  public long[] weightsOfOneUserAllColumns(AllColumns in) {
    int i = turn();
    in.drawn.fill(i * 0x9E3779B97F4A7C15L, in.weights[i]);
    return in.weights[i];
  }

  /** Two arms of 500 users and what is tested about them. */
  @State(Scope.Thread)
  public static class TwoArms {
    final MetricSuite suite = MetricSuite.of(new int[] {10, 50, 100}, new int[] {1, 5, 10});
    final Resampling resampling = new Resampling(1, 0, 0, 999);
    final CellAccumulator arm = new CellAccumulator(suite, resampling);
    final CellAccumulator baseline = new CellAccumulator(suite, resampling);
    final Metric metric = suite.metric("gauc");

    @Setup
    public void fill() {
      SplittableRandom random = new SplittableRandom(4);
      UserWeights drawn = new UserWeights(resampling);
      long[] coins = new long[resampling.columns()];
      UserStatistics statistics = suite.newUserStatistics();
      double[] out = new double[suite.statistics()];
      byte[] labels = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0};
      float[] scores = new float[labels.length];
      for (int u = 0; u < 500; u++) {
        drawn.fill(u, coins);
        for (CellAccumulator cell : new CellAccumulator[] {arm, baseline}) {
          for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) random.nextDouble();
          }
          statistics.clear();
          statistics.addPage(scores, null, labels, 0, labels.length);
          statistics.copyTo(out, 0);
          cell.add(out, coins);
        }
      }
    }
  }

  /** One metric of two arms under 999 sign flips. */
  @Benchmark
  public double signFlipTest(TwoArms in) {
    return PairedTest.signFlip(in.metric, in.arm, in.baseline).p();
  }

  /** Impressions of a user or page. */
  @State(Scope.Thread)
  public static class Impressions {
    @Param({"20", "60", "200"})
    int impressions;

    final float[][] scores = new float[INPUTS][];
    final double[][] probabilities = new double[INPUTS][];
    final byte[][] labels = new byte[INPUTS][];
    final Ranking ranking = new Ranking();
    final MetricSuite suite = MetricSuite.of(new int[] {10, 50, 100}, new int[] {1, 5, 10});
    final UserStatistics statistics = suite.newUserStatistics();
    final double[] out = new double[suite.statistics()];
    final float[] recall = {1, .5f, .25f};

    @Setup
    public void fill() {
      SplittableRandom random = new SplittableRandom(2);
      for (int i = 0; i < INPUTS; i++) {
        scores[i] = new float[impressions];
        probabilities[i] = new double[impressions];
        labels[i] = new byte[impressions];
        for (int j = 0; j < impressions; j++) {
          scores[i][j] = (float) random.nextDouble();
          probabilities[i][j] = scores[i][j];
          labels[i][j] = (byte) (random.nextInt(10) == 0 ? 1 : 0);
        }
        labels[i][0] = 1;
      }
    }
  }

  /** AUC of one user: sort and count. */
  @Benchmark
  public double userAuc(Impressions in) {
    int i = turn();
    return Auc.of(in.ranking.load(in.scores[i], in.labels[i], 0, in.impressions));
  }

  /** Everything about a user whose impressions are one page: page metrics, log loss, AUC, fidelity of each impression. */
  @Benchmark
  public double[] userStatistics(Impressions in) {
    int i = turn();
    in.statistics.clear();
    in.statistics.addPage(in.scores[i], in.probabilities[i], in.labels[i], 0, in.impressions);
    for (int j = 0; j < in.impressions; j++) {
      in.statistics.addFidelity(in.recall, 0, .9, .95, .1);
    }
    in.statistics.copyTo(in.out, 0);
    return in.out;
  }

  /** A stream sorted by score; each invocation is one row. */
  @State(Scope.Thread)
  public static class Stream {
    @Param({"1", "4"})
    int rowsOfOneScore;

    AucAccumulator pairs;
    int row;

    @Setup(Level.Iteration)
    public void begin() {
      pairs = new AucAccumulator(REPLICATES);
      row = 0;
    }
  }

  /** One row of the global AUC in 400 replicates; every eighth is a click. */
  @Benchmark
  public void aucRow(Stream in) {
    int i = turn();
    // Scores are small integers, which float32 holds exactly up to 2^24: far more rows than an iteration has.
    in.pairs.add(in.row++ / in.rowsOfOneScore, (i & 7) == 0, weights[i]);
  }

  /** Retrieval of one target: a history of 2,000, 50 kept, three cut-offs. */
  @State(Scope.Thread)
  public static class Retrieval {
    final float[] exact = new float[2000];
    final int[] kept = new int[50];
    final int[] top = new int[50];
    final RetrievalRecall recall = new RetrievalRecall(10, 20, 50);
    final float[] found = new float[3];
    final float[] output = new float[256];
    final float[] approximate = new float[256];

    @Setup
    public void fill() {
      SplittableRandom random = new SplittableRandom(3);
      for (int l = 0; l < exact.length; l++) {
        exact[l] = (float) random.nextDouble();
      }
      for (int k = 0; k < kept.length; k++) {
        kept[k] = 40 * k;
        top[k] = 40 * k + 1;
        exact[top[k]] = 2 - k / 100f;
      }
      for (int d = 0; d < output.length; d++) {
        output[d] = (float) random.nextDouble();
        approximate[d] = output[d] + .01f * (float) random.nextDouble();
      }
    }
  }

  /** The exact scores are searched for the K-th. */
  @Benchmark
  public float recallWithSearch(Retrieval in) {
    in.recall.truth(in.exact, 0, in.exact.length);
    in.recall.measure(in.kept, 0, in.kept.length, in.found, 0);
    return in.found[0];
  }

  /** The caller has the exact top-K already. */
  @Benchmark
  public float recallWithKnownTop(Retrieval in) {
    in.recall.truth(in.exact, 0, in.exact.length, in.top, 0, in.top.length);
    in.recall.measure(in.kept, 0, in.kept.length, in.found, 0);
    return in.found[0];
  }

  /** Cosine and relative L2 of outputs with 256 numbers. */
  @Benchmark
  public double outputError(Retrieval in) {
    return OutputError.cosine(in.output, 0, in.approximate, 0, in.output.length)
        + OutputError.relativeL2(in.output, 0, in.approximate, 0, in.output.length);
  }
}
