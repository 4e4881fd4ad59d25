package io.seminar.pipelines.replay;

import io.seminar.sessions.DatasetSchema;
import io.seminar.sessions.DatasetWriter;
import io.seminar.sessions.History;
import io.seminar.sessions.Item;
import io.seminar.sessions.Modality;
import io.seminar.sessions.Query;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Small data sets of random vectors, histories and pages, with everything that is legal in them.
 */
public final class RandomDataset {
  private final Random random;
  private final int items;
  private final int queries;
  private int imageDimension = 7;
  private int historyFrom = 0;
  private int historyTo = 60;
  private int requests = 3;
  private int impressions = 8;
  private long nextRequest = 1;

  /** A data set of this seed. */
  public RandomDataset(long seed, int items, int queries) {
    this.random = new Random(seed);
    this.items = items;
    this.queries = queries;
  }

  /** Floats of an image vector; a text vector has 12. */
  public RandomDataset images(int dimension) {
    imageDimension = dimension;
    return this;
  }

  /** History lengths are drawn from this range, ends included. */
  public RandomDataset history(int from, int to) {
    historyFrom = from;
    historyTo = to;
    return this;
  }

  /** Requests a user and impressions a request. */
  public RandomDataset pages(int requests, int impressions) {
    this.requests = requests;
    this.impressions = impressions;
    return this;
  }

  /** Writes it. */
  public Path write(Path out, int users) {
    DatasetSchema schema =
        new DatasetSchema(
            List.of(new Modality("text", 12), new Modality("image", imageDimension)), 5);
    try (DatasetWriter writer = DatasetWriter.create(out, schema, false)) {
      for (int i = 0; i < items; i++) {
        float[] text = random.nextInt(10) == 0 ? null : vector(12);
        float[] image = random.nextInt(5) == 0 ? null : vector(imageDimension);
        writer.addItem(new Item("item" + i, i % 7, new int[] {i % 3}, new float[][] {text, image}));
      }
      for (int q = 1; q <= queries; q++) {
        float[] text = random.nextInt(10) == 0 ? null : vector(5);
        writer.addQuery(new Query("query" + q, new int[] {q}, text));
      }
      for (int u = 0; u < users; u++) {
        writer.addUser(user("user" + u));
      }
      writer.finish("random", Map.of());
    }
    return out;
  }

  /** A user of this data set's items and queries. */
  User user(String id) {
    int length = historyFrom + random.nextInt(historyTo - historyFrom + 1);
    long[] time = new long[length];
    int[] item = new int[length];
    int[] query = new int[length];
    long now = 1_000_000 + random.nextInt(1_000);
    for (int l = 0; l < length; l++) {
      now += random.nextInt(1_000);
      time[l] = now;
      item[l] = random.nextInt(items);
      query[l] = random.nextBoolean() ? 0 : 1 + random.nextInt(queries);
    }
    List<Request> pages = new ArrayList<>();
    long at = length == 0 ? now : time[length / 2];
    for (int r = 0; r < requests; r++) {
      at += random.nextInt(20_000);
      pages.add(page(at));
    }
    return new User(id, new History(time, item, query, new byte[length]), pages);
  }

  private Request page(long at) {
    int[] item = new int[impressions];
    short[] position = new short[impressions];
    byte[] label = new byte[impressions];
    for (int i = 0; i < impressions; i++) {
      item[i] = random.nextInt(items);
      position[i] = (short) (i + 1);
      label[i] = (byte) (random.nextInt(4) == 0 ? 1 + random.nextInt(2) : 0);
    }
    int query = random.nextBoolean() ? 0 : 1 + random.nextInt(queries);
    return new Request(nextRequest++, at, query, item, position, label, null);
  }

  private float[] vector(int dimension) {
    float[] vector = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return vector;
  }
}
