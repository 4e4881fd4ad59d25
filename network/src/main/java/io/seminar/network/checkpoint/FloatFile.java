package io.seminar.network.checkpoint;

import io.seminar.sessions.DatasetException;
import io.seminar.sessions.arrow.Digests;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A file of float32, little-endian, without a header: arrays one after the other. Read and written
 * through a buffer of bounded size; it may be longer than 2 GiB.
 */
final class FloatFile {
  private static final int BUFFER_FLOATS = 1 << 18;

  private FloatFile() {}

  /** Writes a new file and flushes it to disk. */
  static StoredFile write(Path file, Iterable<float[]> arrays) throws IOException {
    MessageDigest digest = Digests.sha256();
    ByteBuffer buffer = buffer();
    long bytes = 0;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (float[] array : arrays) {
        for (int from = 0; from < array.length; from += BUFFER_FLOATS) {
          int n = Math.min(BUFFER_FLOATS, array.length - from);
          buffer.clear().limit(n * Float.BYTES);
          buffer.asFloatBuffer().put(array, from, n);
          digest.update(buffer.duplicate());
          while (buffer.hasRemaining()) {
            bytes += channel.write(buffer);
          }
        }
      }
      channel.force(true);
    }
    return new StoredFile(bytes, HexFormat.of().formatHex(digest.digest()));
  }

  /**
   * Checks that a file is there in its recorded size; reads nothing.
   *
   * @throws DatasetException if it is not
   */
  static void checkSize(Path file, StoredFile stored) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() != stored.bytes()) {
        throw JsonFile.problem(
            file, "", channel.size() + " bytes", stored.bytes() + " bytes, as recorded", null);
      }
    } catch (NoSuchFileException e) {
      throw JsonFile.problem(file, "", "no such file", "a file of " + stored.bytes() + " bytes", e);
    } catch (IOException e) {
      throw new DatasetException("cannot read " + file + ": " + e, e);
    }
  }

  /**
   * Fills arrays from a file that holds as many floats as they do.
   *
   * @throws DatasetException if the bytes are not those recorded
   */
  static void read(Path file, StoredFile stored, Iterable<float[]> arrays) {
    MessageDigest digest = Digests.sha256();
    ByteBuffer buffer = buffer();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      for (float[] array : arrays) {
        for (int from = 0; from < array.length; from += BUFFER_FLOATS) {
          int n = Math.min(BUFFER_FLOATS, array.length - from);
          buffer.clear().limit(n * Float.BYTES);
          while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
              throw new EOFException("it ends early");
            }
          }
          buffer.flip();
          digest.update(buffer.duplicate());
          buffer.asFloatBuffer().get(array, from, n);
        }
      }
    } catch (IOException e) {
      throw new DatasetException("cannot read " + file + ": " + e, e);
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.equals(stored.sha256())) {
      throw JsonFile.problem(file, "", "SHA-256 " + found, stored.sha256(), null);
    }
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocateDirect(BUFFER_FLOATS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }
}
