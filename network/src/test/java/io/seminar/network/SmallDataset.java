package io.seminar.network;

import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetSchema;
import io.seminar.sessions.DatasetWriter;
import io.seminar.sessions.History;
import io.seminar.sessions.Item;
import io.seminar.sessions.Modality;
import io.seminar.sessions.Query;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Data sets of a few items with a vector {@code text} of 3 floats, two queries, and any users. */
public final class SmallDataset {
  private SmallDataset() {}

  /** Writes and opens one. */
  public static Dataset write(Path out, String origin, int items, List<User> users) {
    DatasetSchema schema = new DatasetSchema(List.of(new Modality("text", 3)), 0);
    try (DatasetWriter writer = DatasetWriter.create(out, schema, false)) {
      for (int i = 0; i < items; i++) {
        float[][] vectors = {i % 3 == 2 ? null : new float[] {1 + i, 2, -i}};
        writer.addItem(new Item("item-" + i, i % 2, new int[] {i % 4}, vectors));
      }
      writer.addQuery(new Query("shoes", new int[] {4, 1}, null));
      writer.addQuery(new Query("red shoes", new int[] {2}, null));
      users.forEach(writer::addUser);
      writer.finish(origin, Map.of());
    }
    return Dataset.open(out);
  }

  /** A user with one behaviour an item, at these times, all browsed. */
  public static User user(String id, long[] times, int[] items, Request... requests) {
    return new User(
        id,
        new History(times, items, new int[items.length], new byte[items.length]),
        List.of(requests));
  }

  /** A page of these items, at positions 0, 1, …, without propensities. */
  public static Request request(long time, int[] items, int... labels) {
    short[] position = new short[items.length];
    byte[] label = new byte[items.length];
    for (int i = 0; i < items.length; i++) {
      position[i] = (short) i;
      label[i] = (byte) labels[i];
    }
    return new Request(time, time, 0, items, position, label, null);
  }
}
