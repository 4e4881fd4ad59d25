package io.seminar.reports.gate;

import io.seminar.sessions.DatasetException;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A text that appears under its name when it is whole. */
final class SmallFile {
  private SmallFile() {}

  static void write(Path file, String text) {
    try {
      Path temporary = Publication.temporaryBeside(file);
      try {
        Files.writeString(temporary, text);
        Publication.force(temporary);
        Publication.publish(temporary, file, true);
      } finally {
        Publication.deleteTree(temporary);
      }
    } catch (IOException e) {
      throw new DatasetException("cannot write " + file + ": " + e, e);
    }
  }
}
