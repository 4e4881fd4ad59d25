package io.seminar.sessions.arrow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.compression.AbstractCompressionCodec;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil;
import org.apache.arrow.vector.compression.NoCompressionCodec;

/** Lets Arrow read and write LZ4-compressed buffers through {@link Lz4Frame}. */
final class Lz4Codec extends AbstractCompressionCodec {
  static CompressionCodec.Factory factory() {
    return new Factory();
  }

  private static final class Factory implements CompressionCodec.Factory {
    @Override
    public CompressionCodec createCodec(CompressionUtil.CodecType type) {
      return switch (type) {
        case LZ4_FRAME -> new Lz4Codec();
        case NO_COMPRESSION -> NoCompressionCodec.INSTANCE;
        default ->
            throw new IllegalArgumentException(
                "compression " + type + ": expected LZ4_FRAME or none");
      };
    }

    @Override
    public CompressionCodec createCodec(CompressionUtil.CodecType type, int level) {
      return createCodec(type);
    }
  }

  @Override
  public CompressionUtil.CodecType getCodecType() {
    return CompressionUtil.CodecType.LZ4_FRAME;
  }

  @Override
  protected ArrowBuf doCompress(BufferAllocator allocator, ArrowBuf content) {
    byte[] source = new byte[Math.toIntExact(content.writerIndex())];
    content.getBytes(0, source);
    byte[] frame = Lz4Frame.compress(source);
    long prefix = CompressionUtil.SIZE_OF_UNCOMPRESSED_LENGTH;
    ArrowBuf result = allocator.buffer(prefix + frame.length);
    result.setBytes(prefix, frame);
    result.writerIndex(prefix + frame.length);
    return result;
  }

  @Override
  protected ArrowBuf doDecompress(BufferAllocator allocator, ArrowBuf compressed) {
    byte[] stored = new byte[Math.toIntExact(compressed.writerIndex())];
    compressed.getBytes(0, stored);
    byte[] content = content(stored);
    ArrowBuf result = allocator.buffer(content.length);
    result.setBytes(0, content);
    result.writerIndex(content.length);
    return result;
  }

  /**
   * The content of a buffer as it stands in a compressed record batch: its length, or −1 if it is
   * stored as it is, then the bytes.
   *
   * @throws IllegalArgumentException if it is damaged
   */
  static byte[] content(byte[] stored) {
    int prefix = (int) CompressionUtil.SIZE_OF_UNCOMPRESSED_LENGTH;
    if (stored.length < prefix) {
      throw new IllegalArgumentException("LZ4: a buffer of " + stored.length + " bytes");
    }
    byte[] frame = Arrays.copyOfRange(stored, prefix, stored.length);
    long length = ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length == CompressionUtil.NO_COMPRESSION_LENGTH) {
      return frame;
    }
    if (length == 0) {
      // Arrow leaves the frame out here.
      return new byte[0];
    }
    // No LZ4 block grows more than 255-fold: a larger claim is damage, not a reason to ask for
    // memory.
    if (length < 0 || length > Math.min(255L * frame.length, Integer.MAX_VALUE - 8)) {
      throw new IllegalArgumentException(
          "LZ4: " + length + " bytes said to be in a frame of " + frame.length);
    }
    byte[] content = new byte[(int) length];
    Lz4Frame.decompress(frame, content);
    return content;
  }
}
