package io.seminar.pipelines.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.seminar.network.checkpoint.Stage;
import io.seminar.network.examples.TimeSplit;
import io.seminar.network.model.Architecture;
import io.seminar.pipelines.quantization.CatalogueQuantizer;
import io.seminar.pipelines.replay.RandomDataset;
import io.seminar.pipelines.replay.TestNetworks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepCodebooksTest {
  @TempDir static Path folder;
  private static Path data;
  private static Path network;
  private static Path config;

  @BeforeAll
  static void write() throws IOException {
    data = new RandomDataset(2, 300, 30).history(5, 20).write(folder.resolve("data"), 10);
    network = folder.resolve("network");
    TestNetworks.write(
        network,
        data,
        TestNetworks.spec(Architecture.SEMINAR, 2, 5),
        new TimeSplit(1_010_000, 1_020_000),
        Stage.FINETUNED,
        5);
    config =
        Files.writeString(
            folder.resolve("sweep.yaml"),
            """
            schema-version: 1
            data: DATA
            train-on: all
            grid: {arms: [recent], keep: 5}
            """
                .replace("DATA", data.toString()));
  }

  private static SweepPlan plan(Map<String, String> overrides) {
    return new SweepPlan(SweepConfigFile.read(config, overrides));
  }

  @Test
  void whatArmsCannotReadOfWhatIsGivenIsTrained() {
    Path given = folder.resolve("given");
    CatalogueQuantizer.run(
        new CatalogueQuantizer.Options(
            data, given, false, 6, 0.5f, null, CatalogueQuantizer.TrainOn.ALL, 1, 1));
    String arms =
        "[pq@6, pq-sdc@6, pq@3, pq@3+refine2, pq-sdc@3, opq@6, pq4@6, pq4@6+refine, rq@3, exact]";
    SweepPlan plan = plan(Map.of("grid.arms", arms, "codebooks", "[" + given + "]"));
    assertThat(plan.codebooks().untrained())
        .containsExactly(
            "3 bytes (pq, 8 bits)",
            "6 bytes (opq, 8 bits)",
            "6 bytes (pq, 4 bits)",
            "3 bytes (rq, 8 bits)");
    try (SweepProgress quiet = new SweepProgress(true, 1)) {
      SweepCodebooks.Trained trained = plan.codebooks().train(folder, 1, quiet);
      assertThat(trained.notes()).hasSize(4);
      Map<String, String> paths = new LinkedHashMap<>();
      trained
          .records(plan.parse(trained.codebooks().specs()))
          .forEach(record -> paths.put(record.arm(), record.path()));
      assertThat(paths).hasSize(9).containsEntry("pq@6", given.toString());
      assertThat(paths.get("opq@6")).as("trained here").isNull();
      assertThat(paths.get("pq4@6+refine")).isNull();
    }
  }

  @Test
  void codesPerHeadAreTrainedForTheArmsThatReadThem() {
    SweepPlan plan =
        plan(
            Map.of(
                "model", network.toString(),
                "codes", "per-head",
                "grid.arms", "[pq@10, pq-sdc@12, pq4@10]"));
    assertThat(plan.codebooks().untrained())
        .containsExactly(
            "10 bytes (pq, 8 bits, a head its own)",
            "12 bytes (pq, 8 bits)",
            "10 bytes (pq, 4 bits, a head its own)");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                plan(
                    Map.of(
                        "model", network.toString(),
                        "codes", "per-head",
                        "grid.arms", "[pq@10, pq-sdc@10]")))
        .withMessageContaining("pq-sdc@10")
        .withMessageContaining("codes: shared");
    assertThat(plan(Map.of("grid.arms", "[exact, recent]")).codebooks().untrained())
        .isEqualTo(List.of());
  }
}
