package io.seminar.attention.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.FastScan;
import io.seminar.attention.Samples;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Estimates and bounds against the scores that they are of. */
class RaBitQTest {

  private static final int TARGETS = 5;

  /** Estimates or bounds of all rows and targets, (B, padded). */
  private static float[] scan(
      RaBitQScan scan, RaBitQCodes codes, float[] queries, int count, int length, boolean bounds) {
    scan.prepare(codes, queries, count);
    int stride = FastScan.padded(length);
    float[] out = new float[count * stride];
    if (bounds) {
      scan.upperBounds(0, length, 0, count, out, 0, stride);
    } else {
      scan.estimates(0, length, 0, count, out, 0, stride);
    }
    return out;
  }

  @Test
  void estimatesAreUnbiasedOverRotations() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int dimension = 12;
    int length = 40;
    int draws = 1_500;
    float[] rows = Samples.gaussian(random, length * dimension);
    float[] query = Samples.gaussian(random, dimension);
    float[] exact = new float[length];
    AttentionKernels.scores(query, 1, rows, length, dimension, exact, length);
    for (int bits : new int[] {1, 2, 4}) {
      double[] sums = new double[length];
      double[] squares = new double[length];
      for (int i = 0; i < draws; i++) {
        RandomRotation rotation = new RandomRotation(dimension, seed + i);
        RaBitQCodes codes = new RaBitQCodes(rotation, bits, 0);
        codes.index(rows, length);
        float[] found = scan(new RaBitQScan(rotation, bits), codes, query, 1, length, false);
        for (int l = 0; l < length; l++) {
          double error = found[l] - exact[l];
          sums[l] += error;
          squares[l] += error * error;
        }
      }
      double largest = 0;
      for (int l = 0; l < length; l++) {
        // Standard error of the mean; the tables' own rounding is far below it.
        largest = Math.max(largest, Math.abs(sums[l]) / Math.sqrt(squares[l]));
      }
      // Largest of 40 standard normal values: above 4.7 once in 10,000 runs.
      assertThat(largest).as("seed " + seed + ", bits " + bits).isLessThan(4.7);
    }
  }

  @Test
  void boundsHoldAlwaysOrAsOftenAsStated() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int dimension = 24;
    int length = 60;
    double[] tails = {0, 0.02, 0.2};
    for (int bits : new int[] {1, 3, 4, 7}) {
      long[] above = new long[tails.length];
      long pairs = 0;
      for (int draw = 0; draw < 120; draw++) {
        float[] rows = Samples.gaussian(random, length * dimension);
        for (int i = 0; i < rows.length; i++) {
          rows[i] = rows[i] * (1 + i % dimension) + 3; // not round, not about zero
        }
        float[] queries = Samples.gaussian(random, TARGETS * dimension);
        float[] exact = new float[TARGETS * length];
        AttentionKernels.scores(queries, TARGETS, rows, length, dimension, exact, length);
        RandomRotation rotation = new RandomRotation(dimension, random.nextLong());
        RaBitQScan scan = new RaBitQScan(rotation, bits);
        pairs += exact.length;
        for (int c = 0; c < tails.length; c++) {
          RaBitQCodes codes = new RaBitQCodes(rotation, bits, tails[c]);
          codes.index(rows, length);
          float[] bounds = scan(scan, codes, queries, TARGETS, length, true);
          int stride = FastScan.padded(length);
          for (int i = 0; i < TARGETS; i++) {
            for (int l = 0; l < length; l++) {
              double bound = bounds[i * stride + l] + scan.slack(i);
              above[c] += exact[i * length + l] > bound ? 1 : 0;
            }
          }
        }
      }
      String what = "seed " + seed + ", bits " + bits;
      assertThat(above[0]).as(what).isZero();
      // Rows of a draw share its rotation, so the share scatters more than independent ones.
      assertThat((double) above[1] / pairs).as(what).isLessThan(0.024);
      assertThat((double) above[2] / pairs).as(what).isLessThan(0.21);
      if (bits == 1) {
        // And the bound is the law's, not merely some bound: the coarser, the less else is in it.
        assertThat((double) above[2] / pairs).as(what).isGreaterThan(0.14);
      }
    }
  }

  @Test
  void moreBitsAreBetterByWhatIsKnown() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int dimension = 96;
    int length = 1_000;
    float[] rows = Samples.gaussian(random, length * dimension);
    float[] query = Samples.gaussian(random, dimension);
    float[] exact = new float[length];
    AttentionKernels.scores(query, 1, rows, length, dimension, exact, length);
    RandomRotation rotation = new RandomRotation(dimension, 3);
    // Error of an estimate relative to ‖t‖ ‖x‖ / √D is tan of the angle to the code: from the
    // distortion of the best even levels for Gaussian values (Max, 1960), sqrt(d / (1 - d)).
    double[] distortion = {
      0, 0.3634, 0.1188, 0.03744, 0.01154, 0.003495, 0.00104, 0.000304, 8.8e-5
    };
    for (int bits = 1; bits <= 8; bits++) {
      RaBitQCodes codes = new RaBitQCodes(rotation, bits, 0);
      codes.index(rows, length);
      float[] found = scan(new RaBitQScan(rotation, bits), codes, query, 1, length, false);
      double square = 0;
      for (int l = 0; l < length; l++) {
        double error = found[l] - exact[l];
        square += error * error / length;
      }
      double expected =
          RotatedBlocks.norm(query, 0, dimension)
              * Math.sqrt(distortion[bits] / (1 - distortion[bits]));
      assertThat(Math.sqrt(square) / expected)
          .as("seed " + seed + ", bits " + bits)
          .isBetween(0.75, bits == 8 ? 1.6 : 1.25);
      assertThat(codes.bytesARow()).isEqualTo((dimension * bits + 7) / 8 + 8);
    }
  }

  @Test
  void whatHasNoBoundSaysSo() {
    RandomRotation rotation = new RandomRotation(8, 1);
    RaBitQCodes codes = new RaBitQCodes(rotation, 2, 0);
    RaBitQScan scan = new RaBitQScan(rotation, 2);
    float[] rows = Samples.gaussian(new Random(1), 80);
    codes.index(rows, 10);
    float[] queries = Samples.gaussian(new Random(2), 24);
    queries[3] = Float.NaN;
    queries[8] = 1e37f;
    scan.prepare(codes, queries, 3);
    assertThat(scan.slack(0)).isInfinite();
    assertThat(scan.slack(1)).isInfinite();
    assertThat(scan.slack(2)).isLessThan(1e-5);

    rows[17] = Float.POSITIVE_INFINITY;
    codes.index(rows, 10);
    assertThat(codes.usable()).isFalse();
    assertThatThrownBy(() -> scan.prepare(codes, queries, 1))
        .hasMessageContaining("rows that are not finite");
    RaBitQScan other = new RaBitQScan(rotation, 3);
    assertThatThrownBy(() -> other.prepare(codes, queries, 1)).hasMessageContaining("3 bits");
    assertThatThrownBy(() -> codes.index(rows, 11)).hasMessageContaining("rows has 80 elements");
  }

  @Test
  void bytesBoundEveryScore() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      int dimension = 1 + random.nextInt(150);
      int length = 1 + random.nextInt(100);
      float scale = (float) Math.pow(10, random.nextInt(41) - 20);
      float[] rows = Samples.gaussian(random, length * dimension);
      for (int i = 0; i < rows.length; i++) {
        rows[i] = scale * (rows[i] + 2);
      }
      float[] query = Samples.gaussian(random, dimension);
      float[] exact = new float[length];
      AttentionKernels.scores(query, 1, rows, length, dimension, exact, length);
      RandomRotation rotation = new RandomRotation(dimension, random.nextLong());
      RaBitQCodes codes = new RaBitQCodes(rotation, 4, 0);
      codes.index(rows, length);
      RaBitQScan scan = new RaBitQScan(rotation, 4);
      scan.prepare(codes, query, 1);
      ByteCodes bytes = new ByteCodes(rotation);
      bytes.index(rows, length);
      bytes.prepare(scan, 0);
      int[] candidates = new int[length];
      double spread = 0;
      for (int l = 0; l < length; l++) {
        spread = Math.max(spread, RotatedBlocks.norm(rows, l * dimension, dimension));
      }
      spread *= 0.1 * RotatedBlocks.norm(query, 0, dimension);
      int own = 0;
      int far = 0;
      for (int l = 0; l < length; l++) {
        candidates[0] = l;
        own += bytes.reaching(exact[l] - scan.slack(0), candidates, 1);
        far += bytes.reaching(exact[l] + spread, candidates, 1);
      }
      String what = "seed " + seed + ", D " + dimension + ", scale " + scale;
      assertThat(own).as(what).isEqualTo(length);
      assertThat(far).as(what).isZero();
    }
  }
}
