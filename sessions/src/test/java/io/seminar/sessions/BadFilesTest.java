package io.seminar.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.seminar.sessions.arrow.ArrowOutput.Compression;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that are not what they should be: each is refused with its name, what was found and what
 * was expected.
 */
class BadFilesTest {
  private static final List<String> FILES =
      List.of("items-00000.arrow", "queries-00000.arrow", "users-00000.arrow", "item-counts.arrow");

  @TempDir Path folder;

  private Dataset sample() {
    return Samples.write(folder.resolve("data"), Samples.user("a"), Samples.user("b"));
  }

  private static Problem refusal(Runnable read) {
    DatasetException e = catchThrowableOfType(DatasetException.class, read::run);
    assertThat(e).isNotNull();
    return e.problem().orElseThrow();
  }

  /** Reads all that is in a data set. */
  private static void readAll(Dataset dataset) {
    try (Catalogue catalogue = dataset.openCatalogue();
        QueryTable queries = dataset.openQueries()) {
      assertThat(catalogue.size()).isPositive();
      assertThat(queries.size()).isPositive();
    }
    for (UserSplit split : dataset.userSplits()) {
      try (UserReader reader = dataset.readUsers(split)) {
        while (reader.next()) {
          assertThat(reader.user() == null).isNotEqualTo(reader.problem() == null);
        }
      }
    }
    dataset.itemCounts();
  }

  /**
   * Puts other bytes in the place of a file and records their length, so that they are opened at
   * all.
   */
  private static Dataset replace(Dataset dataset, String name, byte[] bytes) {
    try {
      Files.write(dataset.folder().resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long rows =
        dataset.descriptor().files().stream()
            .filter(file -> file.name().equals(name))
            .findAny()
            .orElseThrow()
            .rows();
    return Samples.record(dataset, name, rows, bytes.length, "?");
  }

  @Test
  void whatIsNoDataSetIsRefused() throws IOException {
    assertThat(refusal(() -> Dataset.open(folder)).toString())
        .isEqualTo(
            folder.resolve("dataset.json")
                + ": found no such file, expected the description of a data set");
    Path json = folder.resolve("dataset.json");
    assertThat(refusal(() -> Dataset.open(folder.resolve("nowhere"))).found())
        .isEqualTo("no such file");
    Files.writeString(json, "{\"schemaVersion\": 99}");
    Problem version = refusal(() -> Dataset.open(folder));
    assertThat(version.field()).isEqualTo("schemaVersion");
    assertThat(version.found()).isEqualTo("99");
    assertThat(version.expected()).isEqualTo("1");
    for (String text : List.of("", "{", "[]", "{\"schemaVersion\": 1}", "true")) {
      Files.writeString(json, text);
      assertThat(refusal(() -> Dataset.open(folder)).file()).as(text).isEqualTo(json.toString());
    }
  }

  @Test
  void namesThatLeaveTheFolderAreRefused() throws IOException {
    Dataset dataset = sample();
    Path json = dataset.folder().resolve("dataset.json");
    Files.writeString(
        json, Files.readString(json).replace("users-00000.arrow", "../users-00000.arrow"));
    assertThatThrownBy(() -> Dataset.open(dataset.folder()))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("../users-00000.arrow");
  }

  @Test
  void missingAndShortenedFilesAreNoticedOnOpening() throws IOException {
    for (String name : FILES) {
      Dataset dataset = sample();
      Path file = dataset.folder().resolve(name);
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
      Problem shortened = refusal(() -> Dataset.open(dataset.folder()));
      assertThat(shortened.file()).isEqualTo(file.toString());
      assertThat(shortened.found()).isEqualTo(bytes.length - 1 + " bytes");
      assertThat(shortened.expected()).startsWith(bytes.length + " bytes");
      Files.delete(file);
      assertThat(refusal(() -> Dataset.open(dataset.folder())).found()).isEqualTo("no such file");
      Publication.deleteTree(dataset.folder());
    }
  }

  @Test
  void truncatedEmptyAndForeignFilesAreRefused() throws IOException {
    for (String name : FILES) {
      Dataset dataset = sample();
      byte[] bytes = Files.readAllBytes(dataset.folder().resolve(name));
      String path = dataset.folder().resolve(name).toString();
      Map<byte[], String> cases =
          Map.of(
              new byte[0],
              "an empty file",
              Arrays.copyOf(bytes, 5),
              "a file of 5 bytes",
              Arrays.copyOf(bytes, bytes.length / 2),
              "a file without the end mark, so truncated or not finished",
              "PAR1 and what else a file of another kind holds".getBytes(),
              "a file of another format",
              (new String(new char[3]).replace("\0", "ARROW1") + "\0\0ARROW1").getBytes(),
              "a footer that cannot be read");
      cases.forEach(
          (content, found) -> {
            Dataset bad = replace(dataset, name, content);
            Problem problem = refusal(() -> readAll(bad));
            assertThat(problem.file()).isEqualTo(path);
            assertThat(problem.found()).startsWith(found);
            assertThat(problem.expected()).isEqualTo("a complete Arrow IPC file");
          });
      Publication.deleteTree(dataset.folder());
    }
  }

  @Test
  void filesOfAnotherSchemaAreRefused() throws IOException {
    Dataset dataset = sample();
    byte[] users = Files.readAllBytes(dataset.folder().resolve("users-00000.arrow"));
    Problem problem = refusal(() -> readAll(replace(dataset, "items-00000.arrow", users)));
    assertThat(problem.toString())
        .isEqualTo(
            "items-00000.arrow, category: found column \"history\" in its place, "
                + "expected a column of type Int(32, true)");
  }

  @Test
  void vectorsOfAnotherDimensionAreRefused() {
    Dataset dataset = sample();
    DatasetSchema other =
        new DatasetSchema(List.of(new Modality("text", 2), new Modality("image", 4)), 2);
    Dataset bad =
        Samples.replace(
            dataset,
            "items-00000.arrow",
            Columns.items(other),
            Compression.NONE,
            out -> {
              CatalogueBatch batch = new CatalogueBatch(true, 2, 4);
              batch.add("a", 0, new int[0], new float[][] {null, null});
              batch.writeTo(out);
            });
    assertThat(refusal(bad::openCatalogue).toString())
        .isEqualTo(
            "items-00000.arrow, image: found a column of type FixedSizeList(4), "
                + "expected a column of type FixedSizeList(3)");
  }

  @Test
  void compressedItemsAreRefused() {
    Dataset bad =
        Samples.replace(
            sample(),
            "items-00000.arrow",
            Columns.items(Samples.SCHEMA),
            Compression.LZ4,
            out -> {
              CatalogueBatch batch = new CatalogueBatch(true, 2, 3);
              batch.add("a", 0, new int[0], new float[][] {null, null});
              batch.writeTo(out);
            });
    assertThat(refusal(bad::openCatalogue).toString())
        .isEqualTo(
            "items-00000.arrow: found compressed buffers (record batch 0), "
                + "expected uncompressed buffers, which can be mapped");
  }

  @Test
  void otherRowCountsAreRefused() {
    for (String name : FILES) {
      Dataset dataset = sample();
      DatasetDescriptor.DataFile file =
          dataset.descriptor().files().stream()
              .filter(f -> f.name().equals(name))
              .findAny()
              .orElseThrow();
      Dataset bad = Samples.record(dataset, name, file.rows() + 1, file.bytes(), file.sha256());
      Problem problem = refusal(() -> readAll(bad));
      assertThat(problem.found()).isEqualTo(file.rows() + " rows");
      assertThat(problem.expected()).startsWith(file.rows() + 1 + " rows");
      try {
        Publication.deleteTree(dataset.folder());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void aFlippedBitFailsTheDigest() throws IOException {
    Dataset dataset = sample();
    dataset.verifyDigests();
    Path file = dataset.folder().resolve("users-00000.arrow");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    Problem problem = refusal(Dataset.open(dataset.folder())::verifyDigests);
    assertThat(problem.file()).isEqualTo(file.toString());
    assertThat(problem.found()).startsWith("SHA-256 ");
  }

  @Test
  void theValidatorFindsWhatTheWriterWouldRefuse() {
    Dataset bad =
        Samples.replace(
            sample(),
            "items-00000.arrow",
            Columns.items(Samples.SCHEMA),
            Compression.NONE,
            out -> {
              CatalogueBatch batch = new CatalogueBatch(true, 2, 3);
              batch.add("a", 0, new int[0], new float[][] {{1, Float.NaN}, null});
              batch.writeTo(out);
              batch.add("b", -1, new int[0], new float[][] {null, null});
              batch.add("a", 0, new int[0], new float[][] {null, {1, 2, 3}});
              batch.writeTo(out);
            });
    List<Problem> problems = new ArrayList<>();
    DatasetValidator.check(bad, problems::add);
    assertThat(problems)
        .extracting(Problem::toString)
        .containsExactly(
            "items-00000.arrow, row 0, text[1]: found NaN, expected a finite number",
            "items-00000.arrow, row 1, category: found -1, expected an ordinal of 0 or more");
  }

  @Test
  void theValidatorCountsAgain() throws IOException {
    Dataset dataset = sample();
    Path json = dataset.folder().resolve("dataset.json");
    Files.writeString(
        json, Files.readString(json).replaceAll("\"clicks\" : \\d+", "\"clicks\" : 17"));
    List<Problem> problems = new ArrayList<>();
    assertThat(DatasetValidator.check(Dataset.open(dataset.folder()), problems::add)).isOne();
    assertThat(problems.get(0).toString())
        .isEqualTo("dataset.json, counts.clicks: found 17, expected 4, counted in the user files");
  }

  /**
   * Arrow's own bounds checks are off in these tests, as in production: damage must be found before
   * it is read.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void damagedBytesAreReadOrRefusedButNeverCrash(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    RandomDataset written = new RandomDataset(seed, 40);
    Path out = folder.resolve("data");
    written.write(out);
    Dataset dataset = Dataset.open(out);
    int refused = 0;
    for (String name : FILES) {
      byte[] bytes = Files.readAllBytes(out.resolve(name));
      for (int round = 0; round < 80; round++) {
        byte[] damaged = bytes.clone();
        // Half of the time near the end, where the footer says where everything lies.
        int range = random.nextBoolean() ? bytes.length : Math.min(1000, bytes.length);
        damaged[bytes.length - 1 - random.nextInt(range)] ^= (byte) (1 << random.nextInt(8));
        Files.write(out.resolve(name), damaged);
        try {
          DatasetValidator.check(dataset, problem -> {});
          readAll(dataset);
        } catch (DatasetException e) {
          refused++;
        }
      }
      Files.write(out.resolve(name), bytes);
    }
    assertThat(refused).as("seed %d", seed).isPositive();
  }
}
