package io.seminar.sessions.arrow;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;

/**
 * Puts a record batch together from columns that lie in flat memory already, by whole-column
 * copies. Columns are added in the order of Arrow's layout: a parent before its children, depth
 * first. Byte buffers hold little-endian values between position and limit, which stay as they are.
 */
public final class RecordBatchBuilder implements AutoCloseable {
  private final BufferAllocator allocator;
  private final List<ArrowFieldNode> nodes = new ArrayList<>();
  private final List<ArrowBuf> buffers = new ArrayList<>();

  public RecordBatchBuilder(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /** A column of fixed width without nulls. */
  public RecordBatchBuilder fixed(int rows, ByteBuffer values) {
    return node(rows, 0).absent().copy(values);
  }

  /**
   * A column of fixed width; {@code validity} holds a bit a row, least significant first, 1:
   * present.
   */
  public RecordBatchBuilder nullable(int rows, int nulls, ByteBuffer validity, ByteBuffer values) {
    return node(rows, nulls).validity(nulls, validity).copy(values);
  }

  /** A column of strings without nulls; {@code offsets} holds {@code rows + 1} int32. */
  public RecordBatchBuilder utf8(int rows, ByteBuffer offsets, ByteBuffer bytes) {
    return node(rows, 0).absent().copy(offsets).copy(bytes);
  }

  /**
   * A column of lists without nulls, whose child follows; {@code offsets} holds {@code rows + 1}
   * int32.
   */
  public RecordBatchBuilder list(int rows, ByteBuffer offsets) {
    return node(rows, 0).absent().copy(offsets);
  }

  /** A column of structs without nulls, whose children follow. */
  public RecordBatchBuilder struct(int rows) {
    return node(rows, 0).absent();
  }

  /**
   * A column of lists of fixed size, whose child follows; a missing list takes its place in the
   * child too.
   */
  public RecordBatchBuilder fixedSizeList(int rows, int nulls, ByteBuffer validity) {
    return node(rows, nulls).validity(nulls, validity);
  }

  /** The batch, which now owns the memory. */
  public ArrowRecordBatch build(int rows) {
    ArrowRecordBatch batch = new ArrowRecordBatch(rows, List.copyOf(nodes), List.copyOf(buffers));
    // The batch retained each buffer; ours are given up.
    close();
    return batch;
  }

  private RecordBatchBuilder node(int rows, int nulls) {
    nodes.add(new ArrowFieldNode(rows, nulls));
    return this;
  }

  /** No validity buffer: nothing is null. */
  private RecordBatchBuilder absent() {
    buffers.add(allocator.getEmpty());
    return this;
  }

  private RecordBatchBuilder validity(int nulls, ByteBuffer bits) {
    return nulls == 0 ? absent() : copy(bits);
  }

  private RecordBatchBuilder copy(ByteBuffer bytes) {
    ArrowBuf buffer = allocator.buffer(bytes.remaining());
    buffer.setBytes(0, bytes.duplicate());
    buffer.writerIndex(bytes.remaining());
    buffers.add(buffer);
    return this;
  }

  @Override
  public void close() {
    buffers.forEach(ArrowBuf::close);
    buffers.clear();
    nodes.clear();
  }
}
