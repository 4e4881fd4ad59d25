package io.seminar.sessions;

import io.seminar.sessions.DatasetDescriptor.DataFile;
import io.seminar.sessions.arrow.ArrowInput;
import io.seminar.sessions.arrow.ArrowInput.BatchLayout;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The item or query files of a data set, mapped into memory in place: nothing is copied when it is
 * opened, and no object stands for a row. A row is an ordinal over all files of the kind; a record
 * batch is a segment. Safe for several threads.
 */
final class CatalogueTable implements AutoCloseable {
  private final Segment[] segments;
  private final int[] firstRow;
  private final int size;

  /** Rows of every segment but the last, which has at most as many; 0: they differ. */
  private final int segmentRows;

  private volatile boolean closed;

  /** The buffers of one record batch. */
  private static final class Segment {
    String file;
    int rowInFile;
    int rows;
    IntBuffer idOffsets;
    ByteBuffer ids;
    IntBuffer categories;
    IntBuffer ordinalOffsets;
    IntBuffer ordinals;
    FloatBuffer[] vectors;

    /** By vector column; null: every row has one. */
    ByteBuffer[] validity;
  }

  private CatalogueTable(List<Segment> list) {
    segments = list.toArray(Segment[]::new);
    firstRow = new int[segments.length + 1];
    boolean even = true;
    for (int s = 0; s < segments.length; s++) {
      firstRow[s + 1] = Math.addExact(firstRow[s], segments[s].rows);
      boolean last = s == segments.length - 1;
      even &= last ? segments[s].rows <= segments[0].rows : segments[s].rows == segments[0].rows;
    }
    size = firstRow[segments.length];
    segmentRows = even && segments.length > 0 ? segments[0].rows : 0;
  }

  /**
   * Maps files.
   *
   * @param categories whether there is a category column
   * @param dimensions by vector column
   * @param rows rows over all files, as recorded
   */
  static CatalogueTable open(
      Dataset dataset,
      DatasetDescriptor.Kind kind,
      Schema schema,
      boolean categories,
      int[] dimensions,
      int rows) {
    List<Segment> segments = new ArrayList<>();
    long total = 0;
    for (DataFile file : dataset.files(kind)) {
      try (ArrowInput input = ArrowInput.open(dataset.folder().resolve(file.name()), schema)) {
        int rowInFile = 0;
        for (int batch = 0; batch < input.batches(); batch++) {
          BatchLayout layout = input.layout(batch);
          if (layout.rows() > 0) {
            Segment segment = new Mapping(input, file, batch, layout).map(categories, dimensions);
            segment.rowInFile = rowInFile;
            segments.add(segment);
          }
          rowInFile += layout.rows();
        }
        dataset.checkRows(file, rowInFile);
        total += rowInFile;
      }
    }
    if (total != rows) {
      throw new DatasetException(
          new Problem(
              dataset.folder().resolve(DatasetFile.NAME).toString(),
              -1,
              "counts." + kind.prefix(),
              Integer.toString(rows),
              total + ", the rows of the files"));
    }
    return new CatalogueTable(segments);
  }

  int size() {
    return size;
  }

  String id(int row) {
    return new String(idBytes(row), StandardCharsets.UTF_8);
  }

  byte[] idBytes(int row) {
    int s = segment(row);
    Segment segment = segments[s];
    int r = row - firstRow[s];
    int from = segment.idOffsets.get(r);
    byte[] bytes = new byte[segment.idOffsets.get(r + 1) - from];
    segment.ids.get(from, bytes);
    return bytes;
  }

  int category(int row) {
    int s = segment(row);
    return segments[s].categories.get(row - firstRow[s]);
  }

  int[] ordinals(int row) {
    int s = segment(row);
    Segment segment = segments[s];
    int r = row - firstRow[s];
    int from = segment.ordinalOffsets.get(r);
    int[] ordinals = new int[segment.ordinalOffsets.get(r + 1) - from];
    segment.ordinals.get(from, ordinals);
    return ordinals;
  }

  boolean has(int column, int row) {
    int s = segment(row);
    return has(segments[s], column, row - firstRow[s]);
  }

  private static boolean has(Segment segment, int column, int r) {
    ByteBuffer bits = segment.validity[column];
    return bits == null || (bits.get(r >>> 3) >>> (r & 7) & 1) != 0;
  }

  void copyVector(int column, int row, int dimension, float[] target, int offset) {
    int s = segment(row);
    Segment segment = segments[s];
    int r = row - firstRow[s];
    if (!has(segment, column, r)) {
      throw new IllegalArgumentException(
          file(row) + ", row " + rowInFile(row) + " has no vector in column " + column);
    }
    segment.vectors[column].get(r * dimension, target, offset, dimension);
  }

  /** The file in which a row stands. */
  String file(int row) {
    return segments[segment(row)].file;
  }

  /** The row's number in that file. */
  int rowInFile(int row) {
    int s = segment(row);
    return segments[s].rowInFile + row - firstRow[s];
  }

  private int segment(int row) {
    if (closed) {
      throw new IllegalStateException("the table is closed");
    }
    Objects.checkIndex(row, size);
    if (segmentRows > 0) {
      return row / segmentRows;
    }
    int low = 0;
    int high = segments.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (firstRow[middle] <= row) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /**
   * Refuses all further use. The pages are given back when the garbage collector finds the mappings
   * unreachable: Java 17 has no safe way to unmap while another thread may still read.
   */
  @Override
  public void close() {
    closed = true;
  }

  /**
   * Takes the buffers of one record batch in the order of Arrow's layout and checks each before it
   * is used.
   */
  private static final class Mapping {
    private final ArrowInput input;
    private final DataFile file;
    private final int batch;
    private final BatchLayout layout;
    private ByteBuffer body;
    private long bodyOffset;
    private int node;
    private int buffer;

    Mapping(ArrowInput input, DataFile file, int batch, BatchLayout layout) {
      this.input = input;
      this.file = file;
      this.batch = batch;
      this.layout = layout;
    }

    Segment map(boolean categories, int[] dimensions) {
      if (layout.compressed()) {
        throw damaged("", "compressed buffers", "uncompressed buffers, which can be mapped");
      }
      int rows = layout.rows();
      int nodes = (categories ? 4 : 3) + 2 * dimensions.length;
      int buffers = (categories ? 9 : 7) + 3 * dimensions.length;
      if (layout.nodeRows().length != nodes || layout.bufferOffset().length != buffers) {
        throw damaged(
            "",
            layout.nodeRows().length + " columns and " + layout.bufferOffset().length + " buffers",
            nodes + " and " + buffers);
      }
      mapBody();

      Segment segment = new Segment();
      segment.file = file.name();
      segment.rows = rows;
      required("id", rows);
      buffer++;
      segment.idOffsets = take("id", 4L * (rows + 1L)).asIntBuffer();
      segment.ids = takeAll();
      checkOffsets("id", segment.idOffsets, rows, segment.ids.capacity());
      if (categories) {
        required("category", rows);
        buffer++;
        segment.categories = take("category", 4L * rows).asIntBuffer();
      }
      String list = categories ? "attributes" : "tokens";
      required(list, rows);
      buffer++;
      segment.ordinalOffsets = take(list, 4L * (rows + 1L)).asIntBuffer();
      long ordinals = layout.nodeRows()[node];
      required(list, ordinals);
      buffer++;
      segment.ordinals = take(list, 4L * ordinals).asIntBuffer();
      checkOffsets(list, segment.ordinalOffsets, rows, ordinals);

      segment.vectors = new FloatBuffer[dimensions.length];
      segment.validity = new ByteBuffer[dimensions.length];
      for (int m = 0; m < dimensions.length; m++) {
        String name = "vector column " + m;
        long missing = nulls(name, rows);
        if (missing == 0) {
          buffer++;
        } else {
          segment.validity[m] = take(name, (rows + 7L) / 8);
        }
        long floats = (long) rows * dimensions[m];
        // Other writers mark the places of a missing vector as missing floats.
        if (nulls(name, floats) > missing * dimensions[m]) {
          throw damaged(name, "missing floats in a vector", "whole vectors");
        }
        buffer++;
        segment.vectors[m] = take(name, Float.BYTES * floats).asFloatBuffer();
      }
      return segment;
    }

    private void mapBody() {
      long from = Long.MAX_VALUE;
      long to = 0;
      for (int i = 0; i < layout.bufferOffset().length; i++) {
        from = Math.min(from, layout.bufferOffset()[i]);
        to = Math.max(to, layout.bufferOffset()[i] + layout.bufferLength()[i]);
      }
      if (to - from > Integer.MAX_VALUE) {
        throw damaged("", "a record batch of " + (to - from) + " bytes", "at most 2^31 − 1");
      }
      body = input.map(from, (int) (to - from));
      bodyOffset = from;
    }

    /** The next column has this many values; returns how many are null. */
    private long nulls(String field, long rows) {
      long found = layout.nodeRows()[node];
      if (found != rows) {
        throw damaged(field, found + " values", rows + " values");
      }
      return layout.nodeNulls()[node++];
    }

    private void required(String field, long rows) {
      long nulls = nulls(field, rows);
      if (nulls != 0) {
        throw damaged(field, nulls + " nulls", "none");
      }
    }

    /** The next buffer, of which {@code bytes} are needed. */
    private ByteBuffer take(String field, long bytes) {
      long length = layout.bufferLength()[buffer];
      if (length < bytes) {
        throw damaged(field, "a buffer of " + length + " bytes", bytes + " bytes");
      }
      return slice((int) bytes);
    }

    private ByteBuffer takeAll() {
      return slice((int) layout.bufferLength()[buffer]);
    }

    private ByteBuffer slice(int bytes) {
      int from = (int) (layout.bufferOffset()[buffer++] - bodyOffset);
      return body.slice(from, bytes).order(body.order());
    }

    private void checkOffsets(String field, IntBuffer offsets, int rows, long limit) {
      int previous = 0;
      for (int i = 0; i <= rows; i++) {
        int offset = offsets.get(i);
        if (offset < previous || offset > limit) {
          throw damaged(
              field, "offset " + offset + " after " + previous, "rising offsets up to " + limit);
        }
        previous = offset;
      }
    }

    private DatasetException damaged(String field, String found, String expected) {
      return new DatasetException(
          new Problem(file.name(), -1, field, found + " (record batch " + batch + ")", expected));
    }
  }
}
