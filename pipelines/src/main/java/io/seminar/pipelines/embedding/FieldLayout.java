package io.seminar.pipelines.embedding;

import io.seminar.sessions.DatasetSchema;
import io.seminar.sessions.Modality;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of an embedded query-item pair: the query first where the data set's queries have
 * vectors, then the modalities of the item. A pair's row is their concatenation, D = Σ d_f.
 *
 * @param names of the fields, in row order
 * @param dimensions d_f
 * @param offsets where each field starts in a row
 * @param weights w_f, not negative, summing to 1
 * @param hasQuery whether field 0 is the query
 */
public record FieldLayout(
    List<String> names, int[] dimensions, int[] offsets, float[] weights, boolean hasQuery) {

  /** The name of the query's field. */
  public static final String QUERY = "query";

  public static FieldLayout of(DatasetSchema schema, float queryWeight) {
    boolean hasQuery = schema.queryDimension() > 0;
    int modalities = schema.modalities().size();
    int fields = modalities + (hasQuery ? 1 : 0);
    if (modalities == 0) {
      throw new IllegalArgumentException(
          "the data set has no modality with vectors, expected at least one to attend with");
    }
    List<String> names = new ArrayList<>(fields);
    int[] dimensions = new int[fields];
    int[] offsets = new int[fields];
    float[] weights = new float[fields];
    float itemShare = hasQuery ? 1 - queryWeight : 1;
    int f = 0;
    int offset = 0;
    if (hasQuery) {
      names.add(QUERY);
      dimensions[0] = schema.queryDimension();
      weights[0] = queryWeight;
      offset = dimensions[0];
      f = 1;
    }
    for (Modality modality : schema.modalities()) {
      names.add(modality.name());
      dimensions[f] = modality.dimension();
      offsets[f] = offset;
      weights[f] = itemShare / modalities;
      offset += modality.dimension();
      f++;
    }
    return new FieldLayout(List.copyOf(names), dimensions, offsets, weights, hasQuery);
  }

  /** How many fields. */
  public int fields() {
    return dimensions.length;
  }

  /** D, floats in a row. */
  public int dimension() {
    int last = fields() - 1;
    return offsets[last] + dimensions[last];
  }

  /** The modality that the given field holds, which must not be the query's. */
  public int modalityOfField(int field) {
    return hasQuery ? field - 1 : field;
  }

  /** The field that holds the given modality. */
  public int fieldOfModality(int modality) {
    return hasQuery ? modality + 1 : modality;
  }
}
