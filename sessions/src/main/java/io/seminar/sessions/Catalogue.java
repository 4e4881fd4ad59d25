package io.seminar.sessions;

import java.util.List;

/**
 * The items of a data set, mapped into memory: opening costs next to nothing, memory is the page
 * cache's. Items are named by ordinal. Safe for several threads; close it when none uses it any
 * more.
 */
public final class Catalogue implements AutoCloseable {
  private final CatalogueTable table;
  private final List<Modality> modalities;
  private final int[] dimensions;

  private Catalogue(CatalogueTable table, List<Modality> modalities, int[] dimensions) {
    this.table = table;
    this.modalities = modalities;
    this.dimensions = dimensions;
  }

  static Catalogue open(Dataset dataset) {
    DatasetSchema schema = dataset.descriptor().schema();
    int[] dimensions = schema.modalities().stream().mapToInt(Modality::dimension).toArray();
    CatalogueTable table =
        CatalogueTable.open(
            dataset,
            DatasetDescriptor.Kind.ITEMS,
            Columns.items(schema),
            true,
            dimensions,
            dataset.descriptor().counts().items());
    return new Catalogue(table, schema.modalities(), dimensions);
  }

  /** Number of items; ordinals run from 0 to {@code size() − 1}. */
  public int size() {
    return table.size();
  }

  /** The vectors an item can have, in the order of the modality index. */
  public List<Modality> modalities() {
    return modalities;
  }

  /** The item's name in its log. */
  public String id(int item) {
    return table.id(item);
  }

  /** Ordinal of the item's category. */
  public int category(int item) {
    return table.category(item);
  }

  /** A copy of the item's attribute ordinals. */
  public int[] attributes(int item) {
    return table.ordinals(item);
  }

  /** Whether the item has a vector of this modality. */
  public boolean has(int modality, int item) {
    return table.has(modality, item);
  }

  /**
   * Copies the item's vector of a modality to {@code target[offset…offset + dimension)}.
   *
   * @throws IllegalArgumentException if the item has none
   */
  public void copyVector(int modality, int item, float[] target, int offset) {
    table.copyVector(modality, item, dimensions[modality], target, offset);
  }

  /** The rows as stored. */
  CatalogueTable table() {
    return table;
  }

  /**
   * Refuses all further use; the mapped pages are given back once nothing refers to this any more.
   */
  @Override
  public void close() {
    table.close();
  }
}
