package io.seminar.sessions;

import io.seminar.sessions.DatasetDescriptor.DataFile;
import io.seminar.sessions.DatasetDescriptor.Kind;
import io.seminar.sessions.arrow.ArrowInput;
import io.seminar.sessions.arrow.Digests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * A complete data set on disk. Holds no open files and no data: what it opens is closed by whoever
 * asked for it. Immutable and safe for several threads.
 */
public final class Dataset {
  private final Path folder;
  private final DatasetDescriptor descriptor;

  private Dataset(Path folder, DatasetDescriptor descriptor) {
    this.folder = folder;
    this.descriptor = descriptor;
  }

  /**
   * Reads {@code dataset.json} and checks that every file is there in its recorded size; reads no
   * data.
   *
   * @throws DatasetException if this is no data set, one of another version, or one that misses a
   *     file
   */
  public static Dataset open(Path folder) {
    DatasetDescriptor descriptor = DatasetFile.read(folder);
    for (DataFile file : descriptor.files()) {
      long bytes;
      try {
        bytes = Files.size(folder.resolve(file.name()));
      } catch (NoSuchFileException e) {
        throw new DatasetException(
            new Problem(
                folder.resolve(file.name()).toString(),
                -1,
                "",
                "no such file",
                "a file of " + file.bytes() + " bytes"),
            e);
      } catch (IOException e) {
        throw new DatasetException("cannot read " + folder.resolve(file.name()) + ": " + e, e);
      }
      if (bytes != file.bytes()) {
        throw new DatasetException(
            new Problem(
                folder.resolve(file.name()).toString(),
                -1,
                "",
                bytes + " bytes",
                file.bytes() + " bytes, as " + DatasetFile.NAME + " says"));
      }
    }
    return new Dataset(folder, descriptor);
  }

  /**
   * Reads every file and compares its SHA-256 with the recorded one.
   *
   * @throws DatasetException at the first that differs
   */
  public void verifyDigests() {
    for (DataFile file : descriptor.files()) {
      Path path = folder.resolve(file.name());
      String found;
      try {
        found = Digests.ofFile(path);
      } catch (IOException e) {
        throw new DatasetException("cannot read " + path + ": " + e, e);
      }
      if (!found.equals(file.sha256())) {
        throw new DatasetException(
            new Problem(path.toString(), -1, "", "SHA-256 " + found, file.sha256()));
      }
    }
  }

  /** What {@code dataset.json} says. */
  public DatasetDescriptor descriptor() {
    return descriptor;
  }

  /** Where it lies. */
  public Path folder() {
    return folder;
  }

  /** One SHA-256 over schema and files: the identity of the data. */
  public String digest() {
    return descriptor.digest();
  }

  /** The same over items and queries only: what a codebook belongs to. */
  public String catalogueDigest() {
    return descriptor.catalogueDigest();
  }

  /** Opens the items. Safe for several threads; one is enough for a JVM. */
  public Catalogue openCatalogue() {
    return Catalogue.open(this);
  }

  /** Opens the queries. Safe for several threads; one is enough for a JVM. */
  public QueryTable openQueries() {
    return QueryTable.open(this);
  }

  /**
   * The pieces into which the users can be divided, in order; reads the footers of the user files.
   */
  public List<UserSplit> userSplits() {
    List<UserSplit> splits = new ArrayList<>();
    for (DataFile file : files(Kind.USERS)) {
      try (ArrowInput input = ArrowInput.open(folder.resolve(file.name()), Columns.users())) {
        long row = 0;
        for (int batch = 0; batch < input.batches(); batch++) {
          ArrowInput.BatchLayout layout = input.layout(batch);
          splits.add(new UserSplit(file.name(), batch, row, layout.rows(), layout.bytes()));
          row += layout.rows();
        }
        checkRows(file, row);
      }
    }
    return splits;
  }

  /** Opens a reader of one split. */
  public UserReader readUsers(UserSplit split) {
    return UserReader.open(this, split);
  }

  /** How often each item occurs. */
  public ItemCounts itemCounts() {
    int items = descriptor.counts().items();
    int[] events = new int[items];
    int[] impressions = new int[items];
    for (DataFile file : files(Kind.ITEM_COUNTS)) {
      try (ArrowInput input = ArrowInput.open(folder.resolve(file.name()), Columns.itemCounts())) {
        int row = 0;
        for (int batch = 0; batch < input.batches(); batch++) {
          VectorSchemaRoot root = input.load(batch);
          int rows = root.getRowCount();
          checkRows(file, Math.max((long) row + rows, file.rows()));
          ColumnReader.ints((IntVector) root.getVector(0), 0, events, row, rows);
          ColumnReader.ints((IntVector) root.getVector(1), 0, impressions, row, rows);
          row += rows;
        }
        checkRows(file, row);
      }
    }
    return new ItemCounts(events, impressions);
  }

  /** The files of a kind, in order. */
  List<DataFile> files(Kind kind) {
    return descriptor.files().stream().filter(file -> file.kind() == kind).toList();
  }

  void checkRows(DataFile file, long rows) {
    if (rows != file.rows()) {
      throw new DatasetException(
          new Problem(
              folder.resolve(file.name()).toString(),
              -1,
              "",
              rows + " rows",
              file.rows() + " rows, as " + DatasetFile.NAME + " says"));
    }
  }
}
