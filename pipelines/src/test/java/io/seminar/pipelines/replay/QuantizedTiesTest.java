package io.seminar.pipelines.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.pipelines.arms.ArmParser;
import io.seminar.pipelines.arms.Arms;
import io.seminar.pipelines.arms.CodebookSpec;
import io.seminar.pipelines.evaluation.Inference;
import io.seminar.pipelines.quantization.CatalogueQuantizer;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetSchema;
import io.seminar.sessions.DatasetWriter;
import io.seminar.sessions.History;
import io.seminar.sessions.Item;
import io.seminar.sessions.Modality;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One byte for 4,000 items in space: a score stands for some sixteen items, so that the order among
 * equal ones decides what is kept.
 */
class QuantizedTiesTest {
  private static final long SEED = 31;
  private static final int ITEMS = 4_000;
  private static final int KEEP = 10;
  private static final double TEMPERATURE = 0.1f;

  @TempDir Path folder;

  private static double[][] vectors() {
    Random random = new Random(SEED);
    double[][] vectors = new double[ITEMS][3];
    for (double[] vector : vectors) {
      double norm = 0;
      for (int d = 0; d < 3; d++) {
        vector[d] = (float) random.nextGaussian();
        norm += vector[d] * vector[d];
      }
      for (int d = 0; d < 3; d++) {
        vector[d] /= Math.sqrt(norm);
      }
    }
    return vectors;
  }

  private static User user() {
    Random random = new Random(SEED + 1);
    int length = 1_500;
    long[] time = IntStream.range(0, length).mapToLong(l -> l).toArray();
    int[] item = random.ints(length, 0, ITEMS).toArray();
    int[] candidates = random.ints(60, 0, ITEMS).toArray();
    Request page = new Request(1, length, 0, candidates, new short[60], new byte[60], null);
    return new User("u", new History(time, item, new int[length], new byte[length]), List.of(page));
  }

  private Path data() {
    Path data = folder.resolve("data");
    DatasetSchema schema = new DatasetSchema(List.of(new Modality("text", 3)), 0);
    try (DatasetWriter writer = DatasetWriter.create(data, schema, false)) {
      double[][] vectors = vectors();
      for (int i = 0; i < ITEMS; i++) {
        double[] vector = vectors[i];
        float[] x = {(float) vector[0], (float) vector[1], (float) vector[2]};
        writer.addItem(new Item("item" + i, 0, new int[0], new float[][] {x}));
      }
      writer.addUser(user());
      writer.finish("random", Map.of());
    }
    return data;
  }

  private static double dot(double[] a, double[] b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  }

  @ParameterizedTest
  @ValueSource(strings = {"pq", "pq-sdc"})
  void equalScoresAreOrderedByRecencyAlone(String arm) {
    Path data = data();
    Path codebook = folder.resolve("codebook");
    CatalogueQuantizer.run(
        new CatalogueQuantizer.Options(
            data, codebook, false, 1, 0.5f, null, CatalogueQuantizer.TrainOn.ALL, 1, 1));
    ReplaySpec spec =
        new ReplaySpec(
            data.toString(),
            folder.resolve("run").toString(),
            List.of(),
            new ArmParser(List.of(), List.of(new CodebookSpec(codebook.toString(), 1, null)))
                .parse(List.of(arm)),
            arm,
            new Scoring(new int[] {KEEP}, (float) TEMPERATURE, 0.5f),
            new int[] {5},
            5,
            Long.MIN_VALUE,
            0,
            1,
            Arms.CPU,
            1,
            Inference.none(),
            1,
            true);
    List<OutcomeRow> rows = new ArrayList<>();
    try (ReplayContext context = ReplayContext.acquire(spec)) {
      new UserReplayer(context, spec)
          .replay(user(), outcomes -> rows.add(Outcomes.copy(outcomes[0])));
    }

    double[][] vectors = vectors();
    double[][] decoded = decoded(codebook, Dataset.open(data).catalogueDigest());
    int[] history = user().history().item();
    OutcomeRow row = rows.get(0);
    int brokenTies = 0;
    for (int i = 0; i < row.impressions; i++) {
      double[] target = vectors[row.items[i]];
      double[] seen = arm.equals("pq") ? target : decoded[row.items[i]];
      List<Integer> order =
          IntStream.range(0, history.length)
              .boxed()
              .sorted(
                  Comparator.comparingDouble((Integer l) -> -dot(seen, decoded[history[l]]))
                      .thenComparingInt(l -> -l))
              .toList();
      double last = dot(seen, decoded[history[order.get(KEEP - 1)]]);
      brokenTies += last == dot(seen, decoded[history[order.get(KEEP)]]) ? 1 : 0;
      double kept = 0;
      double all = 0;
      for (int rank = 0; rank < order.size(); rank++) {
        double e = Math.exp(dot(target, vectors[history[order.get(rank)]]) / TEMPERATURE);
        kept += rank < KEEP ? e : 0;
        all += e;
      }
      assertThat((double) row.massKept[i])
          .as("seed %d, %s, impression %d", SEED, arm, i)
          .isCloseTo(kept / all, within(1e-5));
    }
    assertThat(brokenTies).as("pages where the order of equal scores decides").isGreaterThan(30);
  }

  private static double[][] decoded(Path folder, String catalogue) {
    CodebookFolder codes = CodebookFolder.open(folder, catalogue);
    double[][] decoded = new double[ITEMS][3];
    byte[] code = new byte[1];
    float[] vector = new float[3];
    for (int item = 0; item < ITEMS; item++) {
      codes.copyItemCodes(0, item, code, 0);
      codes.codebooks().of(0).decode(code, 0, vector, 0);
      for (int d = 0; d < 3; d++) {
        decoded[item][d] = vector[d];
      }
    }
    return decoded;
  }
}
