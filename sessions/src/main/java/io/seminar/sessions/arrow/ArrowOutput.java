package io.seminar.sessions.arrow;

import io.seminar.sessions.DatasetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compression.CompressionUtil;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes one Arrow IPC file, which appears under its name only when {@link #finish} has run. The
 * bytes are a function of schema and batches alone. Not for use by several threads.
 *
 * <pre>{@code
 * try (ArrowOutput out = ArrowOutput.create(file, schema, Compression.LZ4)) {
 *   // fill out.root(), set its row count
 *   out.writeBatch();
 *   out.finish();
 * }
 * }</pre>
 */
public final class ArrowOutput implements AutoCloseable {
  /** How buffers are stored. */
  public enum Compression {
    /** As they are, so that they can be mapped into memory. */
    NONE,
    /** LZ4 frames. */
    LZ4
  }

  /** What was written: rows, bytes, and the SHA-256 of the bytes. */
  public record Written(long rows, long bytes, String sha256) {}

  private final Path file;
  private final Path temporary;
  private final DigestingChannel channel;
  private final BufferAllocator allocator;
  private final VectorSchemaRoot root;
  private final ArrowFileWriter writer;
  private long rows;
  private boolean broken;
  private boolean finished;
  private boolean closed;

  private ArrowOutput(Path file, Schema schema, Compression compression) throws IOException {
    this.file = file;
    temporary = Publication.temporaryBeside(file);
    channel =
        new DigestingChannel(
            FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    allocator = new RootAllocator();
    root = VectorSchemaRoot.create(schema, allocator);
    boolean lz4 = compression == Compression.LZ4;
    writer =
        new ArrowFileWriter(
            root,
            new DictionaryProvider.MapDictionaryProvider(),
            channel,
            Map.of(),
            IpcOption.DEFAULT,
            lz4 ? Lz4Codec.factory() : NoCompressionCodec.Factory.INSTANCE,
            lz4 ? CompressionUtil.CodecType.LZ4_FRAME : CompressionUtil.CodecType.NO_COMPRESSION);
    writer.start();
  }

  /**
   * Opens {@code file} for writing under a temporary name beside it; parent folders are made.
   *
   * @throws DatasetException if that cannot be done
   */
  public static ArrowOutput create(Path file, Schema schema, Compression compression) {
    try {
      return new ArrowOutput(file, schema, compression);
    } catch (IOException e) {
      throw new DatasetException("cannot write " + file + ": " + e, e);
    }
  }

  /** The vectors that {@link #writeBatch()} writes. */
  public VectorSchemaRoot root() {
    return root;
  }

  /**
   * What the vectors are allocated from; everything taken from it must be closed before this output
   * is.
   */
  public BufferAllocator allocator() {
    return allocator;
  }

  /** Writes what {@link #root} holds as one record batch, then empties it. */
  public void writeBatch() {
    // Until the batch is whole in the file, the file cannot be finished.
    boolean before = broken;
    broken = true;
    try {
      writer.writeBatch();
      rows += root.getRowCount();
      root.clear();
      broken = before;
    } catch (IOException e) {
      throw new DatasetException("cannot write " + file + ": " + e, e);
    }
  }

  /** Writes a ready-made record batch and closes it. */
  public void writeBatch(ArrowRecordBatch batch) {
    try (batch) {
      new VectorLoader(root).load(batch);
    }
    writeBatch();
  }

  /** Bytes written so far. */
  public long bytes() {
    return channel.bytes;
  }

  /**
   * Writes the footer, flushes to disk and gives the file its name; a file of that name is
   * replaced.
   *
   * @throws IllegalStateException if a batch failed before, or the output is finished or closed
   */
  public Written finish() {
    if (broken || finished || closed) {
      throw new IllegalStateException(
          file + " is finished or closed already, or a record batch could not be written");
    }
    try {
      writer.end();
      channel.file.force(true);
      channel.close();
      Publication.publish(temporary, file, true);
      finished = true;
      return new Written(rows, channel.bytes, HexFormat.of().formatHex(channel.digest.digest()));
    } catch (IOException e) {
      throw new DatasetException("cannot write " + file + ": " + e, e);
    }
  }

  /** Frees the memory; without {@link #finish} it also removes what was written. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    // Not writer.close(): it would write a footer even after a failure.
    try (allocator;
        root) {
      channel.close();
    } catch (IOException e) {
      throw new DatasetException("cannot close " + temporary + ": " + e, e);
    } finally {
      if (!finished) {
        removeTemporary();
      }
    }
  }

  private void removeTemporary() {
    try {
      Publication.deleteTree(temporary);
    } catch (IOException e) {
      throw new DatasetException("cannot remove " + temporary + ": " + e, e);
    }
  }

  /** Counts and digests on the way to the file. */
  private static final class DigestingChannel implements WritableByteChannel {
    private final FileChannel file;
    private final MessageDigest digest = Digests.sha256();
    private long bytes;

    DigestingChannel(FileChannel file) {
      this.file = file;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      digest.update(source.duplicate());
      int length = source.remaining();
      while (source.hasRemaining()) {
        file.write(source);
      }
      bytes += length;
      return length;
    }

    @Override
    public boolean isOpen() {
      return file.isOpen();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
