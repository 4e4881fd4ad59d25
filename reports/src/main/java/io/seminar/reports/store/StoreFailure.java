package io.seminar.reports.store;

import io.seminar.sessions.DatasetException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;

/** Says what is wrong with the disk of a store in words that help whoever is on call. */
final class StoreFailure {
  private StoreFailure() {}

  /**
   * An exception that says what could not be done, why, and what to do about it.
   *
   * @param what such as {@code cannot store the run r1}
   * @param store the store or file
   * @param cause an IOException, or what a writer made of one
   */
  static DatasetException of(String what, Path store, Exception cause) {
    return new DatasetException(what + " in " + store + ": " + advice(cause), cause);
  }

  private static String advice(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = cause.getMessage() == null ? "" : cause.getMessage();
      if (message.contains("No space left on device") || message.contains("Disk quota exceeded")) {
        return "the disk is full; make room and run the same command again (" + message + ")";
      }
      if (cause instanceof AccessDeniedException
          || cause instanceof ReadOnlyFileSystemException
          || message.contains("Permission denied")
          || message.contains("Read-only file system")) {
        return "no permission to write there; the user of this process needs it (" + message + ")";
      }
    }
    return failure instanceof IOException
        ? failure.toString()
        : String.valueOf(failure.getMessage());
  }
}
