package io.seminar.attention.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.Samples;
import io.seminar.attention.TopK;
import io.seminar.attention.quantization.MultiModalCodebook.Field;
import io.seminar.attention.quantization.MultiModalCodebook.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Recall of quantised attention where it is known: four modalities in one space of 16 dimensions,
 * unit vectors of isotropic direction, a history of 2,048, the top 32, one codebook for all that
 * was trained on other data. A target is folded to {@code v}, the sum of its modality vectors, and
 * {@code s_l = Σ_m <v, x_l,m>}.
 */
class QuantisedRecallTest {

  private static final int MODALITIES = 4;
  private static final int D = 16;
  private static final int LENGTH = 2_048;
  private static final int K = 32;
  private static final int HISTORIES = 8;
  private static final int TARGETS = 40;

  @Test
  void recallByBytesIsWhatItIsKnownToBe() {
    int sample = 12_000;
    float[] training = unit(new Random(101), sample);
    int[] bytes = {2, 4, 8, 16};
    double[] asymmetricKnown = {0.45, 0.67, 0.89, 0.98};
    double[] symmetricKnown = {0.27, 0.56, 0.85, 0.98};
    for (int b = 0; b < bytes.length; b++) {
      ProductQuantizer quantizer =
          ProductQuantizer.train(
              training, sample, D, TrainingOptions.of(bytes[b], 103).withIterations(10));
      double[] recall = recall(quantizer);
      String at = bytes[b] + " bytes a modality";
      assertThat(recall[0]).as("ADC, " + at).isCloseTo(asymmetricKnown[b], within(0.03));
      assertThat(recall[1]).as("SDC, " + at).isCloseTo(symmetricKnown[b], within(0.03));
      assertThat(recall[1]).as("SDC below ADC, " + at).isLessThan(recall[0]);
    }
  }

  private static double[] recall(ProductQuantizer quantizer) {
    List<Field> fields = new ArrayList<>();
    for (int m = 0; m < MODALITIES; m++) {
      fields.add(new Field("modality" + m, Source.ITEM, 1, quantizer));
    }
    MultiModalCodebook codebook = new MultiModalCodebook(fields);
    int width = codebook.subcodes();
    int dimension = codebook.dimension();
    Random random = new Random(107);
    TopK topK = new TopK(K);
    float[] exact = new float[LENGTH];
    byte[] codes = new byte[LENGTH * width];
    byte[] targetCodes = new byte[width];
    float[] decoded = new float[dimension];
    int[] truth = new int[K];
    int[] hits = new int[2];
    for (int h = 0; h < HISTORIES; h++) {
      float[] rows = unit(random, LENGTH * MODALITIES);
      for (int l = 0; l < LENGTH; l++) {
        codebook.encode(rows, l * dimension, null, codes, l * width);
      }
      for (int t = 0; t < TARGETS; t++) {
        float[] target = unit(random, MODALITIES);
        float[] folded = folded(target);
        AttentionKernels.scores(folded, 1, rows, LENGTH, dimension, exact, LENGTH);
        topK.select(exact, 0, LENGTH, K, truth, 0);
        codebook.encode(target, 0, null, targetCodes, 0);
        codebook.decode(targetCodes, 0, decoded, 0);
        hits[0] += hits(codebook, folded, codes, exact, truth, topK);
        hits[1] += hits(codebook, folded(decoded), codes, exact, truth, topK);
      }
    }
    double all = (double) HISTORIES * TARGETS * K;
    return new double[] {hits[0] / all, hits[1] / all};
  }

  private static int hits(
      MultiModalCodebook codebook,
      float[] target,
      byte[] codes,
      float[] exact,
      int[] truth,
      TopK topK) {
    float[] tables = new float[codebook.tableLength()];
    float[] scores = new float[LENGTH];
    int[] found = new int[K];
    codebook.asymmetricTables(target, 0, tables, 0);
    codebook.scores(tables, 0, codes, LENGTH, null, scores, 0);
    topK.select(scores, 0, LENGTH, K, found, 0);
    int hits = 0;
    for (int l : found) {
      // Tie-aware: as good as the K-th exact score is good enough.
      hits += exact[l] >= exact[truth[K - 1]] ? 1 : 0;
    }
    return hits;
  }

  /** The sum of the modality vectors, once for each modality. */
  private static float[] folded(float[] target) {
    float[] folded = new float[MODALITIES * D];
    for (int d = 0; d < D; d++) {
      float sum = 0;
      for (int m = 0; m < MODALITIES; m++) {
        sum += target[m * D + d];
      }
      for (int m = 0; m < MODALITIES; m++) {
        folded[m * D + d] = sum;
      }
    }
    return folded;
  }

  private static float[] unit(Random random, int n) {
    float[] vectors = Samples.gaussian(random, n * D);
    for (int i = 0; i < n; i++) {
      double square = 0;
      for (int d = 0; d < D; d++) {
        square += (double) vectors[i * D + d] * vectors[i * D + d];
      }
      for (int d = 0; d < D; d++) {
        vectors[i * D + d] /= (float) Math.sqrt(square);
      }
    }
    return vectors;
  }
}
