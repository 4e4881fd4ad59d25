package io.seminar.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DatasetWriterTest {
  @TempDir Path folder;

  private static History history(long[] time, int[] item, int[] query, int action) {
    byte[] actions = new byte[time.length];
    Arrays.fill(actions, (byte) action);
    return new History(time, item, query, actions);
  }

  private static Request impressions(int[] item, int positions, int label, float... propensity) {
    byte[] labels = new byte[item.length];
    Arrays.fill(labels, (byte) label);
    return new Request(7, 30, 0, item, new short[positions], labels, propensity);
  }

  static Stream<Arguments> badUsers() {
    long[] time = {5, 5, 4};
    int[] zero = {0, 0, 0};
    long[] one = {1};
    int[] first = {0};
    History none = History.EMPTY;
    Request good = Samples.request(1, 15);
    return Stream.of(
        Arguments.of(new User("", none, List.of()), "id", "an empty name"),
        Arguments.of(new User("\ud800", none, List.of()), "id", "half a surrogate pair at 0"),
        Arguments.of(
            new User("u", history(time, zero, zero, 0), List.of()), "history[2].time", "4"),
        Arguments.of(
            new User("u", history(one, new int[] {3}, first, 0), List.of()),
            "history[0].item",
            "3"),
        Arguments.of(
            new User("u", history(one, new int[] {-1}, first, 0), List.of()),
            "history[0].item",
            "-1"),
        Arguments.of(
            new User("u", history(one, first, new int[] {2}, 0), List.of()),
            "history[0].query",
            "2"),
        Arguments.of(
            new User("u", history(one, first, first, 6), List.of()), "history[0].action", "6"),
        Arguments.of(
            new User("u", history(one, zero, first, 0), List.of()),
            "history",
            "columns of 1, 3, 1 and 1 entries"),
        Arguments.of(
            new User("u", none, List.of(good, Samples.request(2, 14))), "requests[1].time", "14"),
        Arguments.of(
            new User("u", none, List.of(good, Samples.request(2, 15), Samples.request(1, 16))),
            "requests[2].id",
            "1 a second time"),
        Arguments.of(
            new User(
                "u", none, List.of(new Request(1, 1, 2, first, new short[1], new byte[1], null))),
            "requests[0].query",
            "2"),
        Arguments.of(
            new User("u", none, List.of(impressions(new int[0], 0, 0))),
            "requests[0].impressions",
            "none"),
        Arguments.of(
            new User("u", none, List.of(impressions(zero, 2, 0, 1, 1, 1))),
            "requests[0].impressions",
            "columns of 3, 2, 3, 3 entries"),
        Arguments.of(
            new User("u", none, List.of(good, impressions(new int[] {0, 3}, 2, 0, 1, 1))),
            "requests[1].impressions[1].item",
            "3"),
        Arguments.of(
            new User("u", none, List.of(impressions(first, 1, -1, 1))),
            "requests[0].impressions[0].label",
            "-1"),
        Arguments.of(
            new User("u", none, List.of(impressions(zero, 3, 0, 1, 1, 0))),
            "requests[0].impressions[2].propensity",
            "0.0"),
        Arguments.of(
            new User("u", none, List.of(impressions(zero, 3, 0, 1, 1.5f, 1))),
            "requests[0].impressions[1].propensity",
            "1.5"));
  }

  @ParameterizedTest
  @MethodSource("badUsers")
  void aBadUserIsRefusedAndTheNextMayFollow(User bad, String field, String found) {
    Path out = folder.resolve("data");
    try (DatasetWriter writer = DatasetWriter.create(out, Samples.SCHEMA, false)) {
      Samples.addCatalogue(writer);
      writer.addUser(Samples.user("first"));
      Problem problem = refusal(() -> writer.addUser(bad));
      assertThat(problem.file()).isEqualTo("users");
      assertThat(problem.row()).isEqualTo(1);
      assertThat(problem.field()).isEqualTo(field);
      assertThat(problem.found()).isEqualTo(found);
      assertThat(problem.expected()).isNotEmpty();
      writer.addUser(Samples.user("second"));
      writer.finish("by hand", Map.of());
    }
    Dataset dataset = Dataset.open(out);
    assertThat(dataset.descriptor().counts())
        .isEqualTo(new DatasetDescriptor.Counts(3, 2, 2, 6, 4, 8, 4, 3));
    assertThat(DatasetValidator.check(dataset, problem -> {})).isZero();
  }

  static Stream<Arguments> badItems() {
    float[][] good = {{1, 2}, {1, 2, 3}};
    return Stream.of(
        Arguments.of(new Item("", 0, new int[0], good), "id", "an empty name"),
        Arguments.of(new Item(null, 0, new int[0], good), "id", "null"),
        Arguments.of(new Item("a", 0, new int[0], good), "id", "\"a\" a second time"),
        Arguments.of(new Item("x", -2, new int[0], good), "category", "-2"),
        Arguments.of(new Item("x", 0, new int[] {0, -1}, good), "attributes[1]", "-1"),
        Arguments.of(
            new Item("x", 0, new int[0], new float[][] {{1, 2}}), "vectors", "1 modalities"),
        Arguments.of(
            new Item("x", 0, new int[0], new float[][] {{1, 2}, {1, 2}}),
            "image",
            "a vector of dimension 2"),
        Arguments.of(
            new Item("x", 0, new int[0], new float[][] {{1, Float.NaN}, null}), "text[1]", "NaN"),
        Arguments.of(
            new Item("x", 0, new int[0], new float[][] {null, {1, Float.NEGATIVE_INFINITY, 1}}),
            "image[1]",
            "-Infinity"));
  }

  @ParameterizedTest
  @MethodSource("badItems")
  void aBadItemIsRefusedAndTakesNoOrdinal(Item bad, String field, String found) {
    try (DatasetWriter writer =
        DatasetWriter.create(folder.resolve("data"), Samples.SCHEMA, false)) {
      Samples.addCatalogue(writer);
      Problem problem = refusal(() -> writer.addItem(bad));
      assertThat(problem.field()).isEqualTo(field);
      assertThat(problem.found()).isEqualTo(found);
      assertThat(problem.row()).isEqualTo(3);
      assertThat(writer.addItem(Samples.item("d"))).isEqualTo(3);
    }
  }

  @Test
  void aBadQueryIsRefused() {
    try (DatasetWriter writer =
        DatasetWriter.create(folder.resolve("data"), Samples.SCHEMA, false)) {
      Samples.addCatalogue(writer);
      assertThat(refusal(() -> writer.addQuery(Query.BROWSE)).toString())
          .isEqualTo("queries, row 2, id: found \"<browse>\" a second time, expected unique ids");
      assertThat(
              refusal(() -> writer.addQuery(new Query("q", new int[0], new float[3]))).toString())
          .isEqualTo("queries, row 2, vector: found a vector of dimension 3, expected dimension 2");
      assertThat(
              refusal(() -> writer.addQuery(new Query("q", new int[0], new float[] {0, Float.NaN})))
                  .field())
          .isEqualTo("vector[1]");
      assertThat(writer.addQuery(new Query("q", new int[0], null))).isEqualTo(2);
    }
  }

  private static Problem refusal(Runnable write) {
    return catchThrowableOfType(DatasetException.class, write::run).problem().orElseThrow();
  }

  @Test
  void onlyADataSetIsOverwrittenAndOnlyWhenAsked() throws IOException {
    Path out = folder.resolve("data");
    Samples.write(out, Samples.user("old"));
    assertThatThrownBy(() -> DatasetWriter.create(out, Samples.SCHEMA, false))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(out.toString())
        .hasMessageContaining("something there already");

    try (DatasetWriter writer = DatasetWriter.create(out, Samples.SCHEMA, true)) {
      Samples.addCatalogue(writer);
      // The old one stands until the new one is complete.
      assertThat(Dataset.open(out).descriptor().counts().users()).isEqualTo(1);
      writer.finish("new", Map.of());
    }
    assertThat(Dataset.open(out).descriptor().counts().users()).isZero();
    assertThat(Dataset.open(out).descriptor().origin()).isEqualTo("new");
    assertThat(names()).containsExactly("data");

    Path foreign = Files.createDirectory(folder.resolve("holiday"));
    Files.writeString(foreign.resolve("photo.jpg"), "x");
    assertThatThrownBy(() -> DatasetWriter.create(foreign, Samples.SCHEMA, true))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("a folder without dataset.json");
    assertThat(foreign.resolve("photo.jpg")).exists();
  }

  @Test
  void whatAppearsMeanwhileIsNotReplaced() throws IOException {
    Path out = folder.resolve("data");
    try (DatasetWriter writer = DatasetWriter.create(out, Samples.SCHEMA, false)) {
      Files.createDirectory(out);
      assertThatThrownBy(() -> writer.finish("", Map.of())).isInstanceOf(DatasetException.class);
    }
    assertThat(names()).containsExactly("data");
    assertThat(out).isEmptyDirectory();
  }

  @Test
  void closingWithoutFinishingLeavesNothing() throws IOException {
    try (DatasetWriter writer =
        DatasetWriter.create(folder.resolve("data"), Samples.SCHEMA, false)) {
      Samples.addCatalogue(writer);
      writer.addUser(Samples.user("u"));
    }
    assertThat(names()).isEmpty();
  }

  /** Writes without end, for the test below to kill. */
  static final class Endless {
    private Endless() {}

    public static void main(String[] arguments) {
      DatasetWriter writer =
          DatasetWriter.create(
              Path.of(arguments[0]),
              Samples.SCHEMA,
              false,
              new DatasetWriter.Limits(2, 100, 10, 1000, 5000));
      Samples.addCatalogue(writer);
      for (int u = 0; ; u++) {
        writer.addUser(Samples.user("u" + u));
        if (u == 5000) {
          System.out.println("writing");
          System.out.flush();
        }
      }
    }
  }

  @Test
  void aKilledWriterLeavesNothingThatOpensOrBlocks() throws Exception {
    Path out = folder.resolve("data");
    Process process = Jvm.start(Endless.class, List.of("-Xmx128m"), out.toString());
    try (var output = process.inputReader()) {
      assertThat(output.readLine()).isEqualTo("writing");
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();

    assertThatThrownBy(() -> Dataset.open(out)).isInstanceOf(DatasetException.class);
    List<String> left = names();
    assertThat(left).hasSize(1);
    assertThatThrownBy(() -> Dataset.open(folder.resolve(left.get(0))))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("dataset.json: found no such file");
    assertThat(Samples.write(out, Samples.user("u")).descriptor().counts().users()).isEqualTo(1);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }
}
