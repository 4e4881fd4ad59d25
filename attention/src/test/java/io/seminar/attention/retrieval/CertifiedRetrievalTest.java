package io.seminar.attention.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.Samples;
import io.seminar.attention.TopK;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The certified top-K is the exact one, and little is read for it. */
class CertifiedRetrievalTest {

  /** Requests of the test of proven results; a longer run: {@code -Dseminar.certified=1000000}. */
  private static final int REQUESTS = Integer.getInteger("seminar.certified", 100_000);

  private static final List<Cost.Stage> STAGES =
      List.of(Cost.Stage.PREPARE, Cost.Stage.SCAN, Cost.Stage.SELECT, Cost.Stage.RERANK);

  /** The exact arm, as an oracle. */
  private static final class Oracle {
    final TopK topK = new TopK(2_000);
    float[] scores = new float[0];
    final int[] rows = new int[2_000];

    /** Scores all rows for all targets. */
    void score(float[] queries, int count, float[] keys, int size, int length) {
      if (scores.length < count * length) {
        scores = new float[count * length];
      }
      AttentionKernels.scores(queries, count, keys, length, size, scores, length);
    }

    /** Fills {@link #rows} for a target. */
    int select(int target, int length, int k) {
      return topK.select(scores, target * length, length, k, rows, 0);
    }
  }

  /** Keys of many kinds, most of them meant to break a bound. */
  private static float[] keys(Random random, int kind, int length, int size) {
    float[] keys = Samples.gaussian(random, length * size);
    for (int l = 0; l < length; l++) {
      for (int d = 0; d < size; d++) {
        int i = l * size + d;
        switch (kind) {
          case 1: // all the same
            keys[i] = keys[d];
            break;
          case 2: // seven different rows
            keys[i] = keys[l < 7 ? i : l % 7 * size + d];
            break;
          case 3: // one dominant row
            keys[i] *= l == length / 3 ? 1e30f : 1;
            break;
          case 4: // huge norms
            keys[i] *= 1e30f;
            break;
          case 5: // below the normal numbers
            keys[i] *= 1e-41f;
            break;
          case 6: // many zero rows
            keys[i] *= l % 3 == 0 ? 1 : 0;
            break;
          case 7: // nothing
            keys[i] = 0;
            break;
          case 8: // norms of every size
            keys[i] *= (float) Math.pow(10, (l * 7919 % 41) - 20);
            break;
          case 9: // pairs of opposites, one coordinate above all
            keys[i] = (l % 2 == 0 ? 1 : -1) * (d == 0 ? 1_000 : keys[l / 2 * 2 * size + d]);
            break;
          case 10: // small whole numbers: exact ties that are not equal rows
            keys[i] = Math.round(keys[i]);
            break;
          case 11: // far from zero, close together
            keys[i] = 100 + 1e-3f * keys[i];
            break;
          case 12: // scores that are nearly equal: last bits decide
            keys[i] = keys[d] * (1 + (l % 5) * 0x1p-23f);
            break;
          default:
            break;
        }
      }
    }
    return keys;
  }

  private static void scaleTarget(
      Random random, float[] queries, int from, int size, float[] keys) {
    // The huge ones seldom: of huge keys too, a page of them is refused whole.
    int kind = random.nextInt(50) == 0 ? 1 : random.nextInt(12) & -2;
    for (int d = 0; d < size; d++) {
      int i = from + d;
      switch (kind) {
        case 0:
          queries[i] = 0;
          break;
        case 1:
          queries[i] *= 1e30f;
          break;
        case 2:
          queries[i] *= 1e-40f;
          break;
        case 6: // a row itself
          queries[i] = keys[keys.length - size + d];
          break;
        case 4: // one coordinate
          queries[i] = d == 0 ? 1 : 0;
          break;
        default:
          break;
      }
    }
  }

  @Test
  void isTheExactTopKOnEveryRequest() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Oracle oracle = new Oracle();
    int requests = 0;
    int refused = 0;
    long scanned = 0;
    long reranked = 0;
    for (int round = 0; requests < REQUESTS; round++) {
      int kind = round % 13;
      int size = new int[] {8, 16, 16, 24, 17, 1, 64, 3, 48}[round % 9];
      int length = round % 20 == 0 ? 1 + random.nextInt(600) : 512 + random.nextInt(400);
      float[][] keys = {keys(random, kind, length, size)};
      int maxK = 1 + random.nextInt(round % 10 == 0 ? 1_000 : 40);
      int bits = round % 4 == 0 ? 1 + random.nextInt(8) : 4;
      CertifiedRetrieval arm =
          new CertifiedRetrieval(new CertifiedOptions(1, bits, random.nextLong()), maxK);
      KeyHistory history = new KeyHistory(keys, size, length);
      arm.open(history);
      Kept kept = new Kept(1, maxK);
      Cost cost = new Cost(false);
      for (int page = 0; page < 10; page++) {
        int count = 1 + random.nextInt(Targets.MAXIMUM);
        int visible = page % 3 == 2 ? 1 + random.nextInt(length) : length;
        float[] queries = Samples.gaussian(random, count * size);
        for (int b = 0; b < count; b++) {
          scaleTarget(random, queries, b * size, size, keys[0]);
        }
        String what =
            "seed " + seed + ", kind " + kind + ", D " + size + ", L " + visible + ", K " + maxK;
        history.ask(new float[][] {queries}, count, visible);
        requests += count;
        try {
          arm.retrieve(history, kept, cost);
        } catch (IllegalArgumentException e) {
          // Scores that overflow to no number: the exact arm refuses them likewise.
          oracle.score(queries, count, keys[0], size, visible);
          assertThatThrownBy(
                  () -> {
                    for (int b = 0; b < count; b++) {
                      oracle.select(b, visible, maxK);
                    }
                  })
              .as(what + ", refused: " + e.getMessage())
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("NaN");
          refused += count;
          continue;
        }
        oracle.score(queries, count, keys[0], size, visible);
        for (int b = 0; b < count; b++) {
          int n = oracle.select(b, visible, maxK);
          boolean same = n == kept.count(0, b) && kept.scored(0, b);
          for (int j = 0; same && j < n; j++) {
            int row = oracle.rows[j];
            same =
                kept.rows(0, b)[j] == row
                    && kept.scores(0, b)[j] == oracle.scores[b * visible + row];
          }
          if (!same) {
            assertThat(Arrays.copyOf(kept.rows(0, b), kept.count(0, b)))
                .as(what + ", target " + b)
                .isEqualTo(Arrays.copyOf(oracle.rows, n));
            assertThat(kept.scores(0, b)[0]).as(what).isEqualTo(oracle.scores[oracle.rows[0]]);
          }
        }
      }
      scanned += cost.scanned();
      reranked += cost.reranked();
    }
    // Neither all refused nor all scored exactly: the bounds were at work.
    assertThat(refused).as("seed " + seed).isLessThan(requests / 5);
    assertThat((double) reranked / scanned).as("seed " + seed).isBetween(0.01, 0.9);
  }

  @Test
  void statedConfidenceHolds() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    double[] shares = new double[2];
    assertThat(wrong(random, 0.9, 3, 10, 100_000, shares)).as("seed " + seed).isLessThan(0.1);
    // It is a probability that is used: less is scored than for a proof,
    assertThat(shares[0]).as("seed " + seed).isLessThan(0.7 * shares[1]);
    // and of one row whose bound may fail in four of five cases, some are missed.
    assertThat(wrong(random, 0.2, 1, 1, 10_000, shares)).as("seed " + seed).isBetween(0.01, 0.8);
  }

  /**
   * Share of results at a stated confidence that are not the exact top-K.
   *
   * @param shares share of rows scored exactly there and for a proof, overwritten
   */
  private static double wrong(
      Random random, double confidence, int bits, int k, int requests, double[] shares) {
    int size = 16;
    int length = 520;
    Oracle oracle = new Oracle();
    Kept kept = new Kept(1, k);
    Cost proven = new Cost(false);
    Cost stated = new Cost(false);
    int asked = 0;
    int wrong = 0;
    while (asked < requests) {
      float[][] keys = {Samples.gaussian(random, length * size)};
      KeyHistory history = new KeyHistory(keys, size, length);
      // A rotation of its own for every history: the confidence is over rotations.
      CertifiedRetrieval arm =
          new CertifiedRetrieval(new CertifiedOptions(confidence, bits, random.nextLong()), k);
      arm.open(history);
      for (int page = 0; page < 4; page++) {
        float[][] queries = {Samples.gaussian(random, Targets.MAXIMUM * size)};
        history.ask(queries, Targets.MAXIMUM, length);
        arm.retrieve(history, kept, stated);
        oracle.score(queries[0], Targets.MAXIMUM, keys[0], size, length);
        for (int b = 0; b < Targets.MAXIMUM; b++, asked++) {
          oracle.select(b, length, k);
          wrong += Arrays.equals(oracle.rows, 0, k, kept.rows(0, b), 0, k) ? 0 : 1;
        }
      }
      if (asked % 6_400 == 0) {
        CertifiedRetrieval certain =
            new CertifiedRetrieval(new CertifiedOptions(1, bits, random.nextLong()), k);
        certain.open(history);
        certain.retrieve(history, kept, proven);
      }
    }
    shares[0] = (double) stated.reranked() / stated.scanned();
    shares[1] = (double) proven.reranked() / proven.scanned();
    return (double) wrong / asked;
  }

  @Test
  void littleIsReadAndScoredExactly() {
    Random random = new Random(17);
    // Spectra: variance of the principal directions falls as 1, 1/2, 1/3, …
    assertThrifty(mixed(random, 10_000, 16), mixed(random, 20, 16), 16, 10_000);
    assertThrifty(mixed(random, 10_000, 64), mixed(random, 20, 64), 64, 10_000);
    assertThrifty(
        Samples.gaussian(random, 10_000 * 64), Samples.gaussian(random, 20 * 64), 64, 10_000);
  }

  @Test
  void littleIsReadAndScoredExactlyOfSentenceEmbeddings() throws IOException {
    Path file =
        Path.of(System.getProperty("seminar.shared.data", "../../shared/data"))
            .resolve("minilm_movie_titles/base.fvecs");
    Assumptions.assumeTrue(Files.exists(file), file + " is not there");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int size = bytes.getInt(0);
    int length = bytes.capacity() / Float.BYTES / (size + 1);
    float[] keys = new float[length * size];
    for (int l = 0; l < length; l++) {
      bytes.position((l * (size + 1) + 1) * Float.BYTES);
      bytes.asFloatBuffer().get(keys, l * size, size);
    }
    assertThrifty(keys, Arrays.copyOfRange(keys, 4_000 * size, 4_020 * size), size, length);
  }

  private static float[] mixed(Random random, int n, int size) {
    float[] vectors = Samples.gaussian(random, n * size);
    float[] mixed = new float[n * size];
    float[] directions = Samples.gaussian(new Random(5), size * size);
    for (int i = 0; i < n; i++) {
      for (int p = 0; p < size; p++) {
        float x = vectors[i * size + p] / (float) Math.sqrt(p + 1.0);
        for (int d = 0; d < size; d++) {
          mixed[i * size + d] += x * directions[p * size + d];
        }
      }
    }
    return mixed;
  }

  /** Of single targets, that the targets of the size are met; K = 50. */
  private static void assertThrifty(float[] keys, float[] queries, int size, int length) {
    CertifiedRetrieval arm = new CertifiedRetrieval(CertifiedOptions.proven(1), 50);
    KeyHistory history = new KeyHistory(new float[][] {keys}, size, length);
    arm.open(history);
    Cost cost = new Cost(false);
    Kept kept = new Kept(1, 50);
    int count = queries.length / size;
    for (int b = 0; b < count; b++) {
      history.ask(new float[][] {Arrays.copyOfRange(queries, b * size, (b + 1) * size)}, 1, length);
      arm.retrieve(history, kept, cost);
    }
    String what = "D " + size;
    assertThat(cost.scanned()).as(what).isEqualTo((long) count * length);
    assertThat((double) cost.reranked() / cost.scanned()).as(what).isBetween(0.004, 0.05);
    assertThat((double) cost.bytesRead() / (4.0 * size * length * count))
        .as(what)
        .isLessThan(1.0 / 3);
  }

  @Test
  void headsAreSearchedEachInItsOwnKeys() {
    Random random = new Random(23);
    int size = 16;
    int length = 700;
    float[][] keys = {
      Samples.gaussian(random, length * size), Samples.gaussian(random, length * size)
    };
    float[][] queries = {Samples.gaussian(random, 3 * size), Samples.gaussian(random, 3 * size)};
    KeyHistory history = new KeyHistory(keys, size, length).ask(queries, 3, length);
    CertifiedRetrieval arm = new CertifiedRetrieval(CertifiedOptions.proven(2), 20);
    arm.open(history);
    Kept kept = new Kept(2, 20);
    Cost cost = new Cost(true);
    arm.retrieve(history, kept, cost);
    Oracle oracle = new Oracle();
    for (int h = 0; h < 2; h++) {
      oracle.score(queries[h], 3, keys[h], size, length);
      for (int b = 0; b < 3; b++) {
        oracle.select(b, length, 20);
        assertThat(kept.rows(h, b)).isEqualTo(Arrays.copyOf(oracle.rows, 20));
      }
    }
    assertThat(arm.indexBytes()).isEqualTo(2L * length * (8 + 8));
    for (Cost.Stage stage : STAGES) {
      assertThat(cost.nanos(stage)).as(stage.name()).isPositive();
    }
  }

  @Test
  void keysThatAreNoNumbersAreRefusedOnlyWhereTheyCount() {
    int size = 8;
    int length = 600;
    float[] keys = Samples.gaussian(new Random(29), length * size);
    keys[599 * size] = Float.NaN;
    float[] queries = Samples.gaussian(new Random(31), size);
    KeyHistory history = new KeyHistory(new float[][] {keys}, size, length);
    CertifiedRetrieval arm = new CertifiedRetrieval(CertifiedOptions.proven(3), 5);
    arm.open(history);
    Kept kept = new Kept(1, 5);
    Cost cost = new Cost(false);
    history.ask(new float[][] {queries}, 1, length);
    assertThatThrownBy(() -> arm.retrieve(history, kept, cost)).hasMessageContaining("599 is NaN");
    history.ask(new float[][] {queries}, 1, length - 1);
    arm.retrieve(history, kept, cost);
    Oracle oracle = new Oracle();
    oracle.score(queries, 1, keys, size, length - 1);
    oracle.select(0, length - 1, 5);
    assertThat(kept.rows(0, 0)).isEqualTo(Arrays.copyOf(oracle.rows, 5));
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new CertifiedOptions(0, 4, 1)).hasMessageContaining("confidence is 0");
    assertThatThrownBy(() -> new CertifiedOptions(1.01, 4, 1)).hasMessageContaining("1.01");
    assertThatThrownBy(() -> new CertifiedOptions(1, 9, 1)).hasMessageContaining("9 bits");
  }
}
