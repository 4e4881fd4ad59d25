package io.seminar.attention;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.seminar.attention.quantization.MultiModalCodebook;
import io.seminar.attention.quantization.ProductQuantizer;
import io.seminar.attention.quantization.Quantizer;
import io.seminar.attention.quantization.ResidualQuantizer;
import io.seminar.attention.quantization.RotatedQuantizer;
import io.seminar.attention.quantization.TrainingOptions;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What runs for every behaviour allocates nothing once it is compiled. Measured as bytes that this
 * thread allocates over many calls, until a round comes out at zero; a loop that allocates never
 * does.
 */
class AllocationTest {

  private static final int CALLS = 50;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private static final int B = 9;
  private static final int LENGTH = 700;
  private static final int D = 70;
  private static final int K = 50;

  private final Random random = new Random(3);
  private final float[] targets = Samples.gaussian(random, B * D);
  private final float[] rows = Samples.gaussian(random, LENGTH * D);
  private final float[] scores = Samples.gaussian(random, B * LENGTH);
  private final float[] out = new float[B * D];
  private final double[] logSumExp = new double[B];
  private final int[] kept = new int[K];

  @Test
  void scores() {
    assertNoAllocation(() -> AttentionKernels.scores(targets, B, rows, LENGTH, D, scores, LENGTH));
    assertNoAllocation(() -> AttentionKernels.scores(targets, 1, rows, LENGTH, D, scores, LENGTH));
  }

  @Test
  void topK() {
    TopK topK = new TopK(K);
    float[] equal = new float[LENGTH];
    assertNoAllocation(() -> topK.select(scores, 0, LENGTH, K, kept, 0));
    assertNoAllocation(() -> topK.select(equal, 0, LENGTH, K, kept, 0));
  }

  @Test
  void rowsChosen() {
    BestRows best = new BestRows(K);
    int[] chosen = random.ints(LENGTH / 2, 0, LENGTH).toArray();
    assertNoAllocation(
        () -> {
          AttentionKernels.scoresOf(targets, D, rows, chosen, chosen.length, D, scores, 0);
          best.start(K);
          for (int i = 0; i < chosen.length; i++) {
            best.offer(scores[i], i);
          }
          best.take(kept, 0);
        });
  }

  @Test
  void fastTopK() {
    byte[] blocks = new byte[FastScan.bytes(LENGTH, 6)];
    random.nextBytes(blocks);
    float[] tables = Samples.gaussian(random, 6 * FastScan.SLOTS);
    FastTopK search = new FastTopK(6, B, K);
    int[] candidates = new int[FastTopK.mostCandidates(K)];
    assertNoAllocation(
        () -> {
          for (int i = 0; i < B; i++) {
            search.tables().set(i, tables, 0);
          }
          search.search(blocks, LENGTH, 0, FastTopK.GROUP, K);
          search.candidates(0, candidates);
          search.take(0, kept, 0);
          search.tables().scores(blocks, LENGTH, 1, scores, FastScan.padded(LENGTH));
        });
  }

  @Test
  void exactTopK() {
    float[] keptScores = new float[K];
    ExactTopK search = new ExactTopK(B, K);
    assertNoAllocation(
        () -> {
          search.search(targets, B, rows, LENGTH, D, K);
          for (int i = 0; i < B; i++) {
            search.take(i, kept, 0, keptScores, 0);
          }
        });
  }

  @Test
  void nibbles() {
    NibbleScan scan = new NibbleScan(D, B);
    byte[] blocks = new byte[FastScan.bytes(LENGTH, D)];
    random.nextBytes(blocks);
    int stride = FastScan.padded(LENGTH);
    float[] sums = new float[B * stride];
    for (int i = 0; i < B; i++) {
      scan.set(i, targets, i * D);
    }
    // Several numbers of targets, whose paths are compiled together.
    assertNoAllocation(() -> scan.scores(blocks, 0, LENGTH, 0, 1, sums, 0, stride));
    assertNoAllocation(() -> scan.scores(blocks, 0, LENGTH, 0, B, sums, 0, stride));
    assertNoAllocation(() -> scan.scores(blocks, 0, LENGTH, 0, 2, sums, 0, stride));
    assertNoAllocation(() -> scan.set(0, targets, 0));
  }

  @Test
  void boundsOfRows() {
    short[] weights = new short[D + D % 2];
    byte[] codes = new byte[LENGTH * D];
    random.nextBytes(codes);
    int[] chosen = random.ints(LENGTH / 2, 0, LENGTH).toArray();
    int[] sums = new int[chosen.length];
    int[] marks = new int[LENGTH / 32 + 1];
    int[] reaching = new int[LENGTH];
    float[] fitted = scores.clone();
    assertNoAllocation(
        () -> {
          AttentionKernels.byteSums(weights, codes, D, chosen, chosen.length, sums);
          AttentionKernels.fit(fitted, 0, LENGTH, scores, rows, 0, 0.1f, 0.5f, 0.1f);
          AttentionKernels.fit(fitted, 0, LENGTH, scores, null, 0, 0.1f, 0.5f, 0);
          AttentionKernels.add(rows, 0, LENGTH, fitted, 0);
          AttentionKernels.rowsReaching(scores, 0, LENGTH, 1, marks, reaching);
        });
  }

  @Test
  void attention() {
    new TopK(K).select(scores, 0, LENGTH, K, kept, 0);
    assertNoAllocation(
        () -> AttentionKernels.attendAll(scores, B, LENGTH, LENGTH, 0.1f, rows, D, out, logSumExp));
    assertNoAllocation(
        () -> AttentionKernels.attendKept(scores, 0, kept, K, 0.1f, rows, D, out, 0));
    assertNoAllocation(() -> AttentionKernels.massKept(scores, 0, kept, K, 0.1f, logSumExp[0]));
  }

  @Test
  void quantisedScores() {
    for (int centroids : new int[] {16, 256}) {
      for (int width : new int[] {8, 16, 21, 32, 64}) {
        TrainingOptions options = TrainingOptions.of(width, 1).withCentroids(centroids);
        quantised(ProductQuantizer.train(rows, 50, D, options));
      }
      TrainingOptions options = TrainingOptions.of(21, 1).withCentroids(centroids);
      quantised(RotatedQuantizer.train(rows, 50, D, options));
      quantised(ProductQuantizer.train(rows, 50, D, options.withThreshold(0.4f)));
      quantised(ResidualQuantizer.train(rows, 50, D, options));
    }
  }

  private void quantised(Quantizer quantizer) {
    MultiModalCodebook codebook =
        new MultiModalCodebook(
            List.of(
                new MultiModalCodebook.Field(
                    "text", MultiModalCodebook.Source.ITEM, 1, quantizer)));
    int width = quantizer.subcodes();
    float[] tables = new float[codebook.tableLength()];
    byte[] codes = new byte[LENGTH * width];
    float[] decoded = new float[D];
    float[] scale = Samples.gaussian(random, LENGTH);
    assertNoAllocation(() -> codebook.encode(rows, 3 * D, null, codes, width));
    assertNoAllocation(() -> codebook.decode(codes, width, decoded, 0));
    assertNoAllocation(() -> codebook.asymmetricTables(targets, D, tables, 0));
    assertNoAllocation(() -> codebook.scores(tables, 0, codes, LENGTH, scale, scores, 0));
  }

  private static void assertNoAllocation(Runnable call) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long start = System.nanoTime();
    long bytes;
    do {
      long before = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < CALLS; i++) {
        call.run();
      }
      bytes = threads.getThreadAllocatedBytes(thread) - before;
    } while (bytes > 0 && System.nanoTime() - start < PATIENCE_NANOS);
    assertThat(bytes).as("bytes allocated by " + CALLS + " calls").isZero();
  }
}
