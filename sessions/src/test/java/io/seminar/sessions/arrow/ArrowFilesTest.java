package io.seminar.sessions.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.sessions.DatasetException;
import io.seminar.sessions.arrow.ArrowOutput.Compression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A file of two columns with nulls, as any part of the project might store one. */
class ArrowFilesTest {
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.nullable("name", ArrowType.Utf8.INSTANCE),
              Field.nullable("value", new ArrowType.Int(64, true))),
          Map.of("version", "3"));

  @TempDir Path folder;

  private static void fill(VectorSchemaRoot root, int from, int rows) {
    VarCharVector names = (VarCharVector) root.getVector(0);
    BigIntVector values = (BigIntVector) root.getVector(1);
    root.allocateNew();
    for (int i = 0; i < rows; i++) {
      if ((from + i) % 3 == 0) {
        names.setNull(i);
      } else {
        names.setSafe(i, ("n" + (from + i)).getBytes());
      }
      values.setSafe(i, from + i);
    }
    root.setRowCount(rows);
  }

  private static ArrowOutput.Written write(Path file, Compression compression) {
    try (ArrowOutput out = ArrowOutput.create(file, SCHEMA, compression)) {
      fill(out.root(), 0, 1000);
      out.writeBatch();
      fill(out.root(), 1000, 7);
      out.writeBatch();
      return out.finish();
    }
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void whatIsWrittenIsRead(Compression compression) throws IOException {
    Path file = folder.resolve("below/table.arrow");
    ArrowOutput.Written written = write(file, compression);
    assertThat(written.rows()).isEqualTo(1007);
    assertThat(written.bytes()).isEqualTo(Files.size(file));
    assertThat(written.sha256()).isEqualTo(Digests.ofFile(file));
    assertThat(write(folder.resolve("again.arrow"), compression)).isEqualTo(written);

    ArrowInput input = ArrowInput.open(file, SCHEMA);
    try (input) {
      assertThat(input.schema().getCustomMetadata()).containsEntry("version", "3");
      assertThat(input.batches()).isEqualTo(2);
      int row = 0;
      for (int batch = 0; batch < 2; batch++) {
        assertThat(input.layout(batch).compressed()).isEqualTo(compression == Compression.LZ4);
        VectorSchemaRoot root = input.load(batch);
        assertThat(root.getRowCount()).isEqualTo(input.layout(batch).rows());
        for (int i = 0; i < root.getRowCount(); i++, row++) {
          assertThat(((BigIntVector) root.getVector(1)).get(i)).isEqualTo(row);
          Object name = root.getVector(0).getObject(i);
          assertThat(name == null ? null : name.toString())
              .isEqualTo(row % 3 == 0 ? null : "n" + row);
        }
      }
      assertThat(row).isEqualTo(1007);
      assertThat(input.allocatedBytes()).isPositive();
    }
    assertThat(input.allocatedBytes()).isZero();
  }

  @Test
  void aFileAppearsOnlyWhenItIsFinished() throws IOException {
    Path file = folder.resolve("table.arrow");
    try (ArrowOutput out = ArrowOutput.create(file, SCHEMA, Compression.NONE)) {
      fill(out.root(), 0, 10);
      out.writeBatch();
      assertThat(file).doesNotExist();
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void finishedOnceAndNeverAfterClosing() {
    ArrowOutput out = ArrowOutput.create(folder.resolve("table.arrow"), SCHEMA, Compression.NONE);
    out.finish();
    assertThatThrownBy(out::finish).isInstanceOf(IllegalStateException.class);
    out.close();
    assertThat(folder.resolve("table.arrow")).exists();
    try (ArrowInput input = ArrowInput.open(folder.resolve("table.arrow"), SCHEMA)) {
      assertThat(input.batches()).isZero();
    }
  }

  @Test
  void aForgottenBufferIsALeak() {
    ArrowOutput out = ArrowOutput.create(folder.resolve("table.arrow"), SCHEMA, Compression.NONE);
    out.allocator().buffer(64);
    assertThatThrownBy(out::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("leaked");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void otherSchemasAreRefused() {
    Path file = folder.resolve("table.arrow");
    write(file, Compression.LZ4);
    ArrowType int32 = new ArrowType.Int(32, true);
    Map<Schema, String> cases =
        Map.of(
            new Schema(List.of(SCHEMA.getFields().get(0), Field.nullable("value", int32))),
                "table.arrow, value: found a column of type Int(64, true), "
                    + "expected a column of type Int(32, true)",
            new Schema(List.of(SCHEMA.getFields().get(0))),
                "table.arrow: found a further column \"value\", expected 1 columns",
            new Schema(
                    List.of(
                        SCHEMA.getFields().get(0),
                        SCHEMA.getFields().get(1),
                        Field.nullable("more", int32))),
                "table.arrow, more: found no such column, expected a column of type Int(32, true)");
    cases.forEach(
        (schema, message) ->
            assertThatThrownBy(() -> ArrowInput.open(file, schema))
                .isInstanceOf(DatasetException.class)
                .hasMessage(message));
  }

  @Test
  void missingFilesAreNamed() {
    Path file = folder.resolve("none.arrow");
    assertThatThrownBy(() -> ArrowInput.open(file, null))
        .isInstanceOf(DatasetException.class)
        .hasMessage(file + ": found no such file, expected an Arrow IPC file");
  }
}
