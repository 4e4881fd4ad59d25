package io.seminar.attention;

import ai.djl.ndarray.NDArray;
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
 * Exact attention: scores of {@code B} targets against {@code L} rows, and full attention from ready
 * scores; by our kernels, vector and scalar, and by PyTorch on one thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AttentionBenchmark {

  private static final int K = 50;

  @Param({"1", "8", "32"})
  public int b;

  @Param({"2000", "10000", "100000"})
  public int length;

  @Param({"64", "256"})
  public int dimension;

  private final Kernels scalar = new ScalarKernels();
  private final Kernels vector = AttentionKernels.choose("vector");
  private final TopK topK = new TopK(K);
  private float[] targets;
  private float[] rows;
  private float[] scores;
  private float[] out;
  private double[] logSumExp;
  private int[] kept;
  private Torch torch;
  private NDArray torchScores;

  @Setup(Level.Trial)
  public void fill() {
    Random random = new Random(1);
    targets = Samples.gaussian(random, b * dimension);
    rows = Samples.gaussian(random, length * dimension);
    scores = new float[b * length];
    out = new float[b * dimension];
    logSumExp = new double[b];
    kept = new int[b * K];
    AttentionKernels.scores(targets, b, rows, length, dimension, scores, length);
    torch = new Torch(targets, b, rows, length, dimension);
    torchScores = torch.scores();
  }

  @TearDown(Level.Trial)
  public void close() {
    torch.close();
  }

  @Benchmark
  public float[] scoresVector() {
    vector.scores(targets, b, rows, 0, length, dimension, scores, length);
    return scores;
  }

  @Benchmark
  public float[] scoresScalar() {
    scalar.scores(targets, b, rows, 0, length, dimension, scores, length);
    return scores;
  }

  @Benchmark
  public void scoresTorch() {
    torch.scores().close();
  }

  @Benchmark
  public int[] scoresAndTopKVector() {
    vector.scores(targets, b, rows, 0, length, dimension, scores, length);
    for (int i = 0; i < b; i++) {
      topK.select(scores, i * length, length, K, kept, i * K);
    }
    return kept;
  }

  @Benchmark
  public void scoresAndTopKTorch() {
    // Nothing is read: on the CPU the work is done when the call returns.
    torch.top(K).close();
  }

  @Benchmark
  public float[] attendAllVector() {
    AttentionKernels.attendAll(
        scores, b, length, length, 1, rows, dimension, out, logSumExp);
    return out;
  }

  @Benchmark
  public void attendAllTorch() {
    torch.attend(torchScores, 1).close();
  }
}
