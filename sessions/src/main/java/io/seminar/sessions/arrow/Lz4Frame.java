package io.seminar.sessions.arrow;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream.BLOCKSIZE;
import net.jpountz.lz4.LZ4FrameOutputStream.FLG;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;

/**
 * LZ4 frames, the encoding that Arrow calls {@code LZ4_FRAME}, through libraries: lz4-java where it
 * can, Commons Compress where it cannot.
 *
 * <p>Frames are written by lz4-java, always by its Java code and never by the native library it may
 * find, so that the bytes of a data file do not depend on the machine. (Arrow's own Java codec
 * compresses through Commons Compress, whose search takes time quadratic in the input on columns of
 * small repeating values.) They have independent blocks and no checksums, since data files carry a
 * SHA-256.
 *
 * <p>Frames whose blocks refer to the ones before are Arrow's default in other languages, and
 * lz4-java does not read them; Commons Compress does, more slowly.
 */
final class Lz4Frame {
  /** The longest content that goes into a single block. */
  static final int BLOCK_BYTES = 1 << 18;

  private static final int SMALL_BLOCK_BYTES = 1 << 16;

  /** Where a frame has its flags, and the one that says that its blocks are independent. */
  private static final int FLAGS_AT = 4;

  private static final int INDEPENDENT_BLOCKS = 0x20;

  private static final LZ4Compressor COMPRESSOR = LZ4Factory.safeInstance().fastCompressor();
  private static final LZ4SafeDecompressor DECOMPRESSOR =
      LZ4Factory.safeInstance().safeDecompressor();
  private static final XXHash32 HASH = XXHashFactory.safeInstance().hash32();

  private Lz4Frame() {}

  static byte[] compress(byte[] content) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream(content.length / 2 + 32);
    // The stream allocates two blocks: short columns, of which there are many, take small ones.
    BLOCKSIZE block =
        content.length <= SMALL_BLOCK_BYTES ? BLOCKSIZE.SIZE_64KB : BLOCKSIZE.SIZE_256KB;
    try (var out =
        new LZ4FrameOutputStream(frame, block, -1, COMPRESSOR, HASH, FLG.Bits.BLOCK_INDEPENDENCE)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return frame.toByteArray();
  }

  /**
   * Decompresses a frame.
   *
   * @param content as long as the content
   * @throws IllegalArgumentException if this is no frame of exactly that content
   */
  static void decompress(byte[] frame, byte[] content) {
    try (InputStream in = open(frame)) {
      int length = in.readNBytes(content, 0, content.length);
      if (length < content.length) {
        throw new IOException(length + " bytes of content, expected " + content.length);
      }
      if (in.read() >= 0) {
        throw new IOException("more than the expected " + content.length + " bytes of content");
      }
    } catch (IOException | RuntimeException e) {
      // On damage the libraries throw bare RuntimeExceptions too, lz4-java on header flags.
      throw new IllegalArgumentException("LZ4: damaged frame: " + e.getMessage(), e);
    }
  }

  private static InputStream open(byte[] frame) throws IOException {
    InputStream in = new ByteArrayInputStream(frame);
    boolean independent = frame.length > FLAGS_AT && (frame[FLAGS_AT] & INDEPENDENT_BLOCKS) != 0;
    return independent
        ? new LZ4FrameInputStream(in, DECOMPRESSOR, HASH, true)
        : new FramedLZ4CompressorInputStream(in);
  }
}
