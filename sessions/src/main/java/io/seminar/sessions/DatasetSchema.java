package io.seminar.sessions;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which vectors the catalogue of a data set holds.
 *
 * @param modalities the item vectors, in the order in which every other part of the project indexes
 *     them; may be empty
 * @param queryDimension floats a query vector; 0: queries have no vector
 */
public record DatasetSchema(List<Modality> modalities, int queryDimension) {
  /** Columns of the item files that a modality cannot be named after. */
  private static final Set<String> RESERVED = Set.of("id", "category", "attributes");

  public DatasetSchema {
    modalities = List.copyOf(modalities);
    if (queryDimension < 0) {
      throw new IllegalArgumentException(
          "query dimension " + queryDimension + ": expected 0 (no vector) or more");
    }
    Set<String> names = new HashSet<>();
    for (Modality modality : modalities) {
      if (RESERVED.contains(modality.name())) {
        throw new IllegalArgumentException(
            "modality \"" + modality.name() + "\" has the name of a column of the item files");
      }
      if (!names.add(modality.name())) {
        throw new IllegalArgumentException("modality \"" + modality.name() + "\" occurs twice");
      }
    }
  }
}
