package io.seminar.sessions.arrow;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.compression.AbstractCompressionCodec;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil;
import org.apache.arrow.vector.compression.NoCompressionCodec;

/**
 * Lets Arrow read and write LZ4-compressed buffers through {@link Lz4Frame}. Not for use by several
 * threads.
 */
final class Lz4Codec extends AbstractCompressionCodec {
  private final Lz4Frame frame = new Lz4Frame();

  /** A factory whose products share one codec, hence one scratch memory. */
  static CompressionCodec.Factory factory() {
    return new Factory();
  }

  private static final class Factory implements CompressionCodec.Factory {
    private final Lz4Codec codec = new Lz4Codec();

    @Override
    public CompressionCodec createCodec(CompressionUtil.CodecType type) {
      return switch (type) {
        case LZ4_FRAME -> codec;
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
    int length = Math.toIntExact(content.writerIndex());
    byte[] source = new byte[length];
    content.getBytes(0, source);
    byte[] target = new byte[Math.toIntExact(Lz4Frame.maxFrameBytes(length))];
    int compressed = frame.compress(source, length, target);
    long prefix = CompressionUtil.SIZE_OF_UNCOMPRESSED_LENGTH;
    ArrowBuf result = allocator.buffer(prefix + compressed);
    result.setBytes(prefix, target, 0, compressed);
    result.writerIndex(prefix + compressed);
    return result;
  }

  @Override
  protected ArrowBuf doDecompress(BufferAllocator allocator, ArrowBuf compressed) {
    long prefix = CompressionUtil.SIZE_OF_UNCOMPRESSED_LENGTH;
    int length = Math.toIntExact(compressed.writerIndex() - prefix);
    long contentLength = readUncompressedLength(compressed);
    // No LZ4 block grows more than 255-fold: a larger claim is damage, not a reason to ask for
    // memory.
    if (contentLength < 0 || contentLength > 255L * length) {
      throw new IllegalArgumentException(
          "LZ4: " + contentLength + " bytes said to be in a frame of " + length);
    }
    byte[] source = new byte[length];
    compressed.getBytes(prefix, source);
    byte[] target = new byte[Math.toIntExact(contentLength)];
    Lz4Frame.decompress(source, length, target);
    ArrowBuf result = allocator.buffer(contentLength);
    result.setBytes(0, target);
    result.writerIndex(contentLength);
    return result;
  }
}
