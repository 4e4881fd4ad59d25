package io.seminar.attention.quantization;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A file of rows of equal width behind a header of 64 bytes, all little-endian:
 *
 * <pre>
 *  0  8 bytes  SEMINARQ
 *  8  int      version, 2
 * 12  int      kind: 1 quantisers, 2 item codes, 3 query codes
 * 16  long     rows
 * 24  int      bytes a row
 * 28  int      CRC-32C of all rows
 * 32  int      CRC-32C of bytes 0 to 31
 * 36  28 bytes zero
 * </pre>
 *
 * Mapped in segments of whole rows. Reads take no lock and move no position, so threads may share
 * one. The mapping lives until the object is unreachable: Java 17 has no other end for it.
 */
final class FlatFile {

  static final int HEADER = 64;
  static final int QUANTIZERS = 1;
  static final int ITEM_CODES = 2;
  static final int QUERY_CODES = 3;

  private static final byte[] MAGIC = "SEMINARQ".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 2;
  private static final int SEGMENT = 1 << 28;

  private final long rows;
  private final int width;
  private final int rowsPerSegment;
  private final MappedByteBuffer[] segments;

  private FlatFile(long rows, int width, int rowsPerSegment, MappedByteBuffer[] segments) {
    this.rows = rows;
    this.width = width;
    this.rowsPerSegment = rowsPerSegment;
    this.segments = segments;
  }

  /** Hands out the bytes of a row. */
  interface Rows {
    void copy(int row, byte[] out);
  }

  static void write(Path file, int kind, int rows, int width, Rows source) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      CRC32C payload = new CRC32C();
      channel.position(HEADER);
      byte[] row = new byte[width];
      ByteBuffer buffer = ByteBuffer.allocate(Math.max(width, 1 << 16));
      for (int i = 0; i < rows; i++) {
        source.copy(i, row);
        if (buffer.remaining() < width) {
          drain(buffer, channel, payload);
        }
        buffer.put(row);
      }
      drain(buffer, channel, payload);
      ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
      header.put(MAGIC).putInt(VERSION).putInt(kind).putLong(rows).putInt(width);
      header.putInt((int) payload.getValue());
      CRC32C own = new CRC32C();
      own.update(header.array(), 0, header.position());
      header.putInt((int) own.getValue());
      header.rewind();
      channel.position(0);
      while (header.hasRemaining()) {
        channel.write(header);
      }
      channel.force(true);
    }
  }

  private static void drain(ByteBuffer buffer, FileChannel channel, CRC32C payload)
      throws IOException {
    buffer.flip();
    payload.update(buffer.duplicate());
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  /** Maps a file and checks everything about it, its checksum too. */
  static FlatFile open(Path file, int kind, long rows, int width) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < HEADER) {
        throw new CodebookException(file, "size", size + " bytes", "at least " + HEADER);
      }
      ByteBuffer header = channel.map(FileChannel.MapMode.READ_ONLY, 0, HEADER);
      header.order(ByteOrder.LITTLE_ENDIAN);
      byte[] magic = new byte[MAGIC.length];
      header.get(magic);
      if (!java.util.Arrays.equals(magic, MAGIC)) {
        throw new CodebookException(file, "magic", printable(magic), printable(MAGIC));
      }
      expect(file, "version", header.getInt(), VERSION);
      CRC32C own = new CRC32C();
      own.update(header.duplicate().position(0).limit(32));
      expect(file, "header checksum", header.getInt(32), (int) own.getValue());
      expect(file, "kind", header.getInt(), kind);
      expect(file, "rows", header.getLong(), rows);
      expect(file, "bytes a row", header.getInt(), width);
      expect(file, "size", size, HEADER + rows * width);
      int rowsPerSegment = Math.max(1, SEGMENT / Math.max(1, width));
      int count = (int) ((rows + rowsPerSegment - 1) / rowsPerSegment);
      MappedByteBuffer[] segments = new MappedByteBuffer[count];
      CRC32C payload = new CRC32C();
      for (int s = 0; s < count; s++) {
        long first = (long) s * rowsPerSegment;
        long n = Math.min(rowsPerSegment, rows - first);
        segments[s] = channel.map(FileChannel.MapMode.READ_ONLY, HEADER + first * width, n * width);
        payload.update(segments[s].duplicate());
      }
      expect(file, "checksum of the rows", (int) payload.getValue(), header.getInt(28));
      return new FlatFile(rows, width, rowsPerSegment, segments);
    } catch (IOException e) {
      throw new CodebookException(file, "cannot be read", e);
    }
  }

  private static void expect(Path file, String field, long found, long expected) {
    if (found != expected) {
      throw new CodebookException(file, field, found, expected);
    }
  }

  private static String printable(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      text.append(b >= 32 && b < 127 ? String.valueOf((char) b) : String.format("\\x%02x", b));
    }
    return text.toString();
  }

  long rows() {
    return rows;
  }

  /** Copies {@code n} bytes of a row, from its byte {@code from} on. */
  void copy(String what, int row, int from, int n, byte[] out, int offset) {
    checkRow(what, row);
    Checks.range("codes", out.length, offset, n);
    segments[row / rowsPerSegment].get(row % rowsPerSegment * width + from, out, offset, n);
  }

  /** Copies {@code n} half bytes of a row, a byte each, from its byte {@code from} on. */
  void copyHalves(String what, int row, int from, int n, byte[] out, int offset) {
    checkRow(what, row);
    Checks.range("codes", out.length, offset, n);
    MappedByteBuffer segment = segments[row / rowsPerSegment];
    int at = row % rowsPerSegment * width + from;
    for (int c = 0; c < n; c++) {
      int both = segment.get(at + c / 2);
      out[offset + c] = (byte) (c % 2 == 0 ? both & 15 : both >> 4 & 15);
    }
  }

  private void checkRow(String what, int row) {
    if (row < 0 || row >= rows) {
      throw new IllegalArgumentException(
          what + " " + row + " has no code: expected 0 to " + (rows - 1));
    }
  }
}
