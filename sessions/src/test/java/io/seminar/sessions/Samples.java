package io.seminar.sessions;

import io.seminar.sessions.arrow.ArrowOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.arrow.vector.types.pojo.Schema;

/** A small hand-made data set, and rows to vary one field of. */
final class Samples {
  static final DatasetSchema SCHEMA =
      new DatasetSchema(List.of(new Modality("text", 2), new Modality("image", 3)), 2);

  private Samples() {}

  static Item item(String id) {
    return new Item(id, 1, new int[] {4, 5}, new float[][] {{1, 2}, null});
  }

  static Query query(String id) {
    return new Query(id, new int[] {7}, new float[] {3, 4});
  }

  static History history() {
    return new History(
        new long[] {10, 20, 20}, new int[] {0, 1, 2}, new int[] {0, 1, 0}, new byte[] {0, 1, 2});
  }

  static Request request(long id, long time) {
    return new Request(
        id,
        time,
        1,
        new int[] {2, 1},
        new short[] {0, 1},
        new byte[] {0, 3},
        new float[] {0.5f, Float.NaN});
  }

  static User user(String id) {
    return new User(id, history(), List.of(request(1, 15), request(2, 25)));
  }

  /** Adds three items and one query. */
  static void addCatalogue(DatasetWriter writer) {
    for (String id : List.of("a", "b", "c")) {
      writer.addItem(item(id));
    }
    writer.addQuery(query("shoes"));
  }

  /** Three items, a query beside the browse query, and these users. */
  static Dataset write(Path out, User... users) {
    try (DatasetWriter writer = DatasetWriter.create(out, SCHEMA, false)) {
      addCatalogue(writer);
      for (User user : users) {
        writer.addUser(user);
      }
      writer.finish("by hand", Map.of());
    }
    return Dataset.open(out);
  }

  /**
   * Puts another file, checked by nobody, in the place of one of the data set's, and its facts into
   * {@code dataset.json}: what a faulty writer would leave.
   */
  static Dataset replace(
      Dataset dataset,
      String name,
      Schema schema,
      ArrowOutput.Compression compression,
      Consumer<ArrowOutput> content) {
    ArrowOutput.Written written;
    try (ArrowOutput out =
        ArrowOutput.create(dataset.folder().resolve(name), schema, compression)) {
      content.accept(out);
      written = out.finish();
    }
    return record(dataset, name, written.rows(), written.bytes(), written.sha256());
  }

  /** Records other facts about a file in {@code dataset.json}. */
  static Dataset record(Dataset dataset, String name, long rows, long bytes, String sha256) {
    DatasetDescriptor old = dataset.descriptor();
    List<DatasetDescriptor.DataFile> files = new ArrayList<>();
    for (DatasetDescriptor.DataFile file : old.files()) {
      files.add(
          file.name().equals(name)
              ? new DatasetDescriptor.DataFile(name, file.kind(), rows, bytes, sha256)
              : file);
    }
    try {
      DatasetFile.write(
          dataset.folder(),
          new DatasetDescriptor(
              old.schemaVersion(),
              old.origin(),
              old.notes(),
              old.schema(),
              old.counts(),
              old.time(),
              old.medianRequestTime(),
              files,
              old.digest(),
              old.catalogueDigest()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Dataset.open(dataset.folder());
  }
}
