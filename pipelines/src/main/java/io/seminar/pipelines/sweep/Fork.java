package io.seminar.pipelines.sweep;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The main class of a fork: does the task that a file holds and leaves the result in another, which
 * appears when it is whole. It ends when its standard input does, that is with its parent, however
 * that ended.
 */
final class Fork {
  private Fork() {}

  /** Two arguments: the task's file and the result's. */
  public static void main(String[] arguments) throws IOException, ClassNotFoundException {
    endWithParent();
    Path resultFile = Path.of(arguments[1]);
    Serializable result = read(Path.of(arguments[0]), ForkTask.class).run();
    Path partial = resultFile.resolveSibling(resultFile.getFileName() + ".partial");
    write(partial, result);
    Files.move(partial, resultFile, StandardCopyOption.ATOMIC_MOVE);
    System.exit(0); // whatever threads a library has left
  }

  private static void endWithParent() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // Nothing is ever said.
                }
              } catch (IOException e) {
                // As good as the end.
              }
              Runtime.getRuntime().halt(3);
            },
            "parent");
    watch.setDaemon(true);
    watch.start();
  }

  static void write(Path file, Serializable object) throws IOException {
    try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(file))) {
      out.writeObject(object);
    }
  }

  static <T> T read(Path file, Class<T> type) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(file))) {
      return type.cast(in.readObject());
    }
  }
}
