package io.seminar.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A data set drawn at random, kept in memory beside what was written: the expected side of round
 * trips.
 */
final class RandomDataset {
  final DatasetSchema schema;
  final List<Item> items = new ArrayList<>();
  final List<Query> queries = new ArrayList<>();
  final List<User> users = new ArrayList<>();

  /** Draws everything: the schema, how many of each, and what stands in them. */
  RandomDataset(long seed, int maxUsers) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Modality> modalities = new ArrayList<>();
    for (String name : List.of("text", "image", "attribute", "m_4").subList(0, random.nextInt(5))) {
      modalities.add(new Modality(name, 1 + random.nextInt(20)));
    }
    schema = new DatasetSchema(modalities, random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(9));
    int itemCount = 1 + random.nextInt(300);
    for (int i = 0; i < itemCount; i++) {
      items.add(item(random, i));
    }
    queries.add(Query.BROWSE);
    int queryCount = random.nextInt(40);
    for (int q = 1; q <= queryCount; q++) {
      float[] vector =
          schema.queryDimension() == 0 || random.nextInt(3) == 0
              ? null
              : vector(random, schema.queryDimension());
      queries.add(new Query(text(random) + "?" + q, ordinals(random), vector));
    }
    int userCount = random.nextInt(maxUsers + 1);
    for (int u = 0; u < userCount; u++) {
      users.add(user(random, u));
    }
  }

  DatasetDescriptor write(Path out) {
    return write(out, DatasetWriter.Limits.STANDARD);
  }

  DatasetDescriptor write(Path out, DatasetWriter.Limits limits) {
    try (DatasetWriter writer = DatasetWriter.create(out, schema, false, limits)) {
      for (int i = 0; i < items.size(); i++) {
        assertThat(writer.addItem(items.get(i))).isEqualTo(i);
      }
      for (int q = 1; q < queries.size(); q++) {
        assertThat(writer.addQuery(queries.get(q))).isEqualTo(q);
      }
      users.forEach(writer::addUser);
      return writer.finish("drawn at random", Map.of("kind", "test"));
    }
  }

  /** All that a user is, bit by bit, as text. */
  static String text(User user) {
    History history = user.history();
    StringBuilder text = new StringBuilder(user.id());
    text.append(Arrays.toString(history.time()))
        .append(Arrays.toString(history.item()))
        .append(Arrays.toString(history.query()))
        .append(Arrays.toString(history.action()));
    for (Request request : user.requests()) {
      text.append("\n  ")
          .append(request.id() + " " + request.time() + " " + request.query())
          .append(Arrays.toString(request.item()))
          .append(Arrays.toString(request.position()))
          .append(Arrays.toString(request.label()))
          .append(Arrays.toString(request.propensity()));
    }
    return text.toString();
  }

  private Item item(SplittableRandom random, int i) {
    float[][] vectors = new float[schema.modalities().size()][];
    for (int m = 0; m < vectors.length; m++) {
      if (random.nextInt(4) > 0) {
        vectors[m] = vector(random, schema.modalities().get(m).dimension());
      }
    }
    return new Item(text(random) + "#" + i, random.nextInt(50), ordinals(random), vectors);
  }

  private User user(SplittableRandom random, int u) {
    int length = random.nextInt(3) == 0 ? 0 : random.nextInt(60);
    long[] time = new long[length];
    int[] item = new int[length];
    int[] query = new int[length];
    byte[] action = new byte[length];
    // Times before 1970 are legal; equal ones too.
    long now = random.nextLong(-1000, 2_000_000_000_000L);
    for (int l = 0; l < length; l++) {
      now += random.nextInt(3) * 500L;
      time[l] = now;
      item[l] = random.nextInt(items.size());
      query[l] = random.nextInt(queries.size());
      action[l] = (byte) random.nextInt(Action.values().length);
    }
    List<Request> requests = new ArrayList<>();
    int pages = random.nextInt(4);
    for (int r = 0; r < pages; r++) {
      now += random.nextInt(2);
      requests.add(request(random, random.nextLong() | 1L << r, now));
    }
    return new User(
        text(random) + "@" + u, new History(time, item, query, action), distinct(requests));
  }

  /**
   * Ids are random longs: equal ones practically never happen, but the rule is that they must not.
   */
  private static List<Request> distinct(List<Request> requests) {
    long ids = requests.stream().mapToLong(Request::id).distinct().count();
    return ids == requests.size() ? requests : requests.subList(0, 1);
  }

  private Request request(SplittableRandom random, long id, long time) {
    int n = 1 + random.nextInt(12);
    int[] item = new int[n];
    short[] position = new short[n];
    byte[] label = new byte[n];
    float[] propensity = random.nextBoolean() ? new float[n] : null;
    for (int i = 0; i < n; i++) {
      item[i] = random.nextInt(items.size());
      position[i] = (short) random.nextInt(Short.MIN_VALUE, Short.MAX_VALUE + 1);
      label[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt(128) : 0);
      if (propensity != null) {
        // The first is always logged, since a page with none logged reads back as null.
        propensity[i] =
            i > 0 && random.nextInt(3) == 0 ? Float.NaN : 1 - (float) random.nextDouble();
      }
    }
    return new Request(id, time, random.nextInt(queries.size()), item, position, label, propensity);
  }

  private static float[] vector(SplittableRandom random, int dimension) {
    float[] vector = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      vector[d] = Float.intBitsToFloat(random.nextInt());
      if (!Float.isFinite(vector[d])) {
        vector[d] = -0f;
      }
    }
    return vector;
  }

  private static int[] ordinals(SplittableRandom random) {
    int[] ordinals = new int[random.nextInt(5)];
    Arrays.setAll(ordinals, i -> random.nextInt(Integer.MAX_VALUE));
    return ordinals;
  }

  /** One to six code points from all of Unicode. */
  private static String text(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    int length = 1 + random.nextInt(6);
    while (text.codePointCount(0, text.length()) < length) {
      int limit = random.nextBoolean() ? 0x7F : Character.MAX_CODE_POINT + 1;
      int codePoint = random.nextInt(limit);
      if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
        text.appendCodePoint(codePoint);
      }
    }
    return text.toString();
  }
}
