package io.seminar.pipelines.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.attention.quantization.Quantizer;
import io.seminar.network.checkpoint.Stage;
import io.seminar.network.examples.TimeSplit;
import io.seminar.network.model.Architecture;
import io.seminar.pipelines.arms.Arms;
import io.seminar.pipelines.arms.ModelFolder;
import io.seminar.pipelines.evaluation.Inference;
import io.seminar.pipelines.quantization.CatalogueQuantizer;
import io.seminar.pipelines.quantization.CodeForm;
import io.seminar.pipelines.runner.Runner;
import io.seminar.reports.store.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayTest {
  @TempDir static Path folder;
  private static Path data;
  private static Path codebook;
  private static Path network;
  private static Path networkCodebook;
  private static Path fourBits;
  private static byte[] expectedCells;
  private static byte[] expectedReliability;

  @BeforeAll
  static void replayOnce() throws IOException {
    data = new RandomDataset(42, 400, 30).write(folder.resolve("data"), 150);
    codebook = folder.resolve("codebook");
    CatalogueQuantizer.run(
        new CatalogueQuantizer.Options(
            data, codebook, false, 6, 0.5f, null, CatalogueQuantizer.TrainOn.ALL, 1, 1));
    fourBits = folder.resolve("four-bits");
    CatalogueQuantizer.run(
        new CatalogueQuantizer.Options(
            data,
            fourBits,
            false,
            6,
            0.5f,
            null,
            CatalogueQuantizer.TrainOn.ALL,
            1,
            1,
            new CodeForm(Quantizer.Method.PQ, 4, 0, false)));
    network =
        TestNetworks.write(
                folder.resolve("network"),
                data,
                TestNetworks.spec(Architecture.SEMINAR, 2, 15),
                new TimeSplit(1_012_000, 1_017_000),
                Stage.FINETUNED,
                3)
            .folder();
    networkCodebook = folder.resolve("network-codebook");
    CatalogueQuantizer.run(
        new CatalogueQuantizer.Options(
            data, networkCodebook, false, 10, 0, network, CatalogueQuantizer.TrainOn.ALL, 1, 1));
    RunFolder run = Replay.run(options("first", Runner.DIRECT, 1));
    assertThat(run.manifest().calibration().arms())
        .allSatisfy(
            arm -> assertThat(arm.impressions()).as("on both sides of T2").isBetween(200L, 2_000L));
    expectedCells = Files.readAllBytes(run.cellsFile());
    expectedReliability = Files.readAllBytes(run.reliabilityFile());
  }

  private static Replay.Options options(String name, Runner runner, int parallelism) {
    return new Replay.Options(
        data,
        folder.resolve(name),
        false,
        List.of(new ModelFolder("net", network)),
        List.of(
            "exact",
            "recent",
            "sim-hard",
            "eta@32",
            "sdim@24x4",
            "pq",
            "pq-sdc",
            "pq+refine2",
            "pq4+refine",
            "net",
            "net/exact",
            "net/sim-soft",
            "net/eta+refine",
            "net/sdim",
            "net/twin",
            "net/qin",
            "net/two-stage-ann",
            "net/rabitq@2",
            "net/certified",
            "net/pq",
            "net/pq-sdc"),
        List.of(codebook, networkCodebook, fourBits),
        "exact",
        new Scoring(new int[] {2, 5, 10}, 0.1f, 0.5f),
        new int[] {3, 10},
        5,
        null,
        Inference.USUAL.withReplicates(50),
        7,
        true,
        Arms.CPU,
        runner,
        parallelism,
        List.of(),
        true,
        List.of("replay"));
  }

  @ParameterizedTest
  @CsvSource({"DIRECT,2", "DIRECT,5", "FLINK,1", "FLINK,2", "FLINK,5"})
  void givesTheSameBytesWhateverRunsIt(Runner runner, int parallelism) throws IOException {
    RunFolder run = Replay.run(options(runner + "-" + parallelism, runner, parallelism));
    assertThat(Files.readAllBytes(run.cellsFile())).isEqualTo(expectedCells);
    assertThat(Files.readAllBytes(run.reliabilityFile())).isEqualTo(expectedReliability);
  }
}
