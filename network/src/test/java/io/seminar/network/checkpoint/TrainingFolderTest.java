package io.seminar.network.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.network.examples.TimeSplit;
import io.seminar.network.model.Architecture;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.model.Parameters;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingFolderTest {
  @TempDir Path folder;
  private Dataset dataset;
  private Path out;
  private Description description;

  @BeforeEach
  void describe() {
    dataset = Trained.dataset(folder.resolve("data"));
    out = folder.resolve("checkpoint");
    description = Trained.description(dataset, Architecture.SEMINAR);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsSavedIsReadBitForBit(Architecture architecture) throws IOException {
    description = Trained.description(dataset, architecture);
    long seed = System.nanoTime();
    TrainingFolder training = TrainingFolder.begin(out, false);
    training.save(Trained.state(description, 1, seed));
    TrainingState saved = Trained.state(description, 2, seed + 10);
    training.save(saved);

    TrainingState read = TrainingFolder.resume(out, false).read(description);
    assertThat(bits(read)).as("seed %d", seed).isEqualTo(bits(saved));
    assertThat(read.description().history()).isEqualTo(description.history());
    assertThat(names(training.folder())).containsExactly("epoch-2");
    assertThat(training.folder()).isEqualTo(folder.resolve("checkpoint.training"));
    assertThat(out).doesNotExist();

    Checkpoint checkpoint = Checkpoint.open(training.folder().resolve("epoch-2"));
    assertThat(Trained.bits(checkpoint.parameters())).isEqualTo(Trained.bits(saved.parameters()));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, 0.1 + 0.2})
  void theBestEpochComesBackEvenIfItsValueIsUndefined(double value) {
    Parameters best = Trained.parameters(description, 5);
    TrainingState state = Trained.state(description, 3, 1);
    TrainingFolder.begin(out, false)
        .save(
            new TrainingState(
                description,
                3,
                state.parameters(),
                state.optimizer(),
                new TrainingState.Best(2, value, best)));
    TrainingState read = TrainingFolder.resume(out, false).read(description);
    assertThat(read.best().epoch()).isEqualTo(2);
    assertThat(Double.doubleToLongBits(read.best().value()))
        .isEqualTo(Double.doubleToLongBits(value));
    assertThat(Trained.bits(read.best().parameters())).isEqualTo(Trained.bits(best));
  }

  @Test
  void thereNeedNotBeABestEpoch() throws IOException {
    TrainingState state = Trained.state(description, 1, 1);
    TrainingFolder training = TrainingFolder.begin(out, false);
    training.save(new TrainingState(description, 1, state.parameters(), state.optimizer(), null));
    assertThat(training.read(description).best()).isNull();
    assertThat(names(training.folder().resolve("epoch-1"))).doesNotContain("best.bin");
  }

  @Test
  void whereverTheSwapIsInterruptedAWholeStateIsFound() throws IOException {
    TrainingFolder training = TrainingFolder.begin(out, false);
    training.save(Trained.state(description, 1, 1));
    Path first = training.folder().resolve("epoch-1");
    Path kept = folder.resolve("kept");
    copy(first, kept);

    // Killed while the next state was written.
    Path partial = training.folder().resolve(".epoch-2.partial-1-0");
    Files.createDirectory(partial);
    Files.writeString(partial.resolve("parameters.bin"), "half");
    assertThat(epoch()).isEqualTo(1);

    // Killed after it got its name, before the last one was removed; here the tenth, since 10
    // comes before 9 in the order of names.
    training.save(Trained.state(description, 9, 9));
    assertThat(names(training.folder())).containsExactly("epoch-9");
    training.save(Trained.state(description, 10, 10));
    copy(kept, first);
    assertThat(epoch()).isEqualTo(10);

    // Killed while the last one was removed.
    Files.delete(first.resolve("parameters.bin"));
    assertThat(epoch()).isEqualTo(10);

    TrainingFolder resumed = TrainingFolder.resume(out, false);
    resumed.save(Trained.state(description, 11, 11));
    assertThat(names(training.folder())).containsExactly("epoch-11");
  }

  @Test
  void aKilledProcessLeavesAWholeState() throws Exception {
    for (int trial = 0; trial < 5; trial++) {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--add-opens=java.base/java.nio=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  SaveForever.class.getName(),
                  dataset.folder().toString(),
                  out.toString())
              .redirectError(folder.resolve("errors").toFile())
              .start();
      try {
        assertThat(process.getInputStream().read())
            .as(() -> "the first save; errors in " + folder.resolve("errors"))
            .isEqualTo('s');
        Thread.sleep(7L * trial);
        assertThat(process.isAlive()).isTrue();
      } finally {
        process.destroyForcibly().waitFor();
      }
      TrainingState state = TrainingFolder.resume(out, false).read(description);
      assertThat(bits(state))
          .as("killed %d ms after the first save", 7 * trial)
          .isEqualTo(bits(Trained.state(description, state.epoch(), state.epoch())));
    }
  }

  /** Saves epoch after epoch until it is killed. */
  static final class SaveForever {
    public static void main(String[] arguments) {
      Dataset dataset = Dataset.open(Path.of(arguments[0]));
      Description description = Trained.description(dataset, Architecture.SEMINAR);
      TrainingFolder training = TrainingFolder.begin(Path.of(arguments[1]), true);
      for (int epoch = 1; ; epoch++) {
        training.save(Trained.state(description, epoch, epoch));
        if (epoch == 1) {
          System.out.print('s');
          System.out.flush();
        }
      }
    }
  }

  @Test
  void anotherTrainingIsRefusedByNameOfWhatDiffers() {
    TrainingFolder training = TrainingFolder.begin(out, false);
    training.save(Trained.state(description, 1, 1));
    Description d = description;
    NetworkSpec spec =
        new NetworkSpec(Architecture.SEMINAR, 8, 2, 5, List.of("id", "text"), true, true, 12, 3, 8);
    Description.Data data =
        new Description.Data("x", "y", d.data().catalogueDigest(), new TreeMap<>());
    TreeMap<String, Object> options = new TreeMap<>(d.options());
    options.put("rate", 0.2f);
    options.put("more", "yes");

    refuses(
        changed(d.stage(), spec, d.data(), d.timeSplit(), d.options(), d.seed()),
        "found spec.fields [\"id\",\"attributes\",\"text\"], spec.keep 4, expected spec.fields"
            + " [\"id\",\"text\"], spec.keep 5, as asked for now");
    refuses(
        changed(d.stage(), d.spec(), data, d.timeSplit(), d.options(), d.seed()),
        "found data.digest \""
            + dataset.digest()
            + "\", data.origin \"by hand\", expected"
            + " data.digest \"y\", data.origin \"x\"");
    refuses(
        changed(d.stage(), d.spec(), d.data(), new TimeSplit(1_000, 3_000), d.options(), d.seed()),
        "found timeSplit.validateUntil 2000, expected timeSplit.validateUntil 3000");
    refuses(
        changed(Stage.PRETRAINED, d.spec(), d.data(), d.timeSplit(), options, 8),
        "found options.more absent, options.rate 0.1, seed 7, stage \"FINETUNED\", expected"
            + " options.more \"yes\", options.rate 0.2, seed 8, stage \"PRETRAINED\"");

    Description elsewhere =
        new Description(
            d.stage(),
            d.spec(),
            d.shape(),
            d.data(),
            d.timeSplit(),
            d.options(),
            d.seed(),
            List.of(),
            new TreeMap<>(Map.of("machine", "another")));
    assertThatCode(() -> training.read(elsewhere)).doesNotThrowAnyException();
  }

  private Description changed(
      Stage stage,
      NetworkSpec spec,
      Description.Data data,
      TimeSplit split,
      Map<String, Object> options,
      long seed) {
    return new Description(
        stage,
        spec,
        description.shape(),
        data,
        split,
        new TreeMap<>(options),
        seed,
        description.history(),
        description.provenance());
  }

  private void refuses(Description wanted, String message) {
    assertThatThrownBy(() -> TrainingFolder.resume(out, false).read(wanted))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("checkpoint.json, description: " + message);
  }

  @Test
  void damageIsNoticed() throws IOException {
    TrainingFolder training = TrainingFolder.begin(out, false);
    training.save(Trained.state(description, 1, 1));
    Path state = training.folder().resolve("epoch-1");
    for (String name : List.of("parameters.bin", "optimizer.bin", "best.bin")) {
      Path file = state.resolve(name);
      byte[] bytes = Files.readAllBytes(file);
      byte[] damaged = bytes.clone();
      damaged[bytes.length / 3] ^= 64;
      Files.write(file, damaged);
      refusesState(name + ": found SHA-256");
      Files.write(file, new byte[8]);
      refusesState(name + ": found 8 bytes, expected " + bytes.length + " bytes");
      Files.delete(file);
      refusesState(name + ": found no such file");
      Files.write(file, bytes);
    }
    Path progress = state.resolve("progress.json");
    String text = Files.readString(progress);
    Files.writeString(progress, text.replace("\"schemaVersion\" : 1", "\"schemaVersion\" : 9"));
    refusesState("progress.json, schemaVersion: found 9");
    Files.writeString(progress, text.replace("\"steps\" : 100,", ""));
    refusesState("progress.json, steps: found no such key");
    Files.writeString(progress, text.replace("optimizer.bin", "optimiser.bin"));
    refusesState("progress.json, files: found [best.bin, optimiser.bin], expected an entry for");
    Files.delete(progress);
    refusesState("progress.json: found no such file");
    Files.writeString(progress, text);
    assertThatCode(() -> training.read(description)).doesNotThrowAnyException();
  }

  private void refusesState(String message) {
    assertThatThrownBy(() -> TrainingFolder.resume(out, false).read(description))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("epoch-1");
  }

  @Test
  void aTrainingThatWasInterruptedIsOverwrittenOnlyWhenAsked() throws IOException {
    assertThatThrownBy(() -> TrainingFolder.resume(out, false))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("checkpoint.training: found no such folder");
    TrainingFolder.begin(out, false);
    assertThatThrownBy(() -> TrainingFolder.resume(out, false))
        .hasMessageContaining("checkpoint.training: found no whole epoch");

    TrainingFolder.begin(out, false).save(Trained.state(description, 4, 1));
    assertThatThrownBy(() -> TrainingFolder.begin(out, false))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("found a training that was interrupted after epoch 4");
    assertThatThrownBy(() -> TrainingFolder.check(out, false, false))
        .hasMessageContaining("found a training that was interrupted after epoch 4");
    TrainingFolder.check(out, false, true);
    TrainingFolder.check(out, true, false);
    assertThat(epoch()).isEqualTo(4);

    Path foreign = Files.createFile(TrainingFolder.beside(out).resolve("thesis.tex"));
    assertThatThrownBy(() -> TrainingFolder.begin(out, true))
        .hasMessageContaining("thesis.tex: found something else");
    assertThat(foreign).exists();
    Files.delete(foreign);
    assertThat(names(TrainingFolder.begin(out, true).folder())).isEmpty();
  }

  @Test
  void publishingReplacesTheTraining() {
    TrainingFolder training = TrainingFolder.begin(out, false);
    TrainingState state = Trained.state(description, 1, 1);
    training.save(state);
    Checkpoint published = training.publish(description, state.best().parameters());
    assertThat(training.folder()).doesNotExist();
    assertThat(Checkpoint.open(out).digest()).isEqualTo(published.digest());
    assertThat(Trained.bits(published.parameters()))
        .isEqualTo(Trained.bits(state.best().parameters()));

    assertThatThrownBy(() -> TrainingFolder.begin(out, false))
        .hasMessageContaining("found something there already");
    TrainingFolder again = TrainingFolder.begin(out, true);
    again.save(state);
    assertThatThrownBy(() -> TrainingFolder.resume(out, false))
        .hasMessageContaining("found something there already");
    String digest = again.publish(description, state.parameters()).digest();
    assertThat(digest).isNotEqualTo(published.digest());
    assertThat(Checkpoint.open(out).digest()).isEqualTo(digest);
  }

  @Test
  void whatAppearsMeanwhileIsNotReplacedAndTheTrainingStays() throws IOException {
    TrainingFolder training = TrainingFolder.begin(out, false);
    TrainingState state = Trained.state(description, 1, 1);
    training.save(state);
    Files.createFile(out);
    assertThatThrownBy(() -> training.publish(description, state.parameters()))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("found something there already");
    Files.delete(out);
    assertThat(epoch()).isEqualTo(1);
  }

  @Test
  void whatCannotBeResumedIsNotSaved() throws IOException {
    TrainingFolder training = TrainingFolder.begin(out, false);
    training.save(Trained.state(description, 2, 1));
    assertThatThrownBy(() -> training.save(Trained.state(description, 2, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("epoch is 2: expected one after 2, the last saved");

    TrainingState next = Trained.state(description, 3, 1);
    Map<String, float[]> first = new LinkedHashMap<>(next.optimizer().first());
    first.put("items.gate", new float[2]);
    assertThatThrownBy(
            () ->
                training.save(
                    new TrainingState(
                        description,
                        3,
                        next.parameters(),
                        new OptimizerState(1, first, next.optimizer().second()),
                        null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("first moments of parameter items.gate: found 2 floats, expected 3 floats");
    next.best().parameters().values("items.gate")[0] = Float.POSITIVE_INFINITY;
    assertThatThrownBy(() -> training.save(next))
        .hasMessageContaining("parameter items.gate[0] is Infinity");
    assertThat(names(training.folder())).containsExactly("epoch-2");
    assertThat(epoch()).isEqualTo(2);
  }

  private int epoch() {
    return TrainingFolder.resume(out, false).read(description).epoch();
  }

  private static Map<String, Object> bits(TrainingState state) {
    Map<String, Object> bits = new LinkedHashMap<>();
    bits.put("epoch", state.epoch());
    bits.put("parameters", Trained.bits(state.parameters()));
    bits.put("steps", state.optimizer().steps());
    for (String name : new TreeMap<>(state.optimizer().first()).keySet()) {
      bits.put("first " + name, Trained.bits(state.optimizer().first().get(name)));
      bits.put("second " + name, Trained.bits(state.optimizer().second().get(name)));
    }
    bits.put("best epoch", state.best().epoch());
    bits.put("best value", state.best().value());
    bits.put("best", Trained.bits(state.best().parameters()));
    return bits;
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Publication.deleteTree(to);
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(path)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(path, to.resolve(from.relativize(path)));
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
