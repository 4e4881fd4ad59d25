package io.seminar.reports.store;

import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import io.seminar.sessions.arrow.ArrowInput;
import io.seminar.sessions.arrow.ArrowOutput;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A small flat table (thousands of rows) as one uncompressed Arrow record batch. Its bytes are a
 * function of the rows and their order: NaNs are canonical and nothing else goes in.
 *
 * @param <R> a row
 */
final class ArrowTable<R> {
  private static final ArrowType TEXT = ArrowType.Utf8.INSTANCE;
  private static final ArrowType COUNT = new ArrowType.Int(64, true);
  private static final ArrowType NUMBER =
      new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);

  private static final ArrowType FLAG = ArrowType.Bool.INSTANCE;

  /** One column: its field, what a row has there, and how that gets into the vector. */
  private record Column<R>(Field field, Function<R, Object> value, Put<R> put) {}

  @FunctionalInterface
  private interface Put<R> {
    void put(FieldVector vector, int row, R value);
  }

  private final String kind;
  private final int version;
  private final List<Column<R>> columns = new ArrayList<>();

  /** A table whose columns are those that it began with. */
  ArrowTable(String kind) {
    this(kind, 1);
  }

  /**
   * @param kind what the file is, e.g. {@code cells}: kept in the schema's metadata
   * @param version of its columns, kept there too; a reader refuses any other
   */
  ArrowTable(String kind, int version) {
    this.kind = kind;
    this.version = version;
  }

  ArrowTable<R> text(String name, Function<R, String> value) {
    return text(name, false, value);
  }

  ArrowTable<R> nullableText(String name, Function<R, String> value) {
    return text(name, true, value);
  }

  private ArrowTable<R> text(String name, boolean nullable, Function<R, String> value) {
    return column(
        name,
        nullable,
        TEXT,
        value::apply,
        (vector, row, r) -> {
          String text = value.apply(r);
          if (text != null) {
            ((VarCharVector) vector).setSafe(row, text.getBytes(StandardCharsets.UTF_8));
          } else if (nullable) {
            ((VarCharVector) vector).setNull(row);
          } else {
            throw new IllegalArgumentException(kind + ": " + name + " is null in " + r);
          }
        });
  }

  ArrowTable<R> count(String name, ToLongFunction<R> value) {
    return column(
        name,
        false,
        COUNT,
        value::applyAsLong,
        (vector, row, r) -> ((BigIntVector) vector).setSafe(row, value.applyAsLong(r)));
  }

  ArrowTable<R> number(String name, ToDoubleFunction<R> value) {
    return column(
        name,
        false,
        NUMBER,
        value::applyAsDouble,
        (vector, row, r) -> {
          double number = value.applyAsDouble(r);
          ((Float8Vector) vector).setSafe(row, Double.isNaN(number) ? Double.NaN : number);
        });
  }

  /** A column of enumerated values, written in lower case. */
  <E extends Enum<E>> ArrowTable<R> choice(String name, Function<R, E> value) {
    return text(name, r -> lower(value.apply(r)));
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  ArrowTable<R> flag(String name, Predicate<R> value) {
    return column(
        name,
        false,
        FLAG,
        value::test,
        (vector, row, r) -> ((BitVector) vector).setSafe(row, value.test(r) ? 1 : 0));
  }

  private ArrowTable<R> column(
      String name, boolean nullable, ArrowType type, Function<R, Object> value, Put<R> put) {
    Field field = new Field(name, new FieldType(nullable, type, null), null);
    columns.add(new Column<>(field, value, put));
    return this;
  }

  /** The columns' names, in their order. */
  List<String> names() {
    return columns.stream().map(column -> column.field().getName()).toList();
  }

  /** What a row has in each column: a String, Long, Double or Boolean, or null. */
  Object[] values(R row) {
    return columns.stream().map(column -> column.value().apply(row)).toArray();
  }

  private Schema schema() {
    return new Schema(
        columns.stream().map(Column::field).toList(), Map.of("seminar.file", kind + "/" + version));
  }

  void write(Path file, List<R> rows) {
    try (ArrowOutput out = ArrowOutput.create(file, schema(), ArrowOutput.Compression.NONE)) {
      VectorSchemaRoot root = out.root();
      root.allocateNew();
      for (int c = 0; c < columns.size(); c++) {
        FieldVector vector = root.getVector(c);
        for (int row = 0; row < rows.size(); row++) {
          columns.get(c).put().put(vector, row, rows.get(row));
        }
      }
      root.setRowCount(rows.size());
      out.writeBatch();
      out.finish();
    }
  }

  List<R> read(Path file, Function<Row, R> make) {
    try (ArrowInput in = ArrowInput.open(file, schema())) {
      checkKind(file, in.schema(), kind + "/" + version);
      List<R> rows = new ArrayList<>();
      for (int batch = 0; batch < in.batches(); batch++) {
        VectorSchemaRoot root = in.load(batch);
        Row row = new Row(file, root);
        for (int c = 0; c < columns.size(); c++) {
          if (!columns.get(c).field().isNullable()) {
            checkNoNulls(file, root.getVector(c));
          }
        }
        for (int r = 0; r < root.getRowCount(); r++) {
          row.index = r;
          try {
            rows.add(make.apply(row));
          } catch (IllegalArgumentException e) {
            throw new DatasetException(
                new Problem(file.toString(), rows.size(), "", e.getMessage(), "a row of " + kind),
                e);
          }
        }
      }
      return rows;
    }
  }

  /**
   * Refuses a file whose schema has the right columns by chance but says that it is another one.
   */
  static void checkKind(Path file, Schema schema, String expected) {
    String found = schema.getCustomMetadata().get("seminar.file");
    if (!expected.equals(found)) {
      throw new DatasetException(
          new Problem(
              file.toString(),
              -1,
              "schema metadata seminar.file",
              found == null ? "nothing" : found,
              expected));
    }
  }

  static void checkNoNulls(Path file, FieldVector vector) {
    if (vector.getNullCount() > 0) {
      throw new DatasetException(
          new Problem(
              file.toString(),
              -1,
              vector.getField().getName(),
              vector.getNullCount() + " nulls",
              "a value in every row"));
    }
  }

  /** The row being read, by column name. */
  static final class Row {
    private final Path file;
    private final VectorSchemaRoot root;
    private int index;

    private Row(Path file, VectorSchemaRoot root) {
      this.file = file;
      this.root = root;
    }

    /** The text, or null where the column has none. */
    String text(String name) {
      VarCharVector vector = (VarCharVector) vector(name);
      return vector.isNull(index) ? null : new String(vector.get(index), StandardCharsets.UTF_8);
    }

    long count(String name) {
      return ((BigIntVector) vector(name)).get(index);
    }

    /** A count that fits an int. */
    int size(String name) {
      long count = count(name);
      if (count != (int) count) {
        throw new IllegalArgumentException(
            name + ": found " + count + ", expected at most " + Integer.MAX_VALUE);
      }
      return (int) count;
    }

    <E extends Enum<E>> E choice(String name, Class<E> type) {
      String text = text(name);
      return Arrays.stream(type.getEnumConstants())
          .filter(value -> lower(value).equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      name
                          + ": found '"
                          + text
                          + "', expected one of "
                          + Arrays.stream(type.getEnumConstants())
                              .map(ArrowTable::lower)
                              .toList()));
    }

    double number(String name) {
      return ((Float8Vector) vector(name)).get(index);
    }

    boolean flag(String name) {
      return ((BitVector) vector(name)).get(index) != 0;
    }

    private FieldVector vector(String name) {
      FieldVector vector = root.getVector(name);
      if (vector == null) {
        throw new IllegalStateException(file + " has no column " + name);
      }
      return vector;
    }
  }
}
