package io.seminar.attention.retrieval;

import io.seminar.attention.Samples;
import java.util.Arrays;
import java.util.Random;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The exact top 50 of a page: all scores, bounds that prove it, bounds at a stated confidence; and
 * RaBitQ's estimates without any of that. Keys and queries are Gaussian with the variances of their
 * principal directions falling as {@code 1, 2^-decay, 3^-decay, …}. A call asks another page.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class CertifiedBenchmark {

  private static final int KEEP = 50;
  private static final int PAGES = 8;

  @Param({"exact", "certified", "certified-99", "rabitq@1", "rabitq@4"})
  public String arm;

  @Param({"1", "32"})
  public int b;

  @Param({"10000", "100000"})
  public int length;

  @Param({"16", "64"})
  public int dimension;

  @Param({"0", "1"})
  public double decay;

  private KeyHistory history;
  private Retrieval retrieval;
  private float[][][] pages;
  private int page;
  private final Kept kept = new Kept(1, KEEP);
  private final Cost cost = new Cost(false);

  @Setup(Level.Trial)
  public void open() {
    Random random = new Random(1);
    float[] directions = Samples.gaussian(random, dimension * dimension);
    history =
        new KeyHistory(
            new float[][] {spread(random, length, directions)}, dimension, length);
    pages = new float[PAGES][][];
    for (int p = 0; p < PAGES; p++) {
      pages[p] = new float[][] {spread(random, b, directions)};
    }
    retrieval =
        switch (arm) {
          case "exact" -> new ExactRetrieval(KEEP);
          case "certified" -> new CertifiedRetrieval(CertifiedOptions.proven(7), KEEP);
          case "certified-99" ->
              new CertifiedRetrieval(new CertifiedOptions(0.99, 4, 7), KEEP);
          default ->
              new RabitqRetrieval(Integer.parseInt(arm.substring(arm.indexOf('@') + 1)), KEEP, 7);
        };
    retrieval.open(history);
  }

  private float[] spread(Random random, int n, float[] directions) {
    float[] vectors = new float[n * dimension];
    float[] x = new float[dimension];
    for (int i = 0; i < n; i++) {
      Arrays.fill(x, 0);
      for (int p = 0; p < dimension; p++) {
        float along = (float) (random.nextGaussian() * Math.pow(p + 1, -decay / 2));
        for (int d = 0; d < dimension; d++) {
          x[d] += along * directions[p * dimension + d];
        }
      }
      System.arraycopy(x, 0, vectors, i * dimension, dimension);
    }
    return vectors;
  }

  /** A page of targets. */
  @Benchmark
  public Kept retrieve() {
    page = (page + 1) % PAGES;
    history.ask(pages[page], b, length);
    retrieval.retrieve(history, kept, cost);
    return kept;
  }

  /** Says what was read and scored exactly. */
  @TearDown(Level.Trial)
  public void report() {
    System.out.printf(
        "%s: a behaviour and target %.1f bytes read, %.4f scored exactly%n",
        arm,
        (double) cost.bytesRead() / cost.scanned(),
        (double) cost.reranked() / cost.scanned());
  }
}
