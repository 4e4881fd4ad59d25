package io.seminar.pipelines.cli;

import static io.seminar.pipelines.cli.SeminarTest.seminar;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.checkpoint.Stage;
import io.seminar.network.examples.TimeSplit;
import io.seminar.network.model.Architecture;
import io.seminar.pipelines.cli.SeminarTest.Output;
import io.seminar.pipelines.replay.Outcomes;
import io.seminar.pipelines.replay.RandomDataset;
import io.seminar.pipelines.replay.TestNetworks;
import io.seminar.reports.store.CellsFile;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.RunManifest;
import io.seminar.sessions.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replays of trained networks as a script sees them. */
class NetworkReplayTest {
  private static final long T1 = 1_012_000;
  private static final long T2 = 1_018_000;

  @TempDir static Path folder;
  private static Path data;
  private static Checkpoint seminarNetwork;
  private static Checkpoint later;
  private static Checkpoint din;
  private static Path codebook;

  @BeforeAll
  static void prepare() {
    data = new RandomDataset(61, 300, 20).history(10, 40).pages(3, 6).write(d("data"), 60);
    seminarNetwork = network("network", data, Architecture.SEMINAR, T1, T2, Stage.FINETUNED);
    later =
        TestNetworks.write(
            d("later"),
            data,
            TestNetworks.spec(Architecture.SEMINAR, 1, 10, List.of("text")),
            new TimeSplit(T1 + 1_000, T2 + 500),
            Stage.PRETRAINED,
            2);
    din = network("din", data, Architecture.DIN, T1, T2, Stage.FINETUNED);
    codebook = d("codebook");
    quantize(seminarNetwork.folder(), codebook).assertDone();
  }

  private static Path d(String name) {
    return folder.resolve(name);
  }

  private static Checkpoint network(
      String name, Path data, Architecture architecture, long t1, long t2, Stage stage) {
    return TestNetworks.write(
        d(name),
        data,
        TestNetworks.spec(architecture, 2, 10),
        new TimeSplit(t1, t2),
        stage,
        name.hashCode());
  }

  private static Output quantize(Path model, Path out) {
    return seminar(
        "quantize",
        "--data",
        data,
        "--bytes=10",
        "--train-on=all",
        "--threads=1",
        "--model",
        model,
        "--out",
        out);
  }

  private static Output replay(Path out, Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of(
                "replay",
                "--data",
                data,
                "--out",
                out,
                "--quiet",
                "--replicates=20",
                "--threads=2",
                "--recall-at=5,10"));
    words.addAll(List.of(more));
    return seminar(words.toArray());
  }

  @Test
  void aNetworkWithoutANameOwnsTheArms() throws IOException {
    Path out = d("one");
    replay(
            out,
            "--model",
            seminarNetwork.folder(),
            "--codebook",
            codebook,
            "--arms=network,exact,recent,pq@10,pq-sdc",
            "--baseline=exact")
        .assertDone();
    RunManifest manifest = RunFolder.open(out).manifest();
    assertThat(manifest.models())
        .containsExactly(
            new RunManifest.Model(
                "",
                seminarNetwork.folder().toString(),
                "seminar",
                "finetuned",
                seminarNetwork.digest(),
                Dataset.open(data).digest(),
                T1,
                T2));
    assertThat(manifest.evaluation().arms())
        .extracting(RunManifest.Arm::bytesPerBehaviour)
        .containsExactly(0, 48, 0, 10, 10);
    assertThat(manifest.evaluation().arms()).allSatisfy(a -> assertThat(a.kept()).isEqualTo(10));
    assertThat(manifest.command().configuration())
        .containsEntry("models", List.of("=" + seminarNetwork.digest()));
    assertThat(String.join(" ", manifest.notes()))
        .contains("Network (seminar) was trained", "logit")
        .doesNotContain("No network was trained", "pooled similarity", "another data set");
    seminar("report", out).assertDone();
    assertThat(Files.readString(out.resolve("report").resolve("index.html")))
        .contains("Networks", seminarNetwork.digest(), "logit of the arm&#39;s network");
    assertThat(new ObjectMapper().readTree(out.resolve("run.json").toFile()).get("models"))
        .hasSize(1);
    assertPeriods(out, T1, T2);
  }

  /** Calibrated on what no network was trained on, evaluated on what none was stopped by. */
  private static void assertPeriods(Path out, long from, long until) {
    RunManifest manifest = RunFolder.open(out).manifest();
    assertThat(manifest.calibration().from()).isEqualTo(from);
    assertThat(manifest.calibration().splitTime()).isEqualTo(until);
    long fitted = 0;
    long before = 0;
    String arm = manifest.evaluation().arms().get(0).name();
    for (OutcomeRow row : Outcomes.of(RunFolder.open(out))) {
      assertThat(row.evaluated).isEqualTo(row.time >= until);
      if (row.arm.equals(arm)) {
        fitted += row.time >= from && row.time < until ? row.impressions : 0;
        before += row.time < from ? row.impressions : 0;
      }
    }
    long expected = fitted;
    assertThat(before).as("impressions that a network was trained on").isPositive();
    assertThat(expected).isPositive();
    assertThat(manifest.calibration().arms())
        .allSatisfy(map -> assertThat(map.impressions()).isEqualTo(expected));
  }

  @Test
  void namedNetworksAreComparedInOneReplay() {
    Path out = d("several");
    replay(
            out,
            "--model",
            "a=" + seminarNetwork.folder() + ",b=" + later.folder(),
            "--model=din=" + din.folder(),
            "--codebook",
            codebook,
            "--arms=a/exact,a/pq,a,b,b/recent,din,exact",
            "--baseline=din")
        .assertDone();
    RunManifest manifest = RunFolder.open(out).manifest();
    assertThat(manifest.models())
        .extracting(RunManifest.Model::name)
        .containsExactly("a", "b", "din");
    assertThat(manifest.codebooks()).extracting(RunManifest.Codebook::arm).containsExactly("a/pq");
    assertThat(String.join(" ", manifest.notes()))
        .contains(
            "Network b is pretrained only",
            "Arms without a network: vectors are the data set's own",
            "hold nothing that the network b reads and are left out of every arm of it");
    assertThat(manifest.evaluation().arms().get(1).description())
        .startsWith("Network a: Product quantisation");
    assertPeriods(out, T1 + 1_000, T2 + 500);
    int undefined = 0;
    for (CellsFile.Cell cell : CellsFile.read(RunFolder.open(out).cellsFile())) {
      boolean fidelity = cell.metric().matches("recall@.*|mass_kept|output_.*");
      if (fidelity && List.of("a", "b", "din").contains(cell.arm())) {
        assertThat(cell.value()).isNaN();
        assertThat(cell.reason()).contains("forward pass");
        undefined++;
      } else {
        assertThat(String.valueOf(cell.reason())).doesNotContain("forward pass");
      }
    }
    assertThat(undefined).isPositive();
  }

  @Test
  void namedNetworksAreTheArmsWhereNoneIsNamed() {
    Path out = d("default");
    replay(out, "--model", "x=" + seminarNetwork.folder(), "--model", "din=" + din.folder())
        .assertDone();
    assertThat(RunFolder.open(out).manifest().evaluation().arms())
        .extracting(RunManifest.Arm::name)
        .containsExactly("x", "din");
  }

  @Test
  void theSplitMayBeLaterThanTheNetworksPeriodNotEarlier() {
    Path out = d("late");
    replay(out, "--model", seminarNetwork.folder(), "--split-time=" + (T2 + 3_000)).assertDone();
    assertPeriods(out, T1, T2 + 3_000);
    replay(d("x"), "--model", seminarNetwork.folder(), "--split-time=" + (T2 - 1))
        .assertRefused("split time " + (T2 - 1), "too early", "" + T2);
    replay(
            d("x"),
            "--model=a=" + seminarNetwork.folder(),
            "--model=b=" + later.folder(),
            "--split-time=" + T2)
        .assertRefused("network b", "" + (T2 + 500));
    assertThat(d("x")).doesNotExist();
  }

  @Test
  void aNetworkOfOtherUsersOfTheSameCatalogueIsNoted() {
    Path other = new RandomDataset(61, 300, 20).history(10, 40).pages(3, 6).write(d("fewer"), 59);
    assertThat(Dataset.open(other).catalogueDigest())
        .isEqualTo(Dataset.open(data).catalogueDigest());
    Checkpoint network =
        network("fewer-network", other, Architecture.SEMINAR, T1, T2, Stage.FINETUNED);
    Path out = d("of-others");
    replay(out, "--model", network.folder(), "--arms=network").assertDone();
    assertThat(String.join(" ", RunFolder.open(out).manifest().notes()))
        .contains("another data set of the same catalogue", Dataset.open(other).digest());
  }

  @Test
  void quantizesAsTheNetworkWeighsItsFields() {
    CodebookFolder folder = CodebookFolder.open(codebook, Dataset.open(data).catalogueDigest());
    assertThat(folder.facts()).containsEntry("network", seminarNetwork.digest());
    assertThat(folder.codebooks().of(0).fields())
        .extracting(field -> field.name())
        .containsExactly("query", "image", "id", "attributes", "text");
    double weights =
        folder.codebooks().of(0).fields().stream().mapToDouble(field -> field.weight()).sum();
    assertThat(weights).isBetween(1 - 1e-6, 1 + 1e-6);
  }

  @Test
  void quantizesForEveryHeadWhereAskedTo() {
    Path out = d("per-head");
    seminar(
            "quantize",
            "--data",
            data,
            "--bytes=10",
            "--method=opq",
            "--bits=4",
            "--anisotropic=0.5",
            "--per-head",
            "--train-on=all",
            "--threads=1",
            "--model",
            seminarNetwork.folder(),
            "--out",
            out)
        .assertDone();
    CodebookFolder folder = CodebookFolder.open(out, Dataset.open(data).catalogueDigest());
    assertThat(folder.codebooks().perHead()).isTrue();
    assertThat(folder.codebooks().size()).isEqualTo(2);
    assertThat(folder.codebooks().codeBytes()).isEqualTo(10);
    assertThat(folder.codebooks().method().key()).isEqualTo("opq");
    assertThat(folder.codebooks().bits()).isEqualTo(4);
    assertThat(folder.facts()).containsEntry("anisotropic", "0.5");
    assertThat(folder.facts()).containsKey("head-1.field-1.squared-error");
  }

  @Test
  void refusesNetworksThatDoNotFit() {
    Path out = d("x");
    Path other = new RandomDataset(62, 300, 20).write(d("other-data"), 3);
    Checkpoint foreign = network("foreign", other, Architecture.SEMINAR, T1, T2, Stage.FINETUNED);
    String[] digests = {
      Dataset.open(data).catalogueDigest(), Dataset.open(other).catalogueDigest()
    };
    replay(out, "--model", foreign.folder()).assertRefused(foreign.folder().toString());
    replay(out, "--model", foreign.folder()).assertRefused(digests);
    quantize(foreign.folder(), out).assertRefused(digests);
    replay(out, "--model", data).assertRefused(data.toString(), "no such file");
    replay(out, "--model", "a=" + din.folder(), "--model", "a=" + later.folder())
        .assertRefused("two networks are named 'a'");
    replay(out, "--model", din.folder(), "--model", "a=" + later.folder())
        .assertRefused(din.folder().toString(), "has no name", "expected NAME=");
    replay(out, "--model", "exact=" + din.folder())
        .assertRefused("'exact'", "not the name of an arm");
    replay(out, "--model", seminarNetwork.folder(), "--recall-at=11")
        .assertRefused("[5, 10, 11]", "keeps 10 behaviours", "arm 'exact'");
    assertThat(out).doesNotExist();
  }

  @Test
  void refusesArmsThatANetworkLacks() {
    Path out = d("x");
    replay(out, "--arms=network").assertRefused("'network'", "expected a network to be given");
    replay(out, "--model", din.folder(), "--arms=exact")
        .assertRefused("'exact'", "not offered", "is din", "expected 'network'");
    replay(out, "--model", "a=" + din.folder(), "--arms=b/exact")
        .assertRefused("'b/exact'", "'b'", "unknown", "[a]");
    quantize(din.folder(), out).assertRefused(din.folder().toString(), "din", "expected seminar");
    assertThat(out).doesNotExist();
  }

  @Test
  void refusesCodebooksOfAnotherNetworkOrOfNone() {
    Path out = d("x");
    Path own = d("own-codebook");
    seminar("quantize", "--data", data, "--bytes=6", "--train-on=all", "--threads=1", "--out", own)
        .assertDone();
    replay(out, "--model", later.folder(), "--codebook", codebook, "--arms=exact,pq")
        .assertRefused(
            codebook.toString(), "another network", seminarNetwork.digest(), later.digest());
    replay(out, "--model", later.folder(), "--codebook", own, "--arms=exact,pq")
        .assertRefused(own.toString(), "data set's own vectors", later.digest());
    replay(out, "--codebook", codebook, "--arms=exact,pq")
        .assertRefused(
            codebook.toString(), "another network", "expected that of the data set's own vectors");
    replay(out, "--model", "a=" + later.folder(), "--codebook", own, "--arms=a/pq")
        .assertRefused("'a/pq'", "the network a to be given");
    assertThat(out).doesNotExist();
    // With names, the codebook of the data set's own vectors is for the arms without a network.
    replay(d("own"), "--model", "a=" + later.folder(), "--codebook", own, "--arms=a/exact,pq")
        .assertDone();
  }
}
