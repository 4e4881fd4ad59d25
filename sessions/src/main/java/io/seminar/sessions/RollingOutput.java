package io.seminar.sessions;

import io.seminar.sessions.arrow.ArrowOutput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/** The files of one kind: a further one is begun when the last has grown to its size. */
final class RollingOutput implements AutoCloseable {
  private final Path folder;
  private final DatasetDescriptor.Kind kind;
  private final Schema schema;
  private final ArrowOutput.Compression compression;
  private final long fileBytes;
  private final List<DatasetDescriptor.DataFile> files = new ArrayList<>();
  private ArrowOutput current;

  RollingOutput(
      Path folder,
      DatasetDescriptor.Kind kind,
      Schema schema,
      ArrowOutput.Compression compression,
      long fileBytes) {
    this.folder = folder;
    this.kind = kind;
    this.schema = schema;
    this.compression = compression;
    this.fileBytes = fileBytes;
  }

  /** Where the next batch goes. */
  ArrowOutput next() {
    if (current != null && current.bytes() >= fileBytes) {
      finishCurrent();
    }
    if (current == null) {
      current = ArrowOutput.create(folder.resolve(name()), schema, compression);
    }
    return current;
  }

  /** Completes the last file; there is always at least one. */
  List<DatasetDescriptor.DataFile> finish() {
    if (current == null && files.isEmpty()) {
      next();
    }
    if (current != null) {
      finishCurrent();
    }
    return List.copyOf(files);
  }

  private void finishCurrent() {
    ArrowOutput.Written written = current.finish();
    files.add(
        new DatasetDescriptor.DataFile(
            name(), kind, written.rows(), written.bytes(), written.sha256()));
    current.close();
    current = null;
  }

  /** Name of the file that is open, or the next one. */
  private String name() {
    return kind == DatasetDescriptor.Kind.ITEM_COUNTS
        ? kind.prefix() + ".arrow"
        : String.format("%s-%05d.arrow", kind.prefix(), files.size());
  }

  @Override
  public void close() {
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
