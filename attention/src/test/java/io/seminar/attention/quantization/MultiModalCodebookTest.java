package io.seminar.attention.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seminar.attention.Samples;
import io.seminar.attention.quantization.MultiModalCodebook.Field;
import io.seminar.attention.quantization.MultiModalCodebook.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MultiModalCodebookTest {

  private static MultiModalCodebook random(Random random, int fields) {
    List<Field> list = new ArrayList<>();
    boolean fourBits = random.nextBoolean();
    for (int m = 0; m < fields; m++) {
      int dimension = 1 + random.nextInt(20);
      ProductQuantizer quantizer =
          ProductQuantizer.train(
              Samples.gaussian(random, 400 * dimension),
              400,
              dimension,
              TrainingOptions.of(1 + random.nextInt(dimension), random.nextLong())
                  .withIterations(2)
                  .withCentroids(fourBits ? 2 + random.nextInt(15) : 17 + random.nextInt(240))
                  .withReserveZero(true));
      Source source = m == 0 && fields > 1 ? Source.QUERY : Source.ITEM;
      list.add(new Field("field" + m, source, random.nextFloat(), quantizer));
    }
    return new MultiModalCodebook(list);
  }

  @Test
  void scoresAreThoseOfTheDecodedVectors() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 25; round++) {
      int fields = 1 + random.nextInt(5);
      MultiModalCodebook codebook = random(random, fields);
      int dimension = codebook.dimension();
      int bytes = codebook.subcodes();
      int length = random.nextInt(40);
      String sizes = "seed " + seed + ", round " + round + ", D " + dimension + ", C " + bytes;
      float[] rows = Samples.gaussian(random, length * dimension);
      byte[] codes = new byte[length * bytes];
      boolean[][] present = new boolean[length][fields];
      float[] scale = new float[length];
      for (int l = 0; l < length; l++) {
        for (int m = 0; m < fields; m++) {
          present[l][m] = random.nextInt(4) > 0;
        }
        codebook.encode(rows, l * dimension, present[l], codes, l * bytes);
        scale[l] = random.nextFloat();
      }
      float[] target = Samples.gaussian(random, 3 + dimension);
      byte[] targetCodes = new byte[bytes];
      codebook.encode(target, 3, null, targetCodes, 0);
      float[] decodedTarget = new float[dimension];
      codebook.decode(targetCodes, 0, decodedTarget, 0);

      float[] tables = new float[5 + codebook.tableLength()];
      float[] scores = new float[2 + length];
      float[] unscaled = new float[length];
      float[] symmetric = new float[length];
      codebook.asymmetricTables(target, 3, tables, 5);
      codebook.scores(tables, 5, codes, length, scale, scores, 2);
      codebook.scores(tables, 5, codes, length, null, unscaled, 0);
      codebook.symmetricTables(targetCodes, 0, new float[dimension], tables, 5);
      codebook.scores(tables, 5, codes, length, null, symmetric, 0);

      float[] decoded = new float[dimension];
      for (int l = 0; l < length; l++) {
        codebook.decode(codes, l * bytes, decoded, 0);
        double asymmetric = 0;
        double both = 0;
        double size = 1e-3;
        for (int m = 0; m < fields; m++) {
          for (int d = codebook.vectorStart(m); d < codebook.vectorStart(m + 1); d++) {
            if (!present[l][m]) {
              assertThat(decoded[d]).as(sizes).isZero();
            }
            double term = (double) codebook.fields().get(m).weight() * decoded[d];
            asymmetric += term * target[3 + d];
            both += term * decodedTarget[d];
            size += Math.abs(term) * Math.max(Math.abs(target[3 + d]), 4);
          }
        }
        double tolerance = 1e-6 * size * (1 + bytes / 8.0);
        assertThat((double) unscaled[l]).as(sizes).isCloseTo(asymmetric, within(tolerance));
        assertThat(scores[2 + l]).as(sizes).isEqualTo(unscaled[l] * scale[l]);
        assertThat((double) symmetric[l]).as(sizes).isCloseTo(both, within(tolerance));
      }
    }
  }

  /** Every width against the documented sum: widths that are spelled out, and odd ones. */
  @Test
  void everyWidthGivesTheDocumentedSum() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int slots : new int[] {16, 256}) {
      for (int width = 1; width <= 70; width++) {
        Quantizer quantizer =
            ProductQuantizer.train(
                new float[70], 1, 70, TrainingOptions.of(width, 1).withCentroids(slots));
        MultiModalCodebook codebook =
            new MultiModalCodebook(List.of(new Field("text", Source.ITEM, 1, quantizer)));
        assertThat(codebook.codeBytes()).isEqualTo(slots == 256 ? width : (width + 1) / 2);
        float[] tables = Samples.gaussian(random, codebook.tableLength());
        byte[] codes = new byte[9 * width];
        for (int i = 0; i < codes.length; i++) {
          codes[i] = (byte) random.nextInt(slots);
        }
        float[] scores = new float[9];
        codebook.scores(tables, 0, codes, 9, null, scores, 0);
        for (int l = 0; l < 9; l++) {
          float[] partial = new float[4];
          for (int c = 0; c < width; c++) {
            partial[c % 4] += tables[c * slots + (codes[l * width + c] & 0xFF)];
          }
          assertThat(scores[l])
              .as("seed " + seed + ", slots " + slots + ", width " + width)
              .isEqualTo(partial[0] + partial[1] + partial[2] + partial[3]);
        }
      }
    }
  }

  @Test
  void refusesBadInputWithTheValues() {
    Random random = new Random(3);
    MultiModalCodebook codebook = random(random, 2);
    int bytes = codebook.subcodes();
    float[] tables = new float[codebook.tableLength()];
    assertRefused(
        () -> codebook.asymmetricTables(new float[1], 0, tables, 0), "target has 1 elements");
    assertRefused(
        () -> codebook.asymmetricTables(new float[codebook.dimension()], 0, new float[15], 0),
        "tables has 15 elements");
    assertRefused(
        () -> codebook.scores(tables, 0, new byte[bytes], 2, null, new float[2], 0),
        "codes has " + bytes + " bytes: expected at least " + 2 * bytes);
    assertRefused(
        () -> codebook.scores(tables, 0, new byte[2 * bytes], 2, new float[1], new float[2], 0),
        "scale has 1 elements");
    assertRefused(
        () ->
            codebook.encode(new float[codebook.dimension()], 0, new boolean[3], new byte[bytes], 0),
        "present has 3 elements: expected one a field, 2");
    ProductQuantizer full =
        ProductQuantizer.train(new float[] {1, 2}, 1, 2, TrainingOptions.of(1, 1));
    MultiModalCodebook unreserved =
        new MultiModalCodebook(List.of(new Field("text", Source.ITEM, 1, full)));
    assertRefused(
        () -> unreserved.encodeAbsent(0, new byte[1], 0),
        "field text is absent, but its quantiser reserves no code for that");
    Field text = new Field("text", Source.ITEM, 1, full);
    Quantizer small =
        ProductQuantizer.train(
            new float[] {1, 2}, 1, 2, TrainingOptions.of(1, 1).withCentroids(16));
    assertRefused(
        () -> new MultiModalCodebook(List.of(text, new Field("image", Source.ITEM, 1, small))),
        "field image has 16 slots a sub-code: expected as many as the first field, 256");
    Field query = new Field("query", Source.QUERY, 1, full);
    assertRefused(() -> new MultiModalCodebook(List.of(text, text)), "two fields are named text");
    assertRefused(
        () -> new MultiModalCodebook(List.of(text, query)),
        "query field query stands at 1, after an item field");
    assertRefused(() -> new MultiModalCodebook(List.of()), "at least one field");
    assertRefused(
        () -> new Field("text", Source.ITEM, Float.NaN, full), "weight of field text is NaN");
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatThrownBy(call::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
