package io.seminar.sessions;

import io.seminar.sessions.arrow.ArrowOutput;
import io.seminar.sessions.arrow.RecordBatchBuilder;
import java.nio.charset.StandardCharsets;

/**
 * The items or queries of one record batch, column by column: an id, for items a category, a list
 * of ordinals (attributes or tokens), and vectors.
 */
final class CatalogueBatch {
  private final boolean categories;
  private final int[] dimensions;

  private final ColumnBuffer idOffsets = new ColumnBuffer();
  private final ColumnBuffer ids = new ColumnBuffer();
  private final ColumnBuffer category = new ColumnBuffer();
  private final ColumnBuffer ordinalOffsets = new ColumnBuffer();
  private final ColumnBuffer ordinals = new ColumnBuffer();
  private final ColumnBuffer[] vectors;
  private final ValidityBuffer[] validity;

  private int rows;

  /**
   * @param categories whether there is a category column
   * @param dimensions by vector column
   */
  CatalogueBatch(boolean categories, int... dimensions) {
    this.categories = categories;
    this.dimensions = dimensions;
    vectors = new ColumnBuffer[dimensions.length];
    validity = new ValidityBuffer[dimensions.length];
    for (int m = 0; m < dimensions.length; m++) {
      vectors[m] = new ColumnBuffer();
      validity[m] = new ValidityBuffer();
    }
    clear();
  }

  int rows() {
    return rows;
  }

  long bytes() {
    long bytes = ids.size() + ordinals.size() + 12L * rows;
    for (ColumnBuffer vector : vectors) {
      bytes += vector.size();
    }
    return bytes;
  }

  void add(String id, int categoryOrdinal, int[] ordinalList, float[][] rowVectors) {
    ids.putBytes(id.getBytes(StandardCharsets.UTF_8));
    idOffsets.putInt(ids.size());
    if (categories) {
      category.putInt(categoryOrdinal);
    }
    ordinals.putInts(ordinalList);
    ordinalOffsets.putInt(ordinals.size() / Integer.BYTES);
    for (int m = 0; m < dimensions.length; m++) {
      validity[m].add(rowVectors[m] != null);
      if (rowVectors[m] != null) {
        vectors[m].putFloats(rowVectors[m]);
      } else {
        vectors[m].skip(dimensions[m] * Float.BYTES);
      }
    }
    rows++;
  }

  void writeTo(ArrowOutput out) {
    try (RecordBatchBuilder batch = new RecordBatchBuilder(out.allocator())) {
      batch.utf8(rows, idOffsets.content(), ids.content());
      if (categories) {
        batch.fixed(rows, category.content());
      }
      batch
          .list(rows, ordinalOffsets.content())
          .fixed(ordinals.size() / Integer.BYTES, ordinals.content());
      for (int m = 0; m < dimensions.length; m++) {
        batch
            .fixedSizeList(rows, validity[m].nulls(), validity[m].content())
            .fixed(rows * dimensions[m], vectors[m].content());
      }
      out.writeBatch(batch.build(rows));
    }
    clear();
  }

  private void clear() {
    idOffsets.clear();
    ids.clear();
    category.clear();
    ordinalOffsets.clear();
    ordinals.clear();
    for (int m = 0; m < dimensions.length; m++) {
      vectors[m].clear();
      validity[m].clear();
    }
    idOffsets.putInt(0);
    ordinalOffsets.putInt(0);
    rows = 0;
  }
}
