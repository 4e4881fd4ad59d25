package io.seminar.sessions;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.complex.ListVector;

/** Bulk copies out of Arrow vectors whose buffers were checked when they were loaded. */
final class ColumnReader {
  private ColumnReader() {}

  static void longs(BigIntVector column, int from, long[] target, int n) {
    bytes(column, from, n).asLongBuffer().get(target, 0, n);
  }

  static void ints(IntVector column, int from, int[] target, int offset, int n) {
    bytes(column, from, n).asIntBuffer().get(target, offset, n);
  }

  static void shorts(SmallIntVector column, int from, short[] target, int n) {
    bytes(column, from, n).asShortBuffer().get(target, 0, n);
  }

  static void bytes(TinyIntVector column, int from, byte[] target, int n) {
    bytes(column, from, n).get(target, 0, n);
  }

  static void floats(Float4Vector column, int from, float[] target, int n) {
    bytes(column, from, n).asFloatBuffer().get(target, 0, n);
  }

  /** The {@code n + 1} offsets of a list column with {@code n} rows. */
  static int[] offsets(ListVector column) {
    int[] offsets = new int[column.getValueCount() + 1];
    if (column.getValueCount() > 0) {
      column
          .getOffsetBuffer()
          .nioBuffer(0, offsets.length * Integer.BYTES)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asIntBuffer()
          .get(offsets);
    }
    return offsets;
  }

  private static ByteBuffer bytes(BaseFixedWidthVector column, int from, int n) {
    int width = column.getTypeWidth();
    if (n == 0) {
      return ByteBuffer.allocate(0);
    }
    return column
        .getDataBuffer()
        .nioBuffer((long) from * width, n * width)
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
