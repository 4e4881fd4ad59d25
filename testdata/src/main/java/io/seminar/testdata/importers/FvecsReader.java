package io.seminar.testdata.importers;

import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads an {@code .fvecs} file: rows of a little-endian int32 dimension d and d float32 values, all
 * of one dimension.
 *
 * <p>Rows may be read in any order; reading them as they stand is fastest. Memory holds a window of
 * about one megabyte, whatever the size of the file. In a {@link Problem} from this class the row
 * counts from 0, as the ids of a vector index do.
 */
public final class FvecsReader implements AutoCloseable {
  /** Above this a row header is taken for garbage rather than for a dimension. */
  public static final int MAX_DIMENSION = 1 << 16;

  private static final int WINDOW_BYTES = 1 << 20;

  private final FileChannel channel;
  private final String file;
  private final int dimension;
  private final int rowBytes;
  private final long rows;
  private final ByteBuffer window;
  private long windowStart;
  private int windowRows;

  private FvecsReader(FileChannel channel, String file) throws IOException {
    this.channel = channel;
    this.file = file;
    long size = channel.size();
    if (size < 4 + Float.BYTES) {
      throw refused(-1, "", size + " bytes", "at least one row: int32 dimension and its float32s");
    }
    ByteBuffer header = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    readFully(header, 0);
    this.dimension = header.getInt(0);
    if (dimension < 1 || dimension > MAX_DIMENSION) {
      throw refused(
          0, "dimension", Integer.toString(dimension), "1 to " + MAX_DIMENSION + ", little-endian");
    }
    this.rowBytes = 4 + Float.BYTES * dimension;
    this.rows = size / rowBytes;
    if (size % rowBytes != 0) {
      throw refused(
          rows,
          "",
          "a file that ends after " + size % rowBytes + " bytes of the row",
          rowBytes + " bytes (dimension " + dimension + ")");
    }
    this.window =
        ByteBuffer.allocate(Math.max(1, WINDOW_BYTES / rowBytes) * rowBytes)
            .order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Opens a file and checks that it holds whole rows of the first row's dimension.
   *
   * @throws DatasetException if the file cannot be read, is empty or cut off within a row
   */
  public static FvecsReader open(Path path) {
    String file = String.valueOf(path.getFileName());
    FileChannel channel = null;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
      return new FvecsReader(channel, file);
    } catch (IOException | RuntimeException e) {
      closeAfter(channel, e);
      if (e instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new DatasetException("cannot read " + path + ": " + e, e);
    }
  }

  private static void closeAfter(FileChannel channel, Exception reason) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        reason.addSuppressed(e);
      }
    }
  }

  /** Floats a row. */
  public int dimension() {
    return dimension;
  }

  /** Number of rows. */
  public long rows() {
    return rows;
  }

  /** The file's name, as problems give it. */
  public String file() {
    return file;
  }

  /**
   * Copies one row.
   *
   * @param row 0 to {@link #rows()} − 1
   * @param destination receives {@link #dimension()} floats from {@code offset} on
   * @throws DatasetException if the row has another dimension than the first, or a value that is
   *     NaN or infinite
   */
  public void read(long row, float[] destination, int offset) {
    if (row < 0 || row >= rows) {
      throw new IndexOutOfBoundsException("row " + row + " of " + rows + " in " + file);
    }
    if (row < windowStart || row >= windowStart + windowRows) {
      load(row);
    }
    int at = (int) (row - windowStart) * rowBytes;
    int found = window.getInt(at);
    if (found != dimension) {
      throw refused(
          row, "dimension", Integer.toString(found), dimension + ", the dimension of row 0");
    }
    for (int i = 0; i < dimension; i++) {
      float value = window.getFloat(at + 4 + Float.BYTES * i);
      if (!Float.isFinite(value)) {
        throw refused(row, "value[" + i + "]", Float.toString(value), "a finite number");
      }
      destination[offset + i] = value;
    }
  }

  /** Reads every row once, so that a fault is found before anything is written. */
  public void verify() {
    float[] vector = new float[dimension];
    for (long row = 0; row < rows; row++) {
      read(row, vector, 0);
    }
  }

  private void load(long row) {
    int wanted = (int) Math.min(window.capacity() / rowBytes, rows - row);
    window.clear().limit(wanted * rowBytes);
    windowRows = 0;
    try {
      readFully(window, row * rowBytes);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read row " + row + " of " + file, e);
    }
    windowStart = row;
    windowRows = wanted;
  }

  private void readFully(ByteBuffer buffer, long position) throws IOException {
    while (buffer.hasRemaining()) {
      int n = channel.read(buffer, position + buffer.position());
      if (n < 0) {
        throw refused(-1, "", "a file that became shorter while it was read", "a stable file");
      }
    }
  }

  private DatasetException refused(long row, String field, String found, String expected) {
    return new DatasetException(new Problem(file, row, field, found, expected));
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + file, e);
    }
  }
}
