package io.seminar.network.checkpoint;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code checkpoint.json}.
 *
 * @param schemaVersion of the folder's layout, {@link #SCHEMA_VERSION}
 * @param description what was trained, on what, and how
 * @param parameters what {@code parameters.bin} holds, in its order
 * @param files the binary files, by name
 */
record Manifest(
    int schemaVersion,
    Description description,
    List<StoredParameter> parameters,
    SortedMap<String, StoredFile> files) {
  /** The version that this code writes and reads. */
  static final int SCHEMA_VERSION = 1;

  Manifest {
    Objects.requireNonNull(description, "description");
    parameters = List.copyOf(parameters);
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }
}
