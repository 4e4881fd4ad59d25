package io.seminar.sessions;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** One growing little-endian column in flat memory, filled by bulk copies. */
final class ColumnBuffer {
  private static final int FIRST_CAPACITY = 1 << 12;

  private ByteBuffer bytes = ByteBuffer.allocate(FIRST_CAPACITY).order(ByteOrder.LITTLE_ENDIAN);

  void putLongs(long[] values) {
    int size = reserve((long) values.length * Long.BYTES);
    bytes.asLongBuffer().put(values);
    bytes.position(bytes.position() + size);
  }

  void putInts(int[] values) {
    int size = reserve((long) values.length * Integer.BYTES);
    bytes.asIntBuffer().put(values);
    bytes.position(bytes.position() + size);
  }

  void putShorts(short[] values) {
    int size = reserve((long) values.length * Short.BYTES);
    bytes.asShortBuffer().put(values);
    bytes.position(bytes.position() + size);
  }

  void putFloats(float[] values) {
    int size = reserve((long) values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    bytes.position(bytes.position() + size);
  }

  void putBytes(byte[] values) {
    reserve(values.length);
    bytes.put(values);
  }

  void putLong(long value) {
    reserve(Long.BYTES);
    bytes.putLong(value);
  }

  void putInt(int value) {
    reserve(Integer.BYTES);
    bytes.putInt(value);
  }

  /** {@code size} zero bytes. */
  void skip(int size) {
    reserve(size);
    for (int i = 0; i < size; i++) {
      bytes.put((byte) 0);
    }
  }

  /** Bytes in the column. */
  int size() {
    return bytes.position();
  }

  /** The column; valid until the next change. */
  ByteBuffer content() {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).flip();
  }

  void clear() {
    bytes.clear();
  }

  /** Makes room for {@code size} more bytes. */
  private int reserve(long size) {
    long needed = bytes.position() + size;
    if (needed > bytes.capacity()) {
      if (needed > Integer.MAX_VALUE - 8) {
        throw new DatasetException(
            "a record batch needs a column of " + needed + " bytes: expected at most 2^31 − 9");
      }
      long capacity = Math.min(Integer.MAX_VALUE - 8, Math.max(needed, 2L * bytes.capacity()));
      bytes = ByteBuffer.allocate((int) capacity).order(ByteOrder.LITTLE_ENDIAN).put(bytes.flip());
    }
    return (int) size;
  }
}
