package io.seminar.network.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.quantization.CodebookSet;
import io.seminar.attention.quantization.MultiModalCodebook;
import io.seminar.attention.quantization.ProductQuantizer;
import io.seminar.attention.quantization.TrainingOptions;
import io.seminar.attention.retrieval.CodeRetrieval;
import io.seminar.attention.retrieval.Cost;
import io.seminar.attention.retrieval.Kept;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the device keeps by codes is what the look-ups of the CPU keep, up to rounding. */
class DeviceCodeRetrievalTest {
  private static final int HEADS = 2;
  private static final int SIZE = 16;
  private static final int KEEP = 20;
  private static final int SUBSPACES = 8;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @TempDir Path folder;

  @Test
  void keepsWhatTheLookUpsKeep() throws IOException {
    CodebookFolder codebook = codebook();
    try (TorchDevice device = new TorchDevice("cpu", 1)) {
      DeviceCodeRetrieval onDevice = new DeviceCodeRetrieval(device, codebook);
      CodeRetrieval onHost = new CodeRetrieval(codebook, null, KEEP);
      Kept expected = new Kept(HEADS, KEEP);
      Kept found = new Kept(HEADS, KEEP);
      for (int length : new int[] {0, 1, 33, 500}) {
        RandomHistory history = new RandomHistory(random, HEADS, SIZE, length);
        onDevice.open(history);
        onHost.open(history);
        int seen = length - length / 10;
        RandomTargets targets = new RandomTargets(random, history, 5, seen);
        onDevice.retrieve(targets, found, new Cost(true));
        onHost.retrieve(targets, expected, new Cost(false));
        for (int h = 0; h < HEADS; h++) {
          for (int b = 0; b < 5; b++) {
            check(codebook, history, targets, h, b, found, expected);
          }
        }
      }
    }
  }

  /** The same scores by the codes in the same places: equal ones may be of different rows. */
  private void check(
      CodebookFolder codebook,
      RandomHistory history,
      RandomTargets targets,
      int head,
      int target,
      Kept found,
      Kept expected) {
    int n = expected.count(head, target);
    assertThat(found.count(head, target)).as("seed " + seed).isEqualTo(n);
    for (int i = 0; i < n; i++) {
      assertThat(score(codebook, history, targets, head, target, found.rows(head, target)[i]))
          .as("seed " + seed)
          .isCloseTo(
              score(codebook, history, targets, head, target, expected.rows(head, target)[i]),
              within(1e-5f));
    }
  }

  private static float score(
      CodebookFolder folder,
      RandomHistory history,
      RandomTargets targets,
      int head,
      int target,
      int row) {
    byte[] code = new byte[SUBSPACES];
    float[] decoded = new float[SIZE];
    folder.copyItemCodes(0, history.items()[row], code, 0);
    folder.codebooks().of(0).decode(code, 0, decoded, 0);
    float sum = 0;
    for (int d = 0; d < SIZE; d++) {
      sum += decoded[d] * targets.queries(head)[target * SIZE + d];
    }
    return sum;
  }

  private CodebookFolder codebook() throws IOException {
    float[] vectors = new float[RandomHistory.ITEMS * SIZE];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) random.nextGaussian() / 4;
    }
    ProductQuantizer quantizer =
        ProductQuantizer.train(
            vectors,
            RandomHistory.ITEMS,
            SIZE,
            TrainingOptions.of(SUBSPACES, 1).withCentroids(20).withIterations(2));
    MultiModalCodebook codebook =
        new MultiModalCodebook(
            List.of(
                new MultiModalCodebook.Field(
                    "item", MultiModalCodebook.Source.ITEM, 1, quantizer)));
    Path out = folder.resolve("codebook");
    CodebookFolder.write(
        out,
        false,
        CodebookSet.shared(codebook),
        "digest",
        Map.of(),
        RandomHistory.ITEMS,
        (item, code) -> quantizer.encode(vectors, item * SIZE, code, 0),
        1,
        (query, code) -> {});
    return CodebookFolder.open(out, "digest");
  }
}
