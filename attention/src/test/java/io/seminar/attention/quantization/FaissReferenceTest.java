package io.seminar.attention.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.TopK;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Recall of our quantisers against FAISS's at equal bytes, trained on the same rows: {@code
 * faiss/reference.py} made the numbers and says how.
 */
class FaissReferenceTest {

  private static final int K = 50;

  private final Properties reference = new Properties();

  FaissReferenceTest() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/faiss/reference.properties")) {
      reference.load(in);
    }
  }

  /** The generator of the script. */
  private static float[] gaussian(long seed, int n) {
    long state = seed;
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      long total = 0;
      for (int j = 0; j < 4; j++) {
        state = state * 6364136223846793005L + 1442695040888963407L;
        total += state >>> 40;
      }
      values[i] = (float) (total / (double) (1 << 24) - 2);
    }
    return values;
  }

  @Test
  void gaussianDirections() {
    atLeastFaiss("gaussian", gaussian(1, 6_100 * 32), "pq.8x8", "pq.4x16");
  }

  @Test
  void correlatedDirections() {
    int n = 6_100;
    int d = 64;
    float[] mixing = gaussian(3, d * d);
    float[] factors = gaussian(4, n * d);
    float[] rows = new float[n * d];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < d; j++) {
        double sum = 0;
        for (int k = 0; k < d; k++) {
          float entry = mixing[j * d + k] * (float) Math.pow(0.9, k);
          sum += (double) factors[i * d + k] * entry;
        }
        rows[i * d + j] = (float) sum;
      }
    }
    atLeastFaiss("correlated", rows, "pq.8x8", "pq.4x16", "opq.8x8", "opq.4x16", "rq.4x16");
  }

  @Test
  void titlesOfFilms() throws IOException {
    Path file =
        Path.of(
            System.getProperty("seminar.shared.data", "../../shared/data"),
            "minilm_movie_titles",
            "base.fvecs");
    assumeTrue(
        Files.exists(file),
        () -> "needs the real vectors in " + file + " (-Dseminar.shared.data=…)");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    float[] rows = new float[9_100 * 64];
    for (int i = 0; i < 9_100; i++) {
      for (int d = 0; d < 64; d++) {
        rows[i * 64 + d] = bytes.getFloat(4 * (i * 385 + 1 + d));
      }
    }
    atLeastFaiss("films", rows, "pq.8x16", "pq.4x32", "opq.8x16", "opq.4x32");
  }

  private void atLeastFaiss(String set, float[] rows, String... methods) {
    int dimension = number(set + ".dimension");
    int train = number(set + ".train");
    int base = number(set + ".base");
    int queries = number(set + ".rows") - train - base;
    double sum = 0;
    for (float x : rows) {
      sum += Math.abs(x);
    }
    double expected = Double.parseDouble(reference.getProperty(set + ".checksum"));
    assertThat(sum).as("checksum of " + set).isCloseTo(expected, within(1e-6 * expected));
    float[] targets = Arrays.copyOfRange(rows, (train + base) * dimension, rows.length);
    float[] behaviours = Arrays.copyOfRange(rows, train * dimension, (train + base) * dimension);
    float[] exact = new float[queries * base];
    AttentionKernels.scores(targets, queries, behaviours, base, dimension, exact, base);
    SortedMap<String, Double> behind = new TreeMap<>();
    StringBuilder report = new StringBuilder();
    for (String method : methods) {
      Quantizer quantizer = train(method, rows, train, dimension);
      double recall = recall(quantizer, targets, queries, behaviours, base, exact);
      double faiss = Double.parseDouble(reference.getProperty(set + "." + method));
      report.append(
          String.format("%n%s %s: recall@50 %.4f, FAISS %.4f", set, method, recall, faiss));
      if (recall < faiss - 0.01) {
        behind.put(method, recall - faiss);
      }
    }
    System.out.println(report);
    assertThat(behind).as("more than one point behind FAISS" + report).isEmpty();
  }

  private int number(String key) {
    return Integer.parseInt(reference.getProperty(key));
  }

  /** A method as {@code pq.8x16}: 8 bits a sub-code, 16 sub-codes. */
  private static Quantizer train(String method, float[] rows, int n, int dimension) {
    String[] parts = method.split("[.x]");
    TrainingOptions options =
        TrainingOptions.of(Integer.parseInt(parts[2]), 11)
            .withCentroids(1 << Integer.parseInt(parts[1]))
            .withIterations(10)
            .withThreads(2);
    return switch (parts[0]) {
      case "pq" -> ProductQuantizer.train(rows, n, dimension, options);
      case "rq" -> ResidualQuantizer.train(rows, n, dimension, options.withBeam(5));
      case "opq" -> RotatedQuantizer.train(rows, n, dimension, options);
      default -> throw new IllegalArgumentException(method);
    };
  }

  private static double recall(
      Quantizer quantizer, float[] targets, int queries, float[] behaviours, int n, float[] exact) {
    int dimension = quantizer.dimension();
    byte[] codes = new byte[n * quantizer.subcodes()];
    quantizer.encodeAll(behaviours, n, codes);
    float[] tables = new float[quantizer.subcodes() * quantizer.slots()];
    float[] scores = new float[n];
    int[] truth = new int[K];
    int[] found = new int[K];
    TopK topK = new TopK(K);
    int hits = 0;
    for (int q = 0; q < queries; q++) {
      quantizer.tables(targets, q * dimension, 1, tables, 0);
      CodeScan.scan(tables, 0, quantizer.slots(), codes, n, quantizer.subcodes(), scores, 0);
      topK.select(scores, 0, n, K, found, 0);
      topK.select(exact, q * n, n, K, truth, 0);
      Arrays.sort(truth);
      for (int l : found) {
        hits += Arrays.binarySearch(truth, l) >= 0 ? 1 : 0;
      }
    }
    return (double) hits / (queries * K);
  }
}
