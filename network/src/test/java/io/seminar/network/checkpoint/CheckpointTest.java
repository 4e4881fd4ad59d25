package io.seminar.network.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.network.SmallDataset;
import io.seminar.network.model.Architecture;
import io.seminar.network.model.Parameters;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.DatasetSchema;
import io.seminar.sessions.DatasetWriter;
import io.seminar.sessions.Item;
import io.seminar.sessions.Modality;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CheckpointTest {
  private static final String JSON = "checkpoint.json";
  private static final String BIN = "parameters.bin";

  @TempDir Path folder;
  private Dataset dataset;
  private Path out;

  @BeforeEach
  void write() {
    dataset = Trained.dataset(folder.resolve("data"));
    out = folder.resolve("parent").resolve("checkpoint");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenIsReadBitForBit(Architecture architecture) {
    Description description = Trained.description(dataset, architecture);
    long seed = System.nanoTime();
    Parameters parameters = Trained.parameters(description, seed);
    Checkpoint written = Checkpoint.write(out, false, description, parameters);
    Checkpoint read = Checkpoint.open(out);

    assertThat(Trained.bits(read.parameters()))
        .as("seed %d", seed)
        .isEqualTo(Trained.bits(parameters));
    assertThat(JsonFile.tree(read.description()).toString())
        .isEqualTo(JsonFile.tree(description).toString());
    assertThat(read.description().spec()).isEqualTo(description.spec());
    assertThat(read.description().shape()).isEqualTo(description.shape());
    assertThat(read.description().history()).isEqualTo(description.history());
    assertThat(read.description().data()).isEqualTo(Description.Data.of(dataset));
    assertThat(read.digest()).isEqualTo(written.digest()).hasSize(64);
  }

  @Test
  void theBytesDependOnWhatIsWrittenAlone() throws IOException {
    Description description = Trained.description(dataset, Architecture.SEMINAR);
    Checkpoint.write(out, false, description, Trained.parameters(description, 1));
    Path other = folder.resolve("other");
    String same =
        Checkpoint.write(other, false, description, Trained.parameters(description, 1)).digest();
    assertThat(other.resolve(JSON)).hasSameBinaryContentAs(out.resolve(JSON));
    assertThat(other.resolve(BIN)).hasSameBinaryContentAs(out.resolve(BIN));
    String different =
        Checkpoint.write(other, true, description, Trained.parameters(description, 2)).digest();
    assertThat(different).isNotEqualTo(same);
  }

  @Test
  void damagedBytesAreNoticed() throws IOException {
    write(Architecture.SEMINAR);
    byte[] bytes = Files.readAllBytes(out.resolve(BIN));
    for (int at : new int[] {0, bytes.length / 2, bytes.length - 1}) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 1;
      Files.write(out.resolve(BIN), damaged);
      refuses("parameters.bin: found SHA-256");
    }
    Files.write(out.resolve(BIN), bytes);
    assertThatCode(() -> Checkpoint.open(out)).doesNotThrowAnyException();
  }

  @Test
  void missingAndShortenedFilesAreNamed() throws IOException {
    write(Architecture.SEMINAR);
    byte[] bytes = Files.readAllBytes(out.resolve(BIN));
    Files.write(out.resolve(BIN), Arrays.copyOf(bytes, bytes.length - 4));
    refuses("parameters.bin: found " + (bytes.length - 4) + " bytes, expected " + bytes.length);
    Files.delete(out.resolve(BIN));
    refuses("parameters.bin: found no such file");
    Files.delete(out.resolve(JSON));
    refuses("checkpoint.json: found no such file, expected the checkpoint of a network");
    assertThatThrownBy(() -> Checkpoint.open(folder.resolve("nowhere")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("nowhere");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "'\"schemaVersion\" : 1' | '\"schemaVersion\" : 2' | "
            + "'checkpoint.json, schemaVersion: found 2, expected the checkpoint of a network of"
            + " version 1'",
        "'\"schemaVersion\" : 1,' | '' | 'schemaVersion: found no such key'",
        "'FINETUNED' | 'HALFTUNED' | 'checkpoint.json, description.stage: found '",
        "'\"architecture\" : \"SEMINAR\"' | '\"architecture\" : \"RIVAL\"' | "
            + "'description.spec.architecture: found '",
        "'\"keep\" : 4,' | '' | 'description.spec.keep: found no such key'",
        "'\"keep\" : 4,' | '\"keep\" : 4, \"more\" : 1,' | 'description.spec.more: found '",
        "'\"keep\" : 4,' | '\"keep\" : 4.5,' | 'description.spec.keep: found '",
        "'\"keep\" : 4,' | '\"keep\" : 0,' | "
            + "'description.spec: found keep is 0: expected at least 1'",
        "'\"hidden\" : 8,' | '\"hidden\" : 16,' | "
            + "'parameters[1].shape: found [30, 8], expected [30, 16], as description.spec'",
        "'\"items\" : 30,' | '\"items\" : 31,' | "
            + "'parameters[0].shape: found [30], expected [31]'",
        "'\"items\" : 30,' | '\"items\" : -1,' | 'items is -1: expected at least 1'",
        "'\"name\" : \"items.gate\"' | '\"name\" : \"gate\"' | "
            + "'.name: found gate, expected items.gate'",
        "'\"kind\" : \"FIXED\"' | '\"kind\" : \"DENSE\"' | "
            + "'parameters[0].kind: found DENSE, expected FIXED'",
        "'\"offset\" : 120' | '\"offset\" : 124' | "
            + "'parameters[1].offset: found 124, expected 120'",
        "'\"queries\" : true' | '\"queries\" : false' | "
            + "'.name: found queries.tokens, expected attention.query'",
        "'\"name\" : \"text\"' | '\"name\" : \"image\"' | "
            + "'description.spec: found field \"text\"'",
        "'\"parameters.bin\" :' | '\"values.bin\" :' | "
            + "'files: found [values.bin], expected an entry for parameters.bin'",
        "'{' | '[' | 'checkpoint.json'",
      })
  void whatDoesNotFitIsNamed(String old, String replacement, String message) throws IOException {
    write(Architecture.SEMINAR);
    String text = Files.readString(out.resolve(JSON));
    assertThat(text).contains(old);
    int at = text.indexOf(old);
    Files.writeString(
        out.resolve(JSON),
        text.substring(0, at)
            + (replacement == null ? "" : replacement)
            + text.substring(at + old.length()));
    refuses(message);
  }

  @Test
  void aRecordedSizeThatTheShapesContradictIsRefused() throws IOException {
    write(Architecture.SEMINAR);
    long bytes = Files.size(out.resolve(BIN));
    String text = Files.readString(out.resolve(JSON));
    Files.writeString(out.resolve(JSON), text.replace("\"bytes\" : " + bytes, "\"bytes\" : 4"));
    refuses("checkpoint.json, files.parameters.bin.bytes: found 4, expected " + bytes);
  }

  @Test
  void anotherCatalogueIsRefusedByName() {
    Checkpoint checkpoint = write(Architecture.SEMINAR);
    assertThatCode(() -> checkpoint.requireCatalogue(dataset)).doesNotThrowAnyException();
    Dataset otherUsers =
        SmallDataset.write(
            folder.resolve("users"),
            "the same items",
            30,
            List.of(SmallDataset.user("u", new long[] {1}, new int[] {1})));
    assertThatCode(() -> checkpoint.requireCatalogue(otherUsers)).doesNotThrowAnyException();

    Dataset otherItems = SmallDataset.write(folder.resolve("items"), "a shop", 31, List.of());
    assertThatThrownBy(() -> checkpoint.requireCatalogue(otherItems))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("checkpoint.json, description.data.catalogueDigest: found ")
        .hasMessageContaining(
            dataset.catalogueDigest()
                + " (\"by hand\": 30 items, vectors text of 3, queries' none)")
        .hasMessageContaining(
            otherItems.catalogueDigest() + " (\"a shop\": 31 items, vectors text of 3")
        .hasMessageContaining(otherItems.folder().toString());

    DatasetSchema schema = new DatasetSchema(List.of(new Modality("image", 2)), 4);
    Path path = folder.resolve("schema");
    try (DatasetWriter writer = DatasetWriter.create(path, schema, false)) {
      writer.addItem(new Item("only", 0, new int[0], new float[][] {{1, 2}}));
      writer.finish("pictures", Map.of());
    }
    assertThatThrownBy(() -> checkpoint.requireCatalogue(Dataset.open(path)))
        .hasMessageContaining("\"pictures\": 1 items, vectors image of 2, queries' of 4");
  }

  @Test
  void onlyACheckpointIsReplacedAndOnlyWhenAsked() throws IOException {
    Description description = Trained.description(dataset, Architecture.DIN);
    Parameters parameters = Trained.parameters(description, 1);
    String old = write(Architecture.SEMINAR).digest();
    assertThatThrownBy(() -> Checkpoint.write(out, false, description, parameters))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("found something there already");
    assertThat(Checkpoint.open(out).digest()).isEqualTo(old);

    Files.createDirectory(out.resolve("report"));
    Checkpoint.write(out, true, description, parameters);
    Checkpoint replaced = Checkpoint.open(out);
    assertThat(replaced.description().spec().architecture()).isEqualTo(Architecture.DIN);
    assertThat(replaced.reportFolder()).doesNotExist();

    Path foreign = Files.createDirectory(folder.resolve("foreign"));
    Checkpoint.write(foreign, true, description, parameters); // empty
    Files.delete(foreign.resolve(JSON));
    assertThatThrownBy(() -> Checkpoint.write(foreign, true, description, parameters))
        .hasMessageContaining("found a folder without checkpoint.json");
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> Checkpoint.write(file, true, description, parameters))
        .hasMessageContaining("found no folder");
  }

  @Test
  void parametersThatAreNotFiniteOrNotTheNetworksAreNotWritten() throws IOException {
    Description description = Trained.description(dataset, Architecture.SEMINAR);
    Parameters broken = Trained.parameters(description, 1);
    broken.values("items.gate")[2] = Float.NaN;
    assertThatThrownBy(() -> Checkpoint.write(out, false, description, broken))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("parameter items.gate[2] is NaN: expected finite numbers");
    Parameters others = Trained.parameters(Trained.description(dataset, Architecture.DIN), 1);
    assertThatThrownBy(() -> Checkpoint.write(out, false, description, others))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected those of the network");
    try (Stream<Path> left = Files.list(out.getParent())) {
      assertThat(left).isEmpty();
    }
  }

  private Checkpoint write(Architecture architecture) {
    Description description = Trained.description(dataset, architecture);
    return Checkpoint.write(out, false, description, Trained.parameters(description, 1));
  }

  private void refuses(String message) {
    assertThatThrownBy(() -> Checkpoint.open(out))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(out.toString());
  }
}
