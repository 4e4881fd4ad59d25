package io.seminar.reports.store;

import io.seminar.sessions.DatasetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/**
 * A file that one process at a time may hold, so that two nights do not run over each other. The
 * operating system lets go of it when the process ends, however it ends; what is written in it only
 * says who holds it. Nothing else in the process may open the file while the lock is held: where
 * locks are those of POSIX, closing any of a process's channels to a file lets go of all its locks.
 */
public final class ExclusiveLock implements AutoCloseable {
  /**
   * What this JVM holds: a second channel to the same file must not even be opened, for closing it
   * would let go of the first one's lock.
   */
  private static final Map<Path, String> HELD = new HashMap<>();

  private final Path file;
  private final FileChannel channel;

  private ExclusiveLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @param file the lock's file, made where there is none
   * @param what what the holder does, for whoever finds the lock held, e.g. {@code nightly}
   * @throws DatasetException if another holds it, with its process id and start; or if the file
   *     cannot be written
   */
  public static ExclusiveLock acquire(Path file, String what) {
    synchronized (HELD) {
      try {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path key = file.toAbsolutePath().getParent().toRealPath().resolve(file.getFileName());
        if (HELD.containsKey(key)) {
          throw held(file, HELD.get(key));
        }
        FileChannel channel =
            FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        String holder =
            what
                + ", process "
                + ProcessHandle.current().pid()
                + ", since "
                + Instant.now().truncatedTo(ChronoUnit.SECONDS);
        try {
          FileLock lock = channel.tryLock();
          if (lock == null) {
            throw held(file, content(channel));
          }
          channel.truncate(0);
          ByteBuffer bytes = ByteBuffer.wrap((holder + "\n").getBytes(StandardCharsets.UTF_8));
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
          channel.force(true);
        } catch (IOException | RuntimeException e) {
          channel.close();
          throw e;
        }
        HELD.put(key, holder);
        return new ExclusiveLock(key, channel);
      } catch (IOException e) {
        throw StoreFailure.of("cannot take the lock", file, e);
      }
    }
  }

  private static String content(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(1024);
    channel.read(bytes, 0);
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).strip();
  }

  private static DatasetException held(Path file, String holder) {
    return new DatasetException(
        "another run is at work: "
            + (holder.isEmpty() ? "one that did not say which" : holder)
            + " holds "
            + file
            + "; wait for it to end, or end it");
  }

  /** Lets go of it. The file stays: removing it could take it from whoever waits for it. */
  @Override
  public void close() {
    synchronized (HELD) {
      try {
        if (channel.isOpen()) {
          HELD.remove(file);
          channel.truncate(0);
          channel.close();
        }
      } catch (IOException e) {
        throw StoreFailure.of("cannot let go of the lock", file, e);
      }
    }
  }
}
