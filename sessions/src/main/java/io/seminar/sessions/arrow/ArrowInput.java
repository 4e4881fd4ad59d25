package io.seminar.sessions.arrow;

import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Reads one Arrow IPC file, a record batch at a time. A file that is missing, truncated, empty, not
 * Arrow, or of another schema is refused with a {@link DatasetException} that says what was found
 * and expected. A batch is checked before it is handed out: every buffer holds what its row count
 * needs, and offsets rise and stay inside their column, so that reading vectors cannot leave their
 * memory even where Arrow's own bounds checks are switched off. Not for use by several threads.
 */
public final class ArrowInput implements AutoCloseable {
  private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);

  /** Magic and padding, an empty footer, its length, magic. */
  private static final int SMALLEST_FILE = 8 + 4 + MAGIC.length;

  /**
   * Where a record batch lies in its file.
   *
   * @param rows rows in the batch
   * @param bytes size of the batch on disk
   * @param compressed whether the buffers are
   * @param nodeRows by column, parents before children, depth first: its number of values
   * @param nodeNulls by column: how many of them are null
   * @param bufferOffset by buffer, in the order of the columns: offset from the start of the file
   * @param bufferLength bytes of each buffer
   */
  public record BatchLayout(
      int rows,
      long bytes,
      boolean compressed,
      long[] nodeRows,
      long[] nodeNulls,
      long[] bufferOffset,
      long[] bufferLength) {}

  private final Path file;
  private final FileChannel channel;
  private final BufferAllocator allocator;
  private final ArrowFileReader reader;
  private final VectorSchemaRoot root;
  private final List<ArrowBlock> blocks;
  private final long size;

  private ArrowInput(Path file, Schema expected) throws IOException {
    this.file = file;
    channel = FileChannel.open(file, StandardOpenOption.READ);
    BufferAllocator opened = null;
    ArrowFileReader openedReader = null;
    try {
      size = channel.size();
      checkMagic();
      opened = new RootAllocator();
      openedReader = new ArrowFileReader(channel, opened);
      try {
        root = openedReader.getVectorSchemaRoot();
        blocks = openedReader.getRecordBlocks();
      } catch (RuntimeException | IOException e) {
        throw damaged("a footer that cannot be read (" + e + ")", e);
      }
      if (expected != null) {
        Schemas.check(file.getFileName().toString(), root.getSchema(), expected);
      }
      for (ArrowBlock block : blocks) {
        if (block.getOffset() < 0
            || block.getMetadataLength() <= 0
            || block.getBodyLength() < 0
            || block.getOffset() + block.getMetadataLength() + block.getBodyLength() > size) {
          throw damaged("a record batch that reaches beyond the end of the file", null);
        }
      }
    } catch (RuntimeException | IOException e) {
      closeAll(openedReader, opened, channel);
      throw e;
    }
    allocator = opened;
    reader = openedReader;
  }

  /**
   * Opens a file.
   *
   * @param expected the schema that it must have: names and types, column by column; {@code null}:
   *     any. Nullability and metadata are not compared
   * @throws DatasetException if it cannot be read or has another schema
   */
  public static ArrowInput open(Path file, Schema expected) {
    try {
      return new ArrowInput(file, expected);
    } catch (NoSuchFileException e) {
      throw new DatasetException(
          new Problem(file.toString(), -1, "", "no such file", "an Arrow IPC file"), e);
    } catch (IOException e) {
      throw new DatasetException("cannot read " + file + ": " + e, e);
    }
  }

  /** The schema as stored, with its metadata. */
  public Schema schema() {
    return root.getSchema();
  }

  /** Number of record batches. */
  public int batches() {
    return blocks.size();
  }

  /** The vectors that {@link #load} fills. */
  public VectorSchemaRoot root() {
    return root;
  }

  /** Bytes of native memory held now. */
  public long allocatedBytes() {
    return allocator.getAllocatedMemory();
  }

  /**
   * Reads a record batch into {@link #root}, in place of the one before.
   *
   * @throws DatasetException if it is damaged
   */
  public VectorSchemaRoot load(int batch) {
    BatchLayout layout = layout(batch);
    // Not the reader's own loading: it loses native memory when a buffer turns out to be damaged.
    List<ArrowBuf> buffers = new ArrayList<>();
    root.clear();
    try {
      for (int i = 0; i < layout.bufferOffset().length; i++) {
        buffers.add(buffer(layout, i));
      }
      List<ArrowFieldNode> nodes = new ArrayList<>();
      for (int i = 0; i < layout.nodeRows().length; i++) {
        nodes.add(new ArrowFieldNode(layout.nodeRows()[i], layout.nodeNulls()[i]));
      }
      try (ArrowRecordBatch content = new ArrowRecordBatch(layout.rows(), nodes, buffers)) {
        new VectorLoader(root).load(content);
      }
    } catch (RuntimeException | IOException e) {
      throw damaged("record batch " + batch + " that cannot be read (" + e + ")", e);
    } finally {
      buffers.forEach(ArrowBuf::close);
    }
    for (FieldVector vector : root.getFieldVectors()) {
      if (vector.getValueCount() != root.getRowCount()) {
        throw damaged(
            batch, vector, vector.getValueCount() + " values for " + root.getRowCount() + " rows");
      }
      check(batch, vector);
    }
    return root;
  }

  /** Reads, and decompresses, one buffer of a record batch. */
  private ArrowBuf buffer(BatchLayout layout, int i) throws IOException {
    int length = Math.toIntExact(layout.bufferLength()[i]);
    if (length == 0) {
      return allocator.getEmpty();
    }
    if (layout.compressed()) {
      ByteBuffer stored = ByteBuffer.allocate(length);
      readFully(stored, layout.bufferOffset()[i]);
      byte[] content = Lz4Codec.content(stored.array());
      ArrowBuf buffer = allocator.buffer(content.length);
      buffer.setBytes(0, content);
      buffer.writerIndex(content.length);
      return buffer;
    }
    ArrowBuf buffer = allocator.buffer(length);
    try {
      readFully(buffer.nioBuffer(0, length), layout.bufferOffset()[i]);
      buffer.writerIndex(length);
      return buffer;
    } catch (IOException e) {
      buffer.close();
      throw e;
    }
  }

  /**
   * Where a record batch lies in the file, from its message alone: cheap, and what a memory mapping
   * needs.
   *
   * @throws DatasetException if the message is damaged
   */
  public BatchLayout layout(int batch) {
    ArrowBlock block = blocks.get(batch);
    try {
      ByteBuffer bytes =
          ByteBuffer.allocate(block.getMetadataLength()).order(ByteOrder.LITTLE_ENDIAN);
      readFully(bytes, block.getOffset());
      bytes.flip();
      // An encapsulated message: continuation marker, length of the flat buffer, flat buffer. Old
      // files lack the marker.
      int prefix = bytes.getInt(0) == -1 ? 8 : 4;
      bytes.position(prefix);
      Message message = Message.getRootAsMessage(bytes.slice().order(ByteOrder.LITTLE_ENDIAN));
      if (message.headerType() != MessageHeader.RecordBatch) {
        throw damaged("block " + batch + " of another kind than a record batch", null);
      }
      RecordBatch content = (RecordBatch) message.header(new RecordBatch());
      long[] nodeRows = new long[content.nodesLength()];
      long[] nodeNulls = new long[content.nodesLength()];
      for (int i = 0; i < nodeRows.length; i++) {
        FieldNode node = content.nodes(i);
        nodeRows[i] = node.length();
        nodeNulls[i] = node.nullCount();
        if (nodeRows[i] < 0
            || nodeRows[i] > Integer.MAX_VALUE
            || nodeNulls[i] < 0
            || nodeNulls[i] > nodeRows[i]) {
          throw damaged(
              "column "
                  + i
                  + " of record batch "
                  + batch
                  + " with "
                  + nodeRows[i]
                  + " values, "
                  + nodeNulls[i]
                  + " of them null",
              null);
        }
      }
      BodyCompression compression = content.compression();
      if (compression != null && compression.codec() != CompressionType.LZ4_FRAME) {
        throw damaged(
            "record batch "
                + batch
                + " with compression "
                + CompressionType.name(compression.codec())
                + " (only LZ4_FRAME is read)",
            null);
      }
      long body = block.getOffset() + block.getMetadataLength();
      long[] offset = new long[content.buffersLength()];
      long[] length = new long[content.buffersLength()];
      for (int i = 0; i < offset.length; i++) {
        Buffer buffer = content.buffers(i);
        if (buffer.offset() < 0
            || buffer.length() < 0
            || buffer.length() > block.getBodyLength() - buffer.offset()) {
          throw damaged(
              "buffer " + i + " of record batch " + batch + " that reaches beyond its batch", null);
        }
        offset[i] = body + buffer.offset();
        length[i] = buffer.length();
      }
      if (content.length() < 0 || content.length() > Integer.MAX_VALUE) {
        throw damaged("record batch " + batch + " of " + content.length() + " rows", null);
      }
      return new BatchLayout(
          (int) content.length(),
          block.getMetadataLength() + block.getBodyLength(),
          compression != null,
          nodeRows,
          nodeNulls,
          offset,
          length);
    } catch (IndexOutOfBoundsException | IOException e) {
      throw damaged("record batch " + batch + " whose message cannot be read (" + e + ")", e);
    }
  }

  /**
   * Maps a part of the file into memory, read-only and little-endian. The mapping outlives this
   * input.
   *
   * @throws DatasetException if the operating system refuses
   */
  public ByteBuffer map(long offset, int length) {
    try {
      return channel
          .map(FileChannel.MapMode.READ_ONLY, offset, length)
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new DatasetException("cannot map " + file + ": " + e, e);
    }
  }

  @Override
  public void close() {
    closeAll(reader, allocator, channel);
  }

  private static void closeAll(
      ArrowFileReader reader, BufferAllocator allocator, FileChannel channel) {
    try {
      if (reader != null) {
        reader.close();
      }
      channel.close();
    } catch (IOException e) {
      throw new DatasetException("cannot close a file: " + e, e);
    } finally {
      if (allocator != null) {
        allocator.close();
      }
    }
  }

  private void checkMagic() throws IOException {
    if (size < SMALLEST_FILE) {
      throw damaged(size == 0 ? "an empty file" : "a file of " + size + " bytes", null);
    }
    ByteBuffer magic = ByteBuffer.allocate(MAGIC.length);
    readFully(magic, 0);
    if (!Arrays.equals(magic.array(), MAGIC)) {
      throw damaged("a file of another format", null);
    }
    magic.clear();
    readFully(magic, size - MAGIC.length);
    if (!Arrays.equals(magic.array(), MAGIC)) {
      throw damaged("a file without the end mark, so truncated or not finished", null);
    }
  }

  private void readFully(ByteBuffer target, long position) throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      int read = channel.read(target, at);
      if (read < 0) {
        throw new IOException("the file ends at byte " + at);
      }
      at += read;
    }
  }

  /** Everything that a later read of this vector relies on. */
  private void check(int batch, FieldVector vector) {
    int n = vector.getValueCount();
    if (n == 0) {
      return;
    }
    needs(batch, vector, vector.getValidityBuffer(), (n + 7L) / 8);
    if (vector instanceof BitVector) {
      needs(batch, vector, vector.getDataBuffer(), (n + 7L) / 8);
    } else if (vector instanceof BaseFixedWidthVector fixed) {
      needs(batch, vector, vector.getDataBuffer(), (long) n * fixed.getTypeWidth());
    } else if (vector instanceof BaseVariableWidthVector) {
      checkOffsets(batch, vector, vector.getOffsetBuffer(), n, vector.getDataBuffer().capacity());
    } else if (vector instanceof ListVector list) {
      checkOffsets(
          batch, vector, vector.getOffsetBuffer(), n, list.getDataVector().getValueCount());
      check(batch, list.getDataVector());
    } else if (vector instanceof FixedSizeListVector list) {
      long children = (long) n * list.getListSize();
      if (list.getDataVector().getValueCount() < children) {
        throw damaged(
            batch, vector, list.getDataVector().getValueCount() + " values of " + children);
      }
      check(batch, list.getDataVector());
    } else if (vector instanceof StructVector struct) {
      for (FieldVector child : struct.getChildrenFromFields()) {
        if (child.getValueCount() != n) {
          throw damaged(batch, child, child.getValueCount() + " values in " + n + " structs");
        }
        check(batch, child);
      }
    } else {
      throw damaged(batch, vector, "a column of type " + vector.getField().getType());
    }
  }

  private void needs(int batch, FieldVector vector, ArrowBuf buffer, long bytes) {
    if (buffer.capacity() < bytes) {
      throw damaged(batch, vector, "a buffer of " + buffer.capacity() + " bytes of " + bytes);
    }
  }

  private void checkOffsets(int batch, FieldVector vector, ArrowBuf offsets, int n, long limit) {
    needs(batch, vector, offsets, (n + 1L) * Integer.BYTES);
    int previous = 0;
    for (int i = 0; i <= n; i++) {
      int offset = offsets.getInt((long) i * Integer.BYTES);
      if (offset < previous || offset > limit) {
        throw damaged(
            batch,
            vector,
            "offset " + offset + " after " + previous + " in a column of " + limit + " values");
      }
      previous = offset;
    }
  }

  private DatasetException damaged(int batch, FieldVector vector, String found) {
    Field field = vector.getField();
    return new DatasetException(
        new Problem(
            file.getFileName().toString(),
            -1,
            field.getName(),
            found + " (record batch " + batch + ")",
            "an undamaged Arrow record batch"));
  }

  private DatasetException damaged(String found, Throwable cause) {
    return new DatasetException(
        new Problem(file.toString(), -1, "", found, "a complete Arrow IPC file"), cause);
  }
}
