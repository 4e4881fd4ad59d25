package io.seminar.network.checkpoint;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * What a binary file held when it was written.
 *
 * @param bytes its size
 * @param sha256 of its bytes, lower-case hexadecimal
 */
record StoredFile(long bytes, String sha256) {
  StoredFile {
    Objects.requireNonNull(sha256, "sha256");
  }

  /**
   * Looks a file up in what a JSON file recorded.
   *
   * @param record the JSON file
   * @param files recorded in it, by name
   * @param bytes that the file must have
   */
  static StoredFile find(Path record, Map<String, StoredFile> files, String name, long bytes) {
    StoredFile file = files.get(name);
    if (file == null) {
      throw JsonFile.problem(
          record, "files", files.keySet().toString(), "an entry for " + name, null);
    }
    if (file.bytes != bytes) {
      throw JsonFile.problem(
          record,
          "files." + name + ".bytes",
          Long.toString(file.bytes),
          bytes + ", as the shapes say",
          null);
    }
    return file;
  }
}
