package io.seminar.pipelines.cli;

import static io.seminar.pipelines.cli.SeminarTest.seminar;
import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.checkpoint.Description;
import io.seminar.network.checkpoint.Stage;
import io.seminar.network.checkpoint.TrainingFolder;
import io.seminar.network.examples.TimeSplit;
import io.seminar.network.model.Architecture;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.training.Training;
import io.seminar.pipelines.cli.SeminarTest.Output;
import io.seminar.pipelines.replay.DamagedDataset;
import io.seminar.pipelines.replay.RandomDataset;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetSchema;
import io.seminar.sessions.DatasetWriter;
import io.seminar.sessions.History;
import io.seminar.sessions.Item;
import io.seminar.sessions.Modality;
import io.seminar.sessions.Query;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.vector.IntVector;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings as a script sees them. */
class TrainingCommandsTest {
  private static final long T1 = 1_012_000;
  private static final long T2 = 1_024_000;

  @TempDir static Path folder;
  private static Path data;
  private static Path pretrained;
  private static Output output;

  /** Pretrains once, with every option in a file. */
  @BeforeAll
  static void pretrain() throws IOException {
    data = new RandomDataset(71, 120, 15).history(10, 60).pages(3, 5).write(d("data"), 40);
    pretrained = d("pretrained");
    Path config =
        Files.writeString(
            d("pretrain.yaml"),
            """
            data: %s
            out: %s
            hidden: 8
            heads: 2
            keep: 6
            fields: [id, text]
            queries: true
            freeze-projections: true
            hash-bits: 12
            weight-next: 0.5
            weight-align: 0.25
            weight-relevance: 2
            temperature: 0.1
            positions: 3
            window: 12
            negatives: 4
            epochs: 2
            batch: 16
            rate: 0.002
            batch-mib: 64
            window-mib: 32
            train-until: %s
            validate-until: %d
            device: cpu
            resume: false
            overwrite: false
            strict: true
            seed: 7
            threads: 1
            """
                .formatted(data, pretrained, Instant.ofEpochMilli(T1), T2));
    output = seminar("pretrain", "--config", config).assertDone();
  }

  private static Path d(String name) {
    return folder.resolve(name);
  }

  private static Output finetune(Path data, Path out, Object... more) {
    List<Object> words = new ArrayList<>(List.of("finetune", "--data", data, "--out", out));
    words.addAll(unlessGiven(List.of("--threads=1", "--epochs=1", "--quiet"), more));
    words.addAll(List.of(more));
    return seminar(words.toArray());
  }

  /** Those of the defaults, {@code --name=value}, whose name is not among the words. */
  private static List<String> unlessGiven(List<String> defaults, Object... words) {
    return defaults.stream()
        .filter(
            option -> {
              String name = option.split("=")[0];
              return Stream.of(words).noneMatch(w -> w.toString().split("=")[0].equals(name));
            })
        .toList();
  }

  /** A small network on the common data. */
  private static Output small(Path out, Object... more) {
    List<String> defaults =
        List.of(
            "--hidden=8", "--heads=2", "--keep=5", "--train-until=" + T1, "--validate-until=" + T2);
    List<Object> words = new ArrayList<>(unlessGiven(defaults, more));
    words.addAll(List.of(more));
    return finetune(data, out, words.toArray());
  }

  private static Description description(Path model) {
    return Checkpoint.open(model).description();
  }

  @Test
  void everyOptionCanStandInTheFile() {
    Description description = description(pretrained);
    assertThat(description.stage()).isEqualTo(Stage.PRETRAINED);
    assertThat(description.spec())
        .isEqualTo(
            new NetworkSpec(
                Architecture.SEMINAR, 8, 2, 6, List.of("id", "text"), true, false, 12, 3, 24));
    assertThat(description.timeSplit()).isEqualTo(new TimeSplit(T1, T2));
    assertThat(description.seed()).isEqualTo(7);
    assertThat(description.history()).hasSize(2);
    assertThat(description.options().toString())
        .contains(
            "batch=16",
            "batch-bytes=" + (64 << 20),
            "device=cpu()",
            "epochs=2",
            "negatives=4",
            "positions=3",
            "rate=0.002",
            "temperature=0.1",
            "threads=1",
            "weight-align=0.25",
            "weight-next=0.5",
            "weight-relevance=2",
            "window=12",
            "window-bytes=" + (32 << 20));
    assertThat(description.data().digest()).isEqualTo(Dataset.open(data).digest());
    assertThat(description.data().examples())
        .containsKeys("training-behaviours", "training-requests", "validation-ranked-users")
        .containsEntry("users-left-out", 0L);
    assertThat(description.provenance()).containsKeys("code.version", "library.djl", "jvm");
  }

  @Test
  void tellsHowItGoesAndEndsWithATableAndTheFolders() {
    assertThat(output.err().lines())
        .anyMatch(line -> line.matches("pretrain: training on [\\d,]+ behaviours, [\\d,]+ of.*"))
        .anyMatch(
            line -> line.matches("pretrain: epoch 1 of 2: trained loss .*; validated loss .*"))
        .anyMatch(line -> line.startsWith("pretrain: epoch 2 of 2: trained loss "));
    List<String> lines = output.out().lines().toList();
    int chosen = Training.chosenEpoch(description(pretrained));
    assertThat(lines).hasSize(5);
    assertThat(lines.get(0))
        .startsWith("epoch")
        .contains("train.loss", "validation.loss", "train.next", "train.align", "train.relevance")
        .doesNotContain("validation.score");
    assertThat(lines.get(chosen)).startsWith(chosen + " chosen");
    assertThat(lines.get(3)).isEqualTo(pretrained.toString());
    assertThat(Path.of(lines.get(4))).isEqualTo(pretrained.resolve("report").resolve("index.html"));
    assertThat(TrainingFolder.beside(pretrained)).doesNotExist();
  }

  @Test
  void reportsAndInspectsACheckpoint() throws IOException {
    Path page = pretrained.resolve("report").resolve("index.html");
    String before = Files.readString(page);
    assertThat(before)
        .contains(
            "items.text.encoder",
            "balance a, share of the query",
            "inverse temperature of head 2",
            Instant.ofEpochMilli(T1).toString(),
            Dataset.open(data).digest(),
            "its prediction head has learned nothing");
    assertThat(pretrained.resolve("report"))
        .isDirectoryContaining("glob:**loss.svg")
        .isDirectoryContaining("glob:**relevance.png")
        .isDirectoryContaining("glob:**epochs.csv");
    Files.delete(page);
    Output again = seminar("report", pretrained).assertDone();
    assertThat(again.out().strip()).isEqualTo(page.toString());
    assertThat(Files.readString(page)).isEqualTo(before);

    Output inspected = seminar("inspect", pretrained).assertDone();
    assertThat(inspected.out())
        .contains(
            "architecture: seminar",
            "item fields: id, text",
            "validated on requests before: " + Instant.ofEpochMilli(T2),
            "gate, share of text: 0.",
            "network, SHA-256: " + Checkpoint.open(pretrained).digest(),
            "chosen");
  }

  @Test
  void finetunesFromACheckpointWithItsSettings() throws IOException {
    Path out = d("finetuned");
    Output finetuned =
        finetune(
                data,
                out,
                "--from",
                pretrained,
                "--train-until=" + T1,
                "--validate-until=" + T2,
                "--hidden=8",
                "--fields=text,id")
            .assertDone();
    assertThat(finetuned.err()).as("quiet").isEmpty();
    Description description = description(out);
    assertThat(description.stage()).isEqualTo(Stage.FINETUNED);
    assertThat(description.spec()).isEqualTo(description(pretrained).spec());
    assertThat(description.options())
        .containsEntry("from", Checkpoint.open(pretrained).digest())
        .containsKeys("from.weight-align", "longest", "patience");
    assertThat(Files.readString(out.resolve("report").resolve("index.html")))
        .contains("validation GAUC", "training loss")
        .doesNotContain("has learned nothing");
    assertThat(finetuned.out()).contains("validation.gauc").contains(out.toString());
  }

  @Test
  void settingsThatTheParametersDoNotFixCanChange() {
    Path out = d("another");
    finetune(
            data,
            out,
            "--from",
            pretrained,
            "--train-until=" + T1,
            "--validate-until=" + T2,
            "--network=sdim",
            "--keep=9",
            "--no-freeze-projections")
        .assertDone();
    assertThat(description(out).spec())
        .isEqualTo(
            new NetworkSpec(
                Architecture.SDIM, 8, 2, 9, List.of("id", "text"), true, true, 48, 3, 36));
  }

  @ParameterizedTest
  @ValueSource(strings = {"popularity", "average", "din"})
  void trainsBaselinesWithoutQueries(String network) throws IOException {
    Path out = d("baseline-" + network);
    small(out, "--network", network, "--no-queries", "--batch=8").assertDone();
    Description description = description(out);
    assertThat(description.spec().architecture().key()).isEqualTo(network);
    assertThat(description.spec().queries()).isFalse();
    assertThat(description.spec().fields()).containsExactly("id", "attributes", "text", "image");
    assertThat(description.history()).hasSize(1);
    assertThat(Files.readString(out.resolve("report").resolve("index.html")))
        .contains("validation GAUC");
    seminar("inspect", out).assertDone();
  }

  @Test
  void theQueriesOfTheFileYieldToTheFlag() throws IOException {
    Path config =
        Files.writeString(d("queries.yaml"), "queries: false\nfreeze-projections: true\n");
    Path off = d("queries-off");
    small(off, "--network=average", "--config", config).assertDone();
    assertThat(description(off).spec().queries()).isFalse();
    assertThat(description(off).spec().projections()).isFalse();
    Path on = d("queries-on");
    small(on, "--network=average", "--config", config, "--queries", "--no-freeze-projections")
        .assertDone();
    assertThat(description(on).spec().queries()).isTrue();
    assertThat(description(on).spec().projections()).isTrue();
  }

  @Test
  void refusesASettingThatTheCheckpointFixes() {
    Path out = d("x");
    finetune(data, out, "--from", pretrained, "--hidden=16")
        .assertRefused("--hidden is 16", pretrained.toString(), "trained with 8");
    finetune(data, out, "--from", pretrained, "--heads=4")
        .assertRefused("--heads is 4", "trained with 2");
    finetune(data, out, "--from", pretrained, "--fields=id,image")
        .assertRefused("--fields is [id, image]", "trained with [id, text]");
    finetune(data, out, "--from", pretrained, "--no-queries")
        .assertRefused("--no-queries is given", "trained with them");
    assertNothingAt(out);
  }

  @Test
  void refusesCheckpointsThatDoNotFit() {
    Path out = d("x");
    Path other = new RandomDataset(72, 120, 15).write(d("other"), 5);
    finetune(other, out, "--from", pretrained)
        .assertRefused(
            pretrained.toString(),
            Dataset.open(data).catalogueDigest(),
            Dataset.open(other).catalogueDigest());
    finetune(data, out, "--from", d("nowhere")).assertRefused(d("nowhere").toString());
    finetune(data, out, "--from", data).assertRefused(data.toString(), "checkpoint.json");
    finetune(data, out, "--from", pretrained, "--train-until=" + (T1 - 1))
        .assertRefused(pretrained.toString(), Instant.ofEpochMilli(T1).toString());
    assertNothingAt(out);
  }

  @Test
  void refusesNetworksThatThereAreNot() {
    Path out = d("x");
    Output unknown = small(out, "--network=rival");
    unknown.assertRefused("network \"rival\" is unknown");
    unknown.assertRefused(Architecture.keys().toArray(new String[0]));
    small(out, "--heads=3").assertRefused("hidden is 8", "3 heads");
    small(out, "--keep=0").assertRefused("keep is 0");
    small(out, "--keep=2000000000").assertRefused("keep is 2000000000", "at most");
    small(out, "--network=eta", "--hash-bits=65").assertRefused("hashBits is 65");
    small(out, "--hash-bits=0").assertRefused("--hash-bits is 0");
    small(out, "--fields=id,sound").assertRefused("field \"sound\"", "text");
    small(out, "--fields=id,id").assertRefused("fields is [id, id]");
    seminar("pretrain", "--data", data, "--out", out, "--network=din").assertRefused("--network");
    assertNothingAt(out);
  }

  @Test
  void refusesOptionsOutOfRange() {
    Path out = d("x");
    small(out, "--epochs=0").assertRefused("epochs is 0");
    small(out, "--patience=0").assertRefused("patience is 0");
    small(out, "--batch=1").assertRefused("batch is 1");
    small(out, "--longest=0").assertRefused("longest is 0");
    small(out, "--rate=0").assertRefused("learning rate is 0.0");
    small(out, "--rate=NaN").assertRefused("learning rate is NaN");
    small(out, "--batch-mib=0").assertRefused("--batch-mib is 0");
    small(out, "--window-mib=" + Long.MAX_VALUE).assertRefused("--window-mib");
    small(out, "--threads=0").assertRefused("--threads");
    small(out, "--device=tpu").assertRefused("device is \"tpu\"", "gpu:N");
    small(out, "--device=gpu:99").assertRefused("device is gpu:99");
    small(out, "--train-until=yesterday").assertRefused("--train-until", "'yesterday' is no time");
    small(out, "--train-until=" + (T2 + 1)).assertRefused("end of training", "end of validation");
    Object[] pretrain = {"pretrain", "--data", data, "--out", out, "--quiet"};
    pretrain(pretrain, "--weight-next=0", "--weight-align=0", "--weight-relevance=0")
        .assertRefused("all objectives have weight 0");
    pretrain(pretrain, "--weight-align=-1").assertRefused("align is -1.0");
    pretrain(pretrain, "--temperature=0").assertRefused("temperature is 0.0");
    pretrain(pretrain, "--positions=0").assertRefused("positions is 0");
    pretrain(pretrain, "--window=0").assertRefused("window is 0");
    pretrain(pretrain, "--negatives=-1").assertRefused("negatives is -1");
    assertNothingAt(out);
  }

  private static Output pretrain(Object[] words, String... more) {
    List<Object> all = new ArrayList<>(List.of(words));
    all.addAll(List.of(more));
    return seminar(all.toArray());
  }

  @Test
  void refusesToReplaceWhatIsThereUnlessAsked() throws IOException {
    byte[] before = Files.readAllBytes(pretrained.resolve("checkpoint.json"));
    small(pretrained).assertRefused(pretrained.toString(), "something there already");
    assertThat(Files.readAllBytes(pretrained.resolve("checkpoint.json"))).isEqualTo(before);
    small(data, "--overwrite").assertRefused(data.toString(), "a folder without checkpoint.json");

    Path out = d("twice");
    small(out, "--network=average").assertDone();
    small(out, "--network=popularity", "--overwrite").assertDone();
    assertThat(description(out).spec().architecture()).isEqualTo(Architecture.POPULARITY);
  }

  @Test
  void refusesToResumeWhatWasNotBegun() {
    Path out = d("x");
    small(out, "--resume").assertRefused(TrainingFolder.beside(out).toString(), "no such folder");
    assertNothingAt(out);
  }

  @Test
  void unknownKeysOfTheFileAreNamed() throws IOException {
    Path config = Files.writeString(d("keys.yaml"), "no-queries: true\n");
    small(d("x"), "--config", config)
        .assertRefused(config.toString(), "unknown key 'no-queries'", "queries", "window-mib");
    Path list = Files.writeString(d("list.yaml"), "network: [din, eta]\n");
    small(d("x"), "--config", list).assertRefused("network \"din,eta\" is unknown");
    assertNothingAt(d("x"));
  }

  /** A data set of one modality, a query and users who all have these pages. */
  private static Path labelled(String name, boolean vectors, Request... requests) {
    Path out = d(name);
    DatasetSchema schema = new DatasetSchema(List.of(new Modality("text", 2)), 0);
    try (DatasetWriter writer = DatasetWriter.create(out, schema, false)) {
      for (int i = 0; i < 12; i++) {
        float[] vector = vectors ? new float[] {(float) Math.cos(i), (float) Math.sin(i)} : null;
        writer.addItem(new Item("i" + i, 0, new int[0], new float[][] {vector}));
      }
      writer.addQuery(new Query("q", new int[] {1}, null));
      for (int u = 0; u < 6; u++) {
        History history =
            new History(
                new long[] {1, 2, 3},
                new int[] {u, u + 3, u + 1},
                new int[] {0, 1, 0},
                new byte[3]);
        writer.addUser(new User("u" + u, history, List.of(requests)));
      }
      writer.finish("by hand", Map.of());
    }
    return out;
  }

  private static Request request(long time, int... labels) {
    int[] item = new int[labels.length];
    short[] position = new short[labels.length];
    byte[] label = new byte[labels.length];
    for (int i = 0; i < labels.length; i++) {
      item[i] = 2 * i;
      position[i] = (short) (i + 1);
      label[i] = (byte) labels[i];
    }
    return new Request(time, time, 0, item, position, label, null);
  }

  private static final Object[] SPLIT = {"--train-until=20", "--validate-until=30"};

  @Test
  void refusesDataThatNothingCanBeLearnedFrom() {
    Path out = d("x");
    finetune(labelled("unclicked", true, request(10, 0, 0), request(20, 1, 0)), out, SPLIT)
        .assertRefused("12 impressions, none of them clicked");
    finetune(labelled("clicked", true, request(10, 1, 1), request(20, 1, 0)), out, SPLIT)
        .assertRefused("12 impressions, all of them clicked");
    finetune(labelled("unranked", true, request(10, 1, 0), request(20, 0, 0)), out, SPLIT)
        .assertRefused("no user with clicked and other ones");
    Path silent = labelled("silent", true);
    finetune(silent, out).assertRefused(silent.toString(), "no request");
    finetune(silent, out, SPLIT).assertRefused("no request");
    Path early = labelled("early", true, request(10, 1, 0));
    finetune(early, out, "--train-until=5", "--validate-until=8").assertRefused("no request");
    seminar(
            "pretrain",
            "--data",
            early,
            "--out",
            out,
            "--train-until=1",
            "--validate-until=8",
            "--quiet")
        .assertRefused("no behaviour before");
    finetune(d("nowhere"), out).assertRefused(d("nowhere").toString(), "no such file");
    assertNothingAt(out);
  }

  @Test
  void refusesAModalityThatNoItemHas() {
    Path bare = labelled("bare", false, request(10, 1, 0), request(20, 1, 0));
    Path out = d("x");
    finetune(bare, out, SPLIT).assertRefused("modality \"text\" is missing everywhere");
    assertNothingAt(out);
    Path without = d("without-text");
    finetune(bare, without, "--train-until=20", "--validate-until=30", "--fields=id").assertDone();
    assertThat(description(without).spec().fields()).containsExactly("id");
  }

  @Test
  void pretrainsWithoutRequestsWhereItIsToldWhen() {
    Path silent = labelled("behaviours", true);
    Path out = d("from-behaviours");
    seminar(
            "pretrain",
            "--data",
            silent,
            "--out",
            out,
            "--train-until=1970-01-01T00:00:00.020Z",
            "--validate-until=30",
            "--hidden=4",
            "--heads=1",
            "--epochs=2",
            "--threads=1",
            "--quiet")
        .assertDone();
    assertThat(Training.chosenEpoch(description(out))).as("nothing to validate on").isEqualTo(2);
    assertThat(out.resolve("report").resolve("index.html"))
        .content()
        .contains("There was nothing to validate on");
  }

  @Test
  void badRowsAreLeftOutAndCounted() {
    Path damaged = new RandomDataset(71, 120, 15).history(10, 60).pages(3, 5).write(d("bad"), 40);
    DamagedDataset.rewrite(
        damaged,
        DamagedDataset.USERS,
        root -> {
          IntVector items = (IntVector) DamagedDataset.eventField(root, "item");
          items.set(DamagedDataset.firstEvent(root, 7) + 2, 999_999);
        });
    Path out = d("from-bad");
    Object[] small = {"--network=average", "--hidden=8", "--heads=2"};
    Output trained = finetune(damaged, out, small).assertDone();
    assertThat(trained.out()).contains("1 users left out");
    assertThat(description(out).data().examples()).containsEntry("users-left-out", 1L);
    finetune(damaged, d("x"), "--strict").assertRefused("history[2].item", "999999");
    assertNothingAt(d("x"));
  }

  /** Neither a checkpoint nor a training nor anything unfinished. */
  private static void assertNothingAt(Path out) {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.equals(out.getFileName().toString()))
          .noneMatch(name -> name.startsWith(out.getFileName() + "."))
          .noneMatch(name -> name.startsWith("." + out.getFileName() + "."));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
