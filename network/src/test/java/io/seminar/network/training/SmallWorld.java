package io.seminar.network.training;

import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.examples.ExampleCounts;
import io.seminar.network.examples.UserWindows;
import io.seminar.network.model.Architecture;
import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.model.Parameters;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetSchema;
import io.seminar.sessions.DatasetWriter;
import io.seminar.sessions.History;
import io.seminar.sessions.Item;
import io.seminar.sessions.Modality;
import io.seminar.sessions.Problem;
import io.seminar.sessions.Query;
import io.seminar.sessions.QueryTable;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A little log to train on: users who like one category, items of which some lack text, image or
 * attributes, searches and browsing, and requests in all three periods.
 */
final class SmallWorld {
  static final int ITEMS = 40;
  static final int QUERIES = 12;

  private static final long HOUR = 3_600_000;
  private static final long START = 1_700_000_000_000L;
  static final long T1 = START + 600 * HOUR;
  static final long T2 = START + 800 * HOUR;
  private static final long END = START + 1000 * HOUR;

  private SmallWorld() {}

  /** Users with up to 20 behaviours, none at all for every sixth, and 6 requests each. */
  static List<User> users(int n) {
    Random random = new Random(11);
    List<User> users = new ArrayList<>();
    for (int u = 0; u < n; u++) {
      int liked = random.nextInt(4);
      users.add(
          new User(
              "user" + u,
              u % 6 == 5 ? History.EMPTY : history(5 + random.nextInt(16), liked, random),
              requests(liked, random)));
    }
    return users;
  }

  private static History history(int length, int liked, Random random) {
    long[] time = random.longs(length, START, END).sorted().toArray();
    int[] item = new int[length];
    int[] query = new int[length];
    for (int l = 0; l < length; l++) {
      item[l] = item(random.nextInt(3) > 0 ? liked : random.nextInt(4), random);
      query[l] = Math.max(0, random.nextInt(2 * QUERIES) - QUERIES);
    }
    return new History(time, item, query, new byte[length]);
  }

  /** An item of a category. */
  private static int item(int category, Random random) {
    return category + 4 * random.nextInt(ITEMS / 4);
  }

  private static List<Request> requests(int liked, Random random) {
    List<Request> requests = new ArrayList<>();
    for (int r = 0; r < 6; r++) {
      long time = START + (100 + 160L * r) * HOUR + random.nextInt(1000); // 4, 1 and 1 a period
      int n = 2 + random.nextInt(4);
      int[] item = new int[n];
      short[] position = new short[n];
      byte[] label = new byte[n];
      for (int i = 0; i < n; i++) {
        int category = i == 0 ? liked : i == 1 ? (liked + 1) % 4 : random.nextInt(4);
        item[i] = item(category, random);
        position[i] = (short) i;
        label[i] = (byte) (category == liked ? 1 : 0);
      }
      int query = random.nextBoolean() ? 0 : random.nextInt(QUERIES);
      requests.add(new Request(r, time, query, item, position, label, null));
    }
    return requests;
  }

  /** Writes these users with the catalogue that all have in common. */
  static Dataset write(Path folder, List<User> users) {
    return write(folder, users, 6, true);
  }

  /** The same with texts of other dimensions, or without any image although it is declared. */
  static Dataset write(Path folder, List<User> users, int textDimension, boolean images) {
    DatasetSchema schema =
        new DatasetSchema(
            List.of(new Modality("text", textDimension), new Modality("image", 5)), 4);
    Random random = new Random(7);
    try (DatasetWriter writer = DatasetWriter.create(folder, schema, false)) {
      for (int i = 0; i < ITEMS; i++) {
        float[] text = i % 7 == 3 ? null : vector(textDimension, i % 4, random);
        float[] image = i % 5 == 2 || !images ? null : vector(5, i % 4, random);
        int[] attributes = i % 3 == 0 ? new int[0] : new int[] {i % 9, i % 2};
        writer.addItem(new Item("item" + i, i % 4, attributes, new float[][] {text, image}));
      }
      for (int q = 1; q < QUERIES; q++) {
        int[] tokens = q % 4 == 1 ? new int[0] : new int[] {q, q / 2};
        writer.addQuery(
            new Query("query" + q, tokens, q % 3 == 1 ? null : vector(4, q % 4, random)));
      }
      users.forEach(writer::addUser);
      writer.finish("a small world", Map.of());
    }
    return Dataset.open(folder);
  }

  private static float[] vector(int dimension, int direction, Random random) {
    float[] vector = new float[dimension];
    for (int j = 0; j < dimension; j++) {
      vector[j] = (float) (0.5 * random.nextGaussian() + (j == direction ? 1 : 0));
    }
    return vector;
  }

  static NetworkOptions network(Architecture architecture) {
    return new NetworkOptions(architecture, 8, 2, 4, List.of(), true, true, 12);
  }

  static final float RATE = 3e-3f;

  static TrainingOptions options(Dataset dataset, Path out, int epochs, long seed) {
    return options(dataset, out, epochs, seed, RATE, false);
  }

  static TrainingOptions options(
      Dataset dataset, Path out, int epochs, long seed, float rate, boolean resume) {
    return new TrainingOptions(
        dataset.folder(),
        out,
        false,
        resume,
        T1,
        T2,
        epochs,
        epochs,
        16,
        1 << 28,
        1 << 24,
        rate,
        seed,
        1,
        "cpu",
        true,
        new TreeMap<>());
  }

  static final PretrainingOptions PRETRAINING =
      new PretrainingOptions(new Objectives(1, 0.1, 1, 0.1), 4, 12, 5);

  static final FinetuningOptions FINETUNING = new FinetuningOptions(null, 50);

  /** What a network reads, open for a while. */
  interface Use {
    void with(UserWindows users, CatalogueFeatures features);
  }

  /** Opens what a trained network reads. */
  static void withFeatures(Dataset dataset, Checkpoint trained, Use use) {
    try (Catalogue catalogue = dataset.openCatalogue();
        QueryTable queries = dataset.openQueries()) {
      use.with(
          windows(dataset),
          new CatalogueFeatures(
              trained.description().spec(),
              trained.description().shape(),
              catalogue,
              queries,
              trained.parameters().values("items.count")));
    }
  }

  private static UserWindows windows(Dataset dataset) {
    return new UserWindows(dataset, 1 << 24, true, problem -> {});
  }

  /** Every bit of every parameter. */
  static Map<String, List<Integer>> bits(Parameters parameters) {
    Map<String, List<Integer>> bits = new LinkedHashMap<>();
    for (Parameters.Tensor tensor : parameters.tensors()) {
      List<Integer> values = new ArrayList<>();
      for (float value : tensor.values()) {
        values.add(Float.floatToRawIntBits(value));
      }
      bits.put(tensor.name(), values);
    }
    return bits;
  }

  /** Names of the parameters that differ in some bit. */
  static List<String> moved(Parameters before, Parameters after) {
    List<String> moved = new ArrayList<>();
    for (Parameters.Tensor tensor : before.tensors()) {
      if (!Arrays.equals(tensor.values(), after.values(tensor.name()))) {
        moved.add(tensor.name());
      }
    }
    return moved;
  }

  /** All fields that the items can have. */
  static NetworkSpec spec(Architecture architecture) {
    return new NetworkSpec(
        architecture, 8, 2, 4, List.of("id", "attributes", "text", "image"), true, true, 12, 3, 6);
  }

  /** Hears nothing; tests override what they listen to. */
  static class Quiet implements TrainingListener {
    @Override
    public void rejected(Problem problem) {
      throw new AssertionError(problem);
    }

    @Override
    public void counted(ExampleCounts counts) {}

    @Override
    public void resumed(int epoch) {}

    @Override
    public void step(int epoch, long examples, long expected, SortedMap<String, Double> losses) {}

    @Override
    public void validating(int epoch) {}

    @Override
    public void epoch(int epoch, SortedMap<String, Double> measures, boolean best) {}
  }
}
