package io.seminar.attention;

import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.similarity.ScoreFunction;
import io.github.jbellis.jvector.pq.PQVectors;
import io.github.jbellis.jvector.pq.ProductQuantization;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import io.seminar.attention.quantization.MultiModalCodebook;
import io.seminar.attention.quantization.MultiModalCodebook.Field;
import io.seminar.attention.quantization.MultiModalCodebook.Source;
import io.seminar.attention.quantization.ProductQuantizer;
import io.seminar.attention.quantization.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.util.VectorUtil;
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
 * Scores of 32 targets against a history by our kernels, beside what others offer in the same JVM:
 * PyTorch through DJL, JVector's product quantisation, Lucene's inner products of floats, bytes and
 * half bytes. One thread a side; d = 64. All of a call: 32 x L scores.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PeersBenchmark {

  private static final int B = 32;
  private static final int D = 64;
  private static final int K = 50;

  /** Bytes of a behaviour's code. */
  private static final int BYTES = 16;

  private static final int TRAINED = 2_000;

  @Param({"10000", "100000"})
  public int length;

  private float[] targets;
  private float[] rows;
  private float[] scores;
  private int[] kept;
  private float[] keptScores;
  private ExactTopK exactTopK;
  private Torch torch;

  private float[][] targetVectors;
  private float[][] rowVectors;
  private byte[][] targetBytes;
  private byte[][] rowBytes;
  private byte[][] rowHalfBytes;

  private float[] tables8;
  private byte[] codes8;
  private MultiModalCodebook codebook8;
  private final List<ScoreFunction.ApproximateScoreFunction> jvector = new ArrayList<>();

  private FastTopK fast16;
  private byte[] blocks16;
  private FastTopK fast8;
  private byte[] blocks8;

  @Setup(Level.Trial)
  public void fill() {
    Random random = new Random(1);
    targets = Samples.gaussian(random, B * D);
    rows = Samples.gaussian(random, length * D);
    scores = new float[B * FastScan.padded(length)];
    kept = new int[K];
    keptScores = new float[K];
    exactTopK = new ExactTopK(B, K);
    torch = new Torch(targets, B, rows, length, D);
    targetVectors = split(targets, B);
    rowVectors = split(rows, length);
    targetBytes = bytes(targetVectors, 127);
    rowBytes = bytes(rowVectors, 127);
    rowHalfBytes = packed(bytes(rowVectors, 7));
    lookUps(BYTES);
    jvector();
    fast16 = fast(2 * BYTES);
    blocks16 = blocks(random, 2 * BYTES);
    fast8 = fast(BYTES);
    blocks8 = blocks(random, BYTES);
  }

  private static float[][] split(float[] values, int n) {
    float[][] vectors = new float[n][D];
    for (int i = 0; i < n; i++) {
      System.arraycopy(values, i * D, vectors[i], 0, D);
    }
    return vectors;
  }

  private static byte[][] bytes(float[][] vectors, int most) {
    byte[][] bytes = new byte[vectors.length][D];
    for (int i = 0; i < vectors.length; i++) {
      for (int d = 0; d < D; d++) {
        bytes[i][d] = (byte) Math.max(0, Math.min(most, (vectors[i][d] + 3) / 6 * most));
      }
    }
    return bytes;
  }

  private static byte[][] packed(byte[][] halfBytes) {
    byte[][] packed = new byte[halfBytes.length][D / 2];
    for (int i = 0; i < packed.length; i++) {
      for (int d = 0; d < D / 2; d++) {
        packed[i][d] = (byte) (halfBytes[i][d] << 4 | halfBytes[i][D / 2 + d]);
      }
    }
    return packed;
  }

  private void lookUps(int bytes) {
    ProductQuantizer quantizer =
        ProductQuantizer.train(
            rows, TRAINED, D, TrainingOptions.of(bytes, 1).withIterations(4));
    codebook8 = new MultiModalCodebook(List.of(new Field("row", Source.ITEM, 1, quantizer)));
    tables8 = new float[B * codebook8.tableLength()];
    codes8 = new byte[length * bytes];
    for (int i = 0; i < B; i++) {
      codebook8.asymmetricTables(targets, i * D, tables8, i * codebook8.tableLength());
    }
    for (int l = 0; l < length; l++) {
      codebook8.encode(rows, l * D, null, codes8, l * bytes);
    }
  }

  private void jvector() {
    VectorTypeSupport types = VectorizationProvider.getInstance().getVectorTypeSupport();
    List<VectorFloat<?>> vectors = new ArrayList<>();
    for (float[] row : rowVectors) {
      vectors.add(types.createFloatVector(row));
    }
    ProductQuantization quantization =
        ProductQuantization.compute(
            new ListRandomAccessVectorValues(vectors.subList(0, TRAINED), D), BYTES, 256, false);
    PQVectors encoded =
        quantization.encodeAll(
            new ListRandomAccessVectorValues(vectors, D), ForkJoinPool.commonPool());
    for (float[] target : targetVectors) {
      jvector.add(
          encoded.precomputedScoreFunctionFor(
              types.createFloatVector(target), VectorSimilarityFunction.DOT_PRODUCT));
    }
  }

  private FastTopK fast(int subcodes) {
    Random random = new Random(2);
    FastTopK fast = new FastTopK(subcodes, B, 2 * K);
    for (int i = 0; i < B; i++) {
      fast.tables().set(i, Samples.gaussian(random, subcodes * FastScan.SLOTS), 0);
    }
    return fast;
  }

  private byte[] blocks(Random random, int subcodes) {
    byte[] blocks = new byte[FastScan.bytes(length, subcodes)];
    random.nextBytes(blocks);
    return blocks;
  }

  @TearDown(Level.Trial)
  public void close() {
    torch.close();
  }

  @Benchmark
  public float[] exact() {
    AttentionKernels.scores(targets, B, rows, length, D, scores, length);
    return scores;
  }

  @Benchmark
  public int[] exactTopK() {
    exactTopK.search(targets, B, rows, length, D, K);
    for (int i = 0; i < B; i++) {
      exactTopK.take(i, kept, 0, keptScores, 0);
    }
    return kept;
  }

  @Benchmark
  public void torchMatmul() {
    torch.scores().close();
  }

  @Benchmark
  public void torchMatmulTopK() {
    // Nothing is read: on the CPU the work is done when the call returns.
    torch.top(K).close();
  }

  @Benchmark
  public float[] luceneDotProduct() {
    for (int i = 0; i < B; i++) {
      for (int l = 0; l < length; l++) {
        scores[i * length + l] = VectorUtil.dotProduct(targetVectors[i], rowVectors[l]);
      }
    }
    return scores;
  }

  @Benchmark
  public float[] luceneInt7DotProduct() {
    for (int i = 0; i < B; i++) {
      for (int l = 0; l < length; l++) {
        scores[i * length + l] = VectorUtil.dotProduct(targetBytes[i], rowBytes[l]);
      }
    }
    return scores;
  }

  @Benchmark
  public float[] luceneInt4DotProduct() {
    for (int i = 0; i < B; i++) {
      for (int l = 0; l < length; l++) {
        scores[i * length + l] = VectorUtil.int4DotProductPacked(targetBytes[i], rowHalfBytes[l]);
      }
    }
    return scores;
  }

  @Benchmark
  public float[] pq8Bit16Bytes() {
    for (int i = 0; i < B; i++) {
      codebook8.scores(
          tables8, i * codebook8.tableLength(), codes8, length, null, scores, i * length);
    }
    return scores;
  }

  @Benchmark
  public float[] jvectorPq8Bit16Bytes() {
    for (int i = 0; i < B; i++) {
      ScoreFunction.ApproximateScoreFunction function = jvector.get(i);
      for (int l = 0; l < length; l++) {
        scores[i * length + l] = function.similarityTo(l);
      }
    }
    return scores;
  }

  @Benchmark
  public float[] fastScan16Bytes() {
    fast16.tables().scores(blocks16, length, B, scores, FastScan.padded(length));
    return scores;
  }

  @Benchmark
  public float[] fastScan8Bytes() {
    fast8.tables().scores(blocks8, length, B, scores, FastScan.padded(length));
    return scores;
  }

  @Benchmark
  public int[] fastTopK16Bytes() {
    return fastTopK(fast16, blocks16);
  }

  @Benchmark
  public int[] fastTopK8Bytes() {
    return fastTopK(fast8, blocks8);
  }

  private int[] fastTopK(FastTopK fast, byte[] blocks) {
    for (int b = 0; b < B; b += FastTopK.GROUP) {
      fast.search(blocks, length, b, FastTopK.GROUP, K);
      for (int i = 0; i < FastTopK.GROUP; i++) {
        fast.take(i, kept, 0);
      }
    }
    return kept;
  }
}
