package io.seminar.sessions.arrow;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Files and folders that appear under their name only when they are complete: they are written
 * under a hidden temporary name beside it, flushed to disk, and renamed. What a killed process
 * leaves behind is never mistaken for a result and never stands in the way of the next one.
 */
public final class Publication {
  private static final AtomicLong COUNTER = new AtomicLong();

  private Publication() {}

  /**
   * A path beside {@code target} that nobody uses: {@code .NAME.partial-PID-N}. Creates only the
   * parent folders.
   */
  public static Path temporaryBeside(Path target) throws IOException {
    Path absolute = target.toAbsolutePath();
    if (absolute.getFileName() == null) {
      throw new IOException(target + " is not a place for a file or folder");
    }
    Files.createDirectories(absolute.getParent());
    while (true) {
      String name =
          "."
              + absolute.getFileName()
              + ".partial-"
              + ProcessHandle.current().pid()
              + "-"
              + COUNTER.getAndIncrement();
      Path temporary = absolute.resolveSibling(name);
      if (!Files.exists(temporary, LinkOption.NOFOLLOW_LINKS)) {
        return temporary;
      }
    }
  }

  /** Flushes a file's bytes, or a folder's entries, to disk. */
  public static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Renames a complete file or folder, whose contents are flushed already, to its final name. A
   * file is replaced atomically. A folder in the way is moved aside first and deleted afterwards,
   * so that a crash between the two leaves the old folder under a hidden name rather than a
   * mixture.
   *
   * @throws FileAlreadyExistsException if {@code target} exists and {@code overwrite} is false
   */
  public static void publish(Path temporary, Path target, boolean overwrite) throws IOException {
    boolean exists = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
    if (exists && !overwrite) {
      throw new FileAlreadyExistsException(target.toString());
    }
    if (exists && Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      Path aside = temporaryBeside(target);
      Files.move(target, aside, StandardCopyOption.ATOMIC_MOVE);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      deleteTree(aside);
    } else {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }
    force(target.toAbsolutePath().getParent());
  }

  /**
   * Deletes a file, or a folder with all that is in it; links are removed, not followed. Absent is
   * fine.
   */
  public static void deleteTree(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
