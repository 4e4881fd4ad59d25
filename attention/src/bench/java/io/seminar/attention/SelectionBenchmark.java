package io.seminar.attention;

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
import org.openjdk.jmh.annotations.Warmup;

/** Top-K of one target's scores. With {@code -jvmArgsAppend -Dseminar.kernels=scalar}: plain Java. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SelectionBenchmark {

  private static final int SETS = 64;

  @Param({"2000", "10000", "100000"})
  public int length;

  @Param({"50", "200"})
  public int k;

  private float[][] sets;
  private TopK topK;
  private int[] out;
  private int next;

  @Setup(Level.Trial)
  public void fill() {
    Random random = new Random(1);
    // Many sets, or the branch predictor learns one by heart.
    sets = new float[SETS][];
    for (int i = 0; i < SETS; i++) {
      sets[i] = Samples.gaussian(random, length);
    }
    topK = new TopK(k);
    out = new int[k];
  }

  @Benchmark
  public int[] select() {
    next = (next + 1) % SETS;
    topK.select(sets[next], 0, length, k, out, 0);
    return out;
  }
}
