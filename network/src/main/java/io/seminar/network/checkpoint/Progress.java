package io.seminar.network.checkpoint;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code progress.json}, beside a checkpoint: how far its training has come.
 *
 * @param schemaVersion {@link #SCHEMA_VERSION}
 * @param epoch whole epochs done
 * @param steps steps that the optimiser has taken
 * @param best the best epoch so far, or null
 * @param files the other binary files, by name
 */
record Progress(
    int schemaVersion, int epoch, long steps, Best best, SortedMap<String, StoredFile> files) {
  /** The version that this code writes and reads. */
  static final int SCHEMA_VERSION = 1;

  Progress {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /** The epoch that validated best, and the measure that decides. */
  record Best(int epoch, double value) {}
}
