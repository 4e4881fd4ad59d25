package io.seminar.network.scoring;

import io.seminar.network.model.Architecture;
import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.CatalogueShape;
import io.seminar.network.model.Initialization;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.model.Parameters;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetSchema;
import io.seminar.sessions.DatasetWriter;
import io.seminar.sessions.History;
import io.seminar.sessions.Item;
import io.seminar.sessions.Modality;
import io.seminar.sessions.Query;
import io.seminar.sessions.QueryTable;
import io.seminar.sessions.Request;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A small random catalogue with all that is legal in one (missing and zero vectors, queries without
 * tokens, vector or both), parameters far from the initial ones, and users who come back to the
 * same pairs, so that scores tie.
 */
public final class RandomNetwork implements AutoCloseable {
  private static final int ITEMS = 60;
  private static final int QUERIES = 15;

  public final NetworkSpec spec;
  public final Catalogue catalogue;
  public final QueryTable queries;
  public final float[] counts = new float[ITEMS];
  public final Parameters parameters;
  public final CatalogueFeatures features;
  private final Random random;

  public RandomNetwork(Path folder, NetworkSpec spec, Random random) {
    this.spec = spec;
    this.random = random;
    Dataset dataset = write(folder, random.nextBoolean() ? 5 : 0);
    catalogue = dataset.openCatalogue();
    queries = dataset.openQueries();
    for (int item = 0; item < ITEMS; item++) {
      counts[item] = random.nextInt(3) == 0 ? 0 : random.nextInt(100);
    }
    CatalogueShape shape = CatalogueShape.of(catalogue, queries);
    parameters = Initialization.of(spec, shape, counts.clone(), random.nextLong());
    for (Parameters.Tensor tensor : parameters.tensors()) {
      // Projections that are fixed may have been trained before.
      if (tensor.kind() != Parameters.Kind.FIXED || tensor.name().endsWith(".projection")) {
        perturb(tensor);
      }
    }
    features = new CatalogueFeatures(spec, shape, catalogue, queries, counts);
  }

  /** A spec of this architecture with everything else drawn. */
  public static NetworkSpec draw(Architecture architecture, Random random) {
    int heads = 1 + random.nextInt(3);
    List<String> fields = new ArrayList<>();
    while (fields.isEmpty()) {
      for (String field : List.of("image", NetworkSpec.ID, "text", NetworkSpec.ATTRIBUTES)) {
        if (random.nextInt(3) > 0) {
          fields.add(field);
        }
      }
    }
    int keep = 1 + random.nextInt(12);
    int group = 1 + random.nextInt(3);
    return new NetworkSpec(
        architecture,
        heads * (1 + random.nextInt(7)),
        heads,
        keep,
        fields,
        random.nextInt(4) > 0,
        random.nextBoolean(),
        group * (1 + random.nextInt(8)),
        group,
        keep + random.nextInt(12));
  }

  private void perturb(Parameters.Tensor tensor) {
    float[] values = tensor.values();
    if (tensor.name().equals("attention.scale")) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      return;
    }
    double deviation = tensor.shape().length == 1 ? 0.5 : 1 / Math.sqrt(tensor.rowSize());
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) (deviation * random.nextGaussian());
    }
  }

  private Dataset write(Path folder, int queryDimension) {
    DatasetSchema schema =
        new DatasetSchema(
            List.of(new Modality("text", 6), new Modality("image", 9)), queryDimension);
    try (DatasetWriter writer = DatasetWriter.create(folder, schema, false)) {
      for (int item = 0; item < ITEMS; item++) {
        float[][] vectors = {
          item == 0 ? vector(6) : mayLack(6), item == 0 ? vector(9) : mayLack(9)
        };
        writer.addItem(
            new Item(
                "item" + item,
                random.nextInt(4),
                random.ints(random.nextInt(3), 0, 7).toArray(),
                vectors));
      }
      for (int query = 1; query < QUERIES; query++) {
        int[] tokens = random.ints(random.nextInt(4), 0, 11).toArray();
        writer.addQuery(
            new Query(
                "query" + query, tokens, queryDimension == 0 ? null : mayLack(queryDimension)));
      }
      writer.finish("random", Map.of());
    }
    return Dataset.open(folder);
  }

  private float[] mayLack(int dimension) {
    return switch (random.nextInt(6)) {
      case 0, 1 -> null;
      case 2 -> new float[dimension];
      default -> vector(dimension);
    };
  }

  private float[] vector(int dimension) {
    float[] vector = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return vector;
  }

  /** Up to {@code most} behaviours of few different pairs, hours to weeks apart, some at once. */
  public History history(int most) {
    int length = random.nextInt(most + 1);
    int[] itemPool = random.ints(8, 0, ITEMS).toArray();
    int[] queryPool = random.ints(3, 0, QUERIES).toArray();
    long[] time = new long[length];
    int[] item = new int[length];
    int[] query = new int[length];
    long now = 1_700_000_000_000L;
    for (int l = 0; l < length; l++) {
      now += random.nextInt(4) == 0 ? 0 : (long) Math.exp(10 + 10 * random.nextDouble());
      time[l] = now;
      boolean again = random.nextInt(3) > 0;
      item[l] = again ? itemPool[random.nextInt(8)] : random.nextInt(ITEMS);
      query[l] = random.nextInt(3) == 0 ? 0 : queryPool[random.nextInt(3)];
    }
    return new History(time, item, query, new byte[length]);
  }

  /** A page of {@code size} targets at some behaviour's time, or between, before or after all. */
  public Request request(History history, int size) {
    int length = history.length();
    long time = 1_700_000_000_000L;
    if (length > 0) {
      time = history.time()[random.nextInt(3) == 0 ? random.nextInt(length) : length - 1];
    }
    time += random.nextInt(5) * 1_000_000L;
    boolean known = length > 0 && random.nextBoolean();
    int query = known ? history.query()[random.nextInt(length)] : random.nextInt(QUERIES);
    int[] items = random.ints(size, 0, ITEMS).toArray();
    return request(time, random.nextInt(3) == 0 ? 0 : query, items);
  }

  public static Request request(long time, int query, int... items) {
    return new Request(
        1, time, query, items, new short[items.length], new byte[items.length], null);
  }

  @Override
  public void close() {
    catalogue.close();
    queries.close();
  }
}
