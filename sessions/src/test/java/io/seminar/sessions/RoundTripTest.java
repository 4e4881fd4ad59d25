package io.seminar.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RoundTripTest {
  @TempDir Path folder;

  static LongStream seeds() {
    return LongStream.concat(
        LongStream.range(0, 20), LongStream.of(ThreadLocalRandom.current().nextLong()));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whatIsWrittenIsRead(long seed) {
    RandomDataset expected = new RandomDataset(seed, 40);
    Path out = folder.resolve("data");
    DatasetDescriptor descriptor = expected.write(out, limits(seed));

    Dataset dataset = Dataset.open(out);
    dataset.verifyDigests();
    assertThat(dataset.descriptor()).as("seed %d", seed).isEqualTo(descriptor);
    assertThat(descriptor.schema()).as("seed %d", seed).isEqualTo(expected.schema);
    assertItems(seed, expected, dataset);
    assertQueries(seed, expected, dataset);
    assertThat(readUsers(dataset).stream().map(RandomDataset::text))
        .as("seed %d", seed)
        .containsExactlyElementsOf(expected.users.stream().map(RandomDataset::text).toList());
    assertCounts(seed, expected, dataset);
    List<Problem> problems = new ArrayList<>();
    assertThat(DatasetValidator.check(dataset, problems::add))
        .as("seed %d: %s", seed, problems)
        .isZero();
  }

  /** Every other seed with batches and files so small that there are many of them. */
  private static DatasetWriter.Limits limits(long seed) {
    SplittableRandom random = new SplittableRandom(~seed);
    return seed % 2 == 0
        ? DatasetWriter.Limits.STANDARD
        : new DatasetWriter.Limits(
            1 + random.nextInt(50),
            1 + random.nextInt(5_000),
            1 + random.nextInt(9),
            1 + random.nextInt(5_000),
            1 + random.nextInt(50_000));
  }

  private static void assertItems(long seed, RandomDataset expected, Dataset dataset) {
    try (Catalogue catalogue = dataset.openCatalogue()) {
      assertThat(catalogue.size()).as("seed %d", seed).isEqualTo(expected.items.size());
      assertThat(catalogue.modalities())
          .as("seed %d", seed)
          .isEqualTo(expected.schema.modalities());
      for (int i = 0; i < catalogue.size(); i++) {
        Item item = expected.items.get(i);
        assertThat(catalogue.id(i)).as("seed %d", seed).isEqualTo(item.id());
        assertThat(catalogue.category(i)).as("seed %d", seed).isEqualTo(item.category());
        assertThat(catalogue.attributes(i)).as("seed %d", seed).isEqualTo(item.attributes());
        for (int m = 0; m < item.vectors().length; m++) {
          assertThat(catalogue.has(m, i)).as("seed %d", seed).isEqualTo(item.vectors()[m] != null);
          if (item.vectors()[m] != null) {
            float[] vector = new float[item.vectors()[m].length + 2];
            catalogue.copyVector(m, i, vector, 1);
            float[] padded = new float[vector.length];
            System.arraycopy(item.vectors()[m], 0, padded, 1, vector.length - 2);
            assertThat(vector).as("seed %d", seed).isEqualTo(padded);
          }
        }
      }
    }
  }

  private static void assertQueries(long seed, RandomDataset expected, Dataset dataset) {
    try (QueryTable queries = dataset.openQueries()) {
      assertThat(queries.size()).as("seed %d", seed).isEqualTo(expected.queries.size());
      assertThat(queries.dimension())
          .as("seed %d", seed)
          .isEqualTo(expected.schema.queryDimension());
      for (int q = 0; q < queries.size(); q++) {
        Query query = expected.queries.get(q);
        assertThat(queries.id(q)).as("seed %d", seed).isEqualTo(query.id());
        assertThat(queries.tokens(q)).as("seed %d", seed).isEqualTo(query.tokens());
        assertThat(queries.has(q)).as("seed %d", seed).isEqualTo(query.vector() != null);
        if (query.vector() != null) {
          float[] vector = new float[queries.dimension()];
          queries.copyVector(q, vector, 0);
          assertThat(vector).as("seed %d", seed).isEqualTo(query.vector());
        }
      }
    }
  }

  private static List<User> readUsers(Dataset dataset) {
    List<User> users = new ArrayList<>();
    for (UserSplit split : dataset.userSplits()) {
      try (UserReader reader = dataset.readUsers(split)) {
        while (reader.next()) {
          assertThat(reader.problem()).isNull();
          assertThat(reader.userId()).isEqualTo(reader.user().id());
          users.add(reader.user());
        }
        assertThat(reader.next()).isFalse();
      }
    }
    return users;
  }

  private static void assertCounts(long seed, RandomDataset expected, Dataset dataset) {
    int[] events = new int[expected.items.size()];
    int[] impressions = new int[expected.items.size()];
    Set<Long> times = new HashSet<>();
    int requests = 0;
    int clicks = 0;
    int longest = 0;
    for (User user : expected.users) {
      longest = Math.max(longest, user.history().length());
      for (int l = 0; l < user.history().length(); l++) {
        events[user.history().item()[l]]++;
        times.add(user.history().time()[l]);
      }
      for (Request request : user.requests()) {
        requests++;
        times.add(request.time());
        for (int i = 0; i < request.length(); i++) {
          impressions[request.item()[i]]++;
          clicks += request.label()[i] > 0 ? 1 : 0;
        }
      }
    }
    ItemCounts counts = dataset.itemCounts();
    for (int i = 0; i < events.length; i++) {
      assertThat(counts.historyEvents(i)).as("seed %d", seed).isEqualTo(events[i]);
      assertThat(counts.impressions(i)).as("seed %d", seed).isEqualTo(impressions[i]);
    }
    DatasetDescriptor descriptor = dataset.descriptor();
    assertThat(descriptor.counts())
        .as("seed %d", seed)
        .isEqualTo(
            new DatasetDescriptor.Counts(
                expected.items.size(),
                expected.queries.size(),
                expected.users.size(),
                Arrays.stream(events).sum(),
                requests,
                Arrays.stream(impressions).sum(),
                clicks,
                longest));
    if (times.isEmpty()) {
      assertThat(descriptor.time()).as("seed %d", seed).isNull();
    } else {
      assertThat(descriptor.time())
          .as("seed %d", seed)
          .isEqualTo(
              new DatasetDescriptor.TimeRange(Collections.min(times), Collections.max(times)));
    }
  }

  @Test
  void theSameInputGivesTheSameBytes() throws Exception {
    new RandomDataset(7, 200).write(folder.resolve("a"));
    new RandomDataset(7, 200).write(folder.resolve("b"));
    try (var files = Files.list(folder.resolve("a"))) {
      for (Path file : files.toList()) {
        Path twin = folder.resolve("b").resolve(file.getFileName());
        assertThat(twin).hasSameBinaryContentAs(file);
      }
    }
    assertThat(folder.resolve("a")).isDirectoryNotContaining("glob:**.partial*");
  }

  @Test
  void otherDataHaveOtherDigests() {
    DatasetDescriptor a = new RandomDataset(7, 200).write(folder.resolve("a"));
    RandomDataset other = new RandomDataset(7, 200);
    other.users.remove(0);
    DatasetDescriptor b = other.write(folder.resolve("b"));
    assertThat(b.digest()).isNotEqualTo(a.digest()).hasSize(64);
    assertThat(b.catalogueDigest()).isEqualTo(a.catalogueDigest()).hasSize(64);
    other.items.remove(0);
    other.users.clear();
    assertThat(other.write(folder.resolve("c")).catalogueDigest())
        .isNotEqualTo(a.catalogueDigest());
  }
}
