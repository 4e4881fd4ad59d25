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

/** Every kernel, on vectors and in plain Java: the same bits at which price. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KernelsBenchmark {

  private static final int L = 10_000;
  private static final int D = 64;
  private static final int B = 32;
  private static final int K = 50;
  private static final int PAIRS = 8;
  private static final int GROUPS = 128;

  @Param({"vector", "scalar"})
  public String implementation;

  private Kernels kernels;
  private float[] targets;
  private float[] rows;
  private float[] scores;
  private float[] weights;
  private float[] out;
  private final float[] maxima = new float[GROUPS];
  private final short[] sumMaxima = new short[GROUPS];
  private final int[] indices = new int[L + 1];
  private final float[] found = new float[L + 1];
  private final int[] ranks = new int[200];
  private int[] chosen;
  private byte[] codes;
  private byte[] tables;
  private float[] affine;
  private short[] sums;
  private int blocks;
  private byte[] nibbles;
  private byte[] bytes; // (L, D)
  private short[] nibbleWeights;
  private short[] byteWeights;

  @Setup(Level.Trial)
  public void fill() {
    Random random = new Random(1);
    kernels = AttentionKernels.choose(implementation);
    targets = Samples.gaussian(random, B * D);
    rows = Samples.gaussian(random, L * D);
    scores = Samples.gaussian(random, B * (L + FastScan.BLOCK));
    weights = Samples.gaussian(random, B * 512);
    out = new float[B * D];
    chosen = random.ints(200, 0, L).toArray();
    blocks = FastScan.padded(L) / FastScan.BLOCK;
    codes = new byte[FastScan.bytes(L, 2 * PAIRS)];
    random.nextBytes(codes);
    tables = new byte[FastScan.GROUP * 2 * PAIRS * FastScan.SLOTS + FastScan.MARGIN];
    for (int i = 0; i < tables.length; i++) {
      tables[i] = (byte) random.nextInt(128);
    }
    affine = Samples.gaussian(random, 2 * FastScan.GROUP);
    nibbles = new byte[FastScan.bytes(L, D)];
    random.nextBytes(nibbles);
    bytes = new byte[L * D];
    random.nextBytes(bytes);
    nibbleWeights = new short[4 * (D + 1)];
    for (int i = 0; i < nibbleWeights.length; i++) {
      nibbleWeights[i] = (short) (random.nextInt(129) - 64);
    }
    byteWeights = new short[D];
    for (int i = 0; i < D; i++) {
      byteWeights[i] = (short) (random.nextInt(255) - 127);
    }
    sums = new short[FastScan.GROUP * (blocks + 1) * FastScan.BLOCK];
    fastSums();
  }

  /** 32 targets, d = 64. */
  @Benchmark
  public float[] scores() {
    kernels.scores(targets, B, rows, 0, L, D, scores, L);
    return scores;
  }

  /** One target, 200 rows chosen at random. */
  @Benchmark
  public float[] scoresOf() {
    kernels.scoresOf(targets, 0, rows, chosen, chosen.length, D, found, 0);
    return found;
  }

  /** One target. */
  @Benchmark
  public float[] exponentials() {
    kernels.exponentials(scores, 0, 512, 4, 1, weights, 0);
    return weights;
  }

  /** 32 targets, 128 rows. */
  @Benchmark
  public float[] accumulate() {
    kernels.accumulate(weights, 512, B, rows, 0, 128, D, out);
    return out;
  }

  /** One target, 50 rows. */
  @Benchmark
  public float[] accumulateKept() {
    kernels.accumulateKept(weights, chosen, K, rows, D, out, 0);
    return out;
  }

  /** One target. */
  @Benchmark
  public float[] groupMaxima() {
    kernels.groupMaxima(scores, 0, L, maxima, GROUPS);
    return maxima;
  }

  /** One target, about 60 scores reach the threshold. */
  @Benchmark
  public int appendNotBelow() {
    return kernels.appendNotBelow(scores, 0, 0, L, 2.5f, 0, indices, found, 0);
  }

  /** 128 values. */
  @Benchmark
  public int countNotBelow() {
    return kernels.countNotBelow(scores, GROUPS, 1);
  }

  /** 50 values. */
  @Benchmark
  public int[] ranks() {
    kernels.ranks(scores, K, ranks);
    return ranks;
  }

  /** Four targets, 16 sub-codes. */
  @Benchmark
  public float[] fastScan() {
    kernels.fastScan(
        codes, 0, blocks, PAIRS, tables, 0, affine, 0, FastScan.GROUP, scores, 0, L + 64);
    return scores;
  }

  /** The same without scores. */
  @Benchmark
  public short[] fastSums() {
    kernels.fastSums(
        codes, 0, blocks, PAIRS, tables, 0, FastScan.GROUP, sums, 0, (blocks + 1) * 64);
    return sums;
  }

  /** One target. */
  @Benchmark
  public short[] sumMaxima() {
    kernels.groupMaxima(sums, 0, blocks * FastScan.BLOCK, sumMaxima, GROUPS);
    return sumMaxima;
  }

  /** One target, few sums reach the threshold. */
  @Benchmark
  public int appendSums() {
    return kernels.appendNotBelow(sums, 0, L & -128, (short) 1_360, 0, indices, found, 0);
  }

  /** 10,000 behaviours of 64 sub-codes against four targets, by multiplication. */
  @Benchmark
  public float[] nibbleScan() {
    kernels.nibbleScan(
        nibbles, 0, blocks, D / 2, nibbleWeights, 0, affine, 0, 4, scores, 0, L + FastScan.BLOCK);
    return scores;
  }

  /** 200 rows of 64 bytes here and there. */
  @Benchmark
  public int[] byteSums() {
    kernels.byteSums(byteWeights, bytes, D, chosen, 200, indices);
    return indices;
  }

  /** 10,000 scores to upper bounds. */
  @Benchmark
  public float[] fit() {
    kernels.fit(scores, 0, L, rows, rows, 1, 1e-3f, 0, 1e-3f);
    return scores;
  }

  /** 10,000 scores added to others. */
  @Benchmark
  public float[] add() {
    kernels.add(rows, 0, L, scores, L);
    return scores;
  }

  /** 10,000 scores, of which one in twenty reaches. */
  @Benchmark
  public int[] mark() {
    kernels.mark(rows, 0, L, 1.64f, indices);
    return indices;
  }
}
