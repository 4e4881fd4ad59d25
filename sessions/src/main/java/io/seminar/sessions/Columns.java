package io.seminar.sessions;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** The Arrow schemas of the data files: the one place that knows their columns. */
final class Columns {
  private static final ArrowType UTF8 = ArrowType.Utf8.INSTANCE;
  private static final ArrowType INT8 = new ArrowType.Int(8, true);
  private static final ArrowType INT16 = new ArrowType.Int(16, true);
  private static final ArrowType INT32 = new ArrowType.Int(32, true);
  private static final ArrowType INT64 = new ArrowType.Int(64, true);
  private static final ArrowType FLOAT32 =
      new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);

  /** Name of the vector column of the query files. */
  static final String QUERY_VECTOR = "vector";

  private static final Map<String, String> METADATA =
      Map.of("seminar.version", Integer.toString(DatasetDescriptor.SCHEMA_VERSION));

  private Columns() {}

  static Schema items(DatasetSchema schema) {
    List<Field> fields = new ArrayList<>();
    fields.add(required("id", UTF8));
    fields.add(required("category", INT32));
    fields.add(list("attributes", required("item", INT32)));
    for (Modality modality : schema.modalities()) {
      fields.add(vector(modality.name(), modality.dimension()));
    }
    return new Schema(fields, METADATA);
  }

  static Schema queries(DatasetSchema schema) {
    List<Field> fields = new ArrayList<>();
    fields.add(required("id", UTF8));
    fields.add(list("tokens", required("item", INT32)));
    if (schema.queryDimension() > 0) {
      fields.add(vector(QUERY_VECTOR, schema.queryDimension()));
    }
    return new Schema(fields, METADATA);
  }

  static Schema users() {
    Field event =
        struct(
            "item",
            required("time", INT64),
            required("item", INT32),
            required("query", INT32),
            required("action", INT8));
    Field impression =
        struct(
            "item",
            required("item", INT32),
            required("position", INT16),
            required("label", INT8),
            new Field("propensity", FieldType.nullable(FLOAT32), null));
    Field request =
        struct(
            "item",
            required("id", INT64),
            required("time", INT64),
            required("query", INT32),
            list("impressions", impression));
    return new Schema(
        List.of(required("id", UTF8), list("history", event), list("requests", request)), METADATA);
  }

  static Schema itemCounts() {
    return new Schema(
        List.of(required("history_events", INT32), required("impressions", INT32)), METADATA);
  }

  private static Field required(String name, ArrowType type) {
    return new Field(name, FieldType.notNullable(type), null);
  }

  private static Field list(String name, Field element) {
    return new Field(name, FieldType.notNullable(ArrowType.List.INSTANCE), List.of(element));
  }

  private static Field struct(String name, Field... fields) {
    return new Field(name, FieldType.notNullable(ArrowType.Struct.INSTANCE), List.of(fields));
  }

  private static Field vector(String name, int dimension) {
    return new Field(
        name,
        FieldType.nullable(new ArrowType.FixedSizeList(dimension)),
        List.of(required("item", FLOAT32)));
  }
}
