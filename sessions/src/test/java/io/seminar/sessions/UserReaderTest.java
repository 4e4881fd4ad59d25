package io.seminar.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.seminar.sessions.arrow.ArrowOutput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserReaderTest {
  private static final String FILE = "users-00000.arrow";

  @TempDir Path folder;

  /** A user file that holds these users, whether they keep the rules or not. */
  private Dataset unchecked(User... users) {
    return Samples.replace(
        Samples.write(folder.resolve("data")),
        FILE,
        Columns.users(),
        ArrowOutput.Compression.LZ4,
        out -> {
          UserBatch batch = new UserBatch();
          for (User user : users) {
            batch.add(user);
          }
          batch.writeTo(out);
        });
  }

  /** Three good users, in whose columns something is then set. */
  private Dataset spoilt(Consumer<VectorSchemaRoot> spoil) {
    Dataset good =
        Samples.write(
            folder.resolve("data"), Samples.user("a"), Samples.user("b"), Samples.user("c"));
    return Samples.replace(
        good,
        FILE,
        Columns.users(),
        ArrowOutput.Compression.NONE,
        out -> {
          UserBatch users = new UserBatch();
          for (String id : List.of("a", "b", "c")) {
            users.add(Samples.user(id));
          }
          try (ArrowRecordBatch batch = users.build(out.allocator())) {
            new VectorLoader(out.root()).load(batch);
          }
          spoil.accept(out.root());
          out.writeBatch();
        });
  }

  private static Map<Long, Problem> problems(Dataset dataset, List<String> users) {
    Map<Long, Problem> problems = new HashMap<>();
    for (UserSplit split : dataset.userSplits()) {
      try (UserReader reader = dataset.readUsers(split)) {
        while (reader.next()) {
          if (reader.problem() == null) {
            users.add(reader.user().id());
          } else {
            assertThat(reader.user()).isNull();
            assertThat(reader.problem().file()).isEqualTo(FILE);
            problems.put(reader.problem().row(), reader.problem());
          }
        }
      }
    }
    return problems;
  }

  @Test
  void badRowsAreProblemsAndGoodOnesAreRead() {
    History late = new History(new long[] {2, 1}, new int[2], new int[2], new byte[2]);
    History foreign = new History(new long[1], new int[] {3}, new int[1], new byte[1]);
    Request empty = new Request(1, 1, 0, new int[0], new short[0], new byte[0], null);
    Request unlikely =
        new Request(
            9, 9, 0, new int[3], new short[3], new byte[3], new float[] {1, Float.NaN, -0.5f});
    Dataset dataset =
        unchecked(
            Samples.user("good"),
            new User("late", late, List.of()),
            new User("foreign", foreign, List.of()),
            new User("", History.EMPTY, List.of()),
            new User("empty page", History.EMPTY, List.of(empty)),
            new User("twice", History.EMPTY, List.of(Samples.request(1, 1), Samples.request(1, 2))),
            new User("unlikely", History.EMPTY, List.of(Samples.request(1, 1), unlikely)),
            new User("nothing", History.EMPTY, List.of()));

    List<String> users = new ArrayList<>();
    Map<Long, Problem> problems = problems(dataset, users);

    assertThat(users).containsExactly("good", "nothing");
    assertThat(problems.values())
        .extracting(Problem::row, Problem::field, Problem::found)
        .containsExactlyInAnyOrder(
            tuple(1L, "history[1].time", "1"),
            tuple(2L, "history[0].item", "3"),
            tuple(3L, "id", "an empty name"),
            tuple(4L, "requests[0].impressions", "none"),
            tuple(5L, "requests[1].id", "1 a second time"),
            tuple(6L, "requests[1].impressions[2].propensity", "-0.5"));
    assertThat(problems.get(2L).toString())
        .isEqualTo(
            "users-00000.arrow, row 2, history[0].item: found 3, "
                + "expected an item ordinal from 0 to 2");
    List<Problem> reported = new ArrayList<>();
    assertThat(DatasetValidator.check(dataset, reported::add)).isEqualTo(6);
    assertThat(reported).containsExactlyInAnyOrderElementsOf(problems.values());
  }

  @Test
  void theIdOfABadRowIsKnownWhereItCanBeRead() {
    Dataset dataset =
        unchecked(
            new User(
                "late",
                new History(new long[] {2, 1}, new int[2], new int[2], new byte[2]),
                List.of()));
    try (UserReader reader = dataset.readUsers(dataset.userSplits().get(0))) {
      assertThat(reader.next()).isTrue();
      assertThat(reader.userId()).isEqualTo("late");
      assertThat(reader.next()).isFalse();
      assertThat(reader.userId()).isNull();
      assertThat(reader.problem()).isNull();
    }
  }

  @Test
  void nullsAreProblems() {
    Dataset dataset =
        spoilt(
            root -> {
              ((VarCharVector) root.getVector(0)).setNull(0);
              StructVector request =
                  (StructVector) ((ListVector) root.getVector(2)).getDataVector();
              ListVector impressions = (ListVector) request.getChild("impressions");
              StructVector impression = (StructVector) impressions.getDataVector();
              // The second user's second request, its first impression: 4 impressions a user, 2 a
              // request.
              FieldVector label = impression.getChild("label");
              BitVectorHelper.unsetBit(label.getValidityBuffer(), 6);
              StructVector event = (StructVector) ((ListVector) root.getVector(1)).getDataVector();
              BitVectorHelper.unsetBit(event.getValidityBuffer(), 8);
            });
    List<String> users = new ArrayList<>();
    assertThat(problems(dataset, users).values())
        .extracting(Problem::row, Problem::field, Problem::found)
        .containsExactlyInAnyOrder(
            tuple(0L, "id", "null"),
            tuple(1L, "requests[1].impressions[0].label", "null"),
            tuple(2L, "history[2]", "null"));
    assertThat(users).isEmpty();
  }

  @Test
  void idsThatAreNoTextAreProblems() {
    Dataset dataset =
        spoilt(root -> ((VarCharVector) root.getVector(0)).getDataBuffer().setByte(1, 0xFF));
    List<String> users = new ArrayList<>();
    assertThat(problems(dataset, users).values())
        .extracting(Problem::row, Problem::field)
        .containsExactly(tuple(1L, "id"));
    assertThat(users).containsExactly("a", "c");
  }

  @Test
  void propensitiesLoggedForNoneReadAsNull() {
    Request none =
        new Request(
            1, 1, 0, new int[2], new short[2], new byte[2], new float[] {Float.NaN, Float.NaN});
    Dataset dataset =
        Samples.write(folder.resolve("data"), new User("u", History.EMPTY, List.of(none)));
    try (UserReader reader = dataset.readUsers(dataset.userSplits().get(0))) {
      assertThat(reader.next()).isTrue();
      assertThat(reader.user().requests().get(0).propensity()).isNull();
    }
  }

  @Test
  void splitsHoldEveryRowOnce() {
    Path out = folder.resolve("data");
    int n = 10_000;
    try (DatasetWriter writer =
        DatasetWriter.create(
            out, Samples.SCHEMA, false, new DatasetWriter.Limits(9, 99, 700, 1L << 20, 50_000))) {
      Samples.addCatalogue(writer);
      for (int u = 0; u < n; u++) {
        writer.addUser(Samples.user("u" + u));
      }
      writer.finish("", Map.of());
    }
    Dataset dataset = Dataset.open(out);
    List<UserSplit> splits = dataset.userSplits();
    assertThat(splits).hasSizeGreaterThan(12);
    assertThat(splits.stream().map(UserSplit::file).distinct().count()).isGreaterThan(1);
    List<String> ids = new ArrayList<>();
    Map<String, Long> rows = new HashMap<>();
    for (UserSplit split : splits) {
      assertThat(split.firstRow()).isEqualTo(rows.getOrDefault(split.file(), 0L));
      rows.merge(split.file(), (long) split.rows(), Long::sum);
      try (UserReader reader = dataset.readUsers(split)) {
        int read = 0;
        while (reader.next()) {
          ids.add(reader.user().id());
          read++;
        }
        assertThat(read).isEqualTo(split.rows());
      }
    }
    assertThat(ids).hasSize(n);
    for (int u = 0; u < n; u++) {
      assertThat(ids.get(u)).isEqualTo("u" + u);
    }
  }

  @Test
  void closingFreesTheNativeMemory() {
    Dataset dataset = Samples.write(folder.resolve("data"), Samples.user("u"));
    UserReader reader = dataset.readUsers(dataset.userSplits().get(0));
    assertThat(reader.allocatedBytes()).isPositive();
    reader.close();
    assertThat(reader.allocatedBytes()).isZero();
  }
}
