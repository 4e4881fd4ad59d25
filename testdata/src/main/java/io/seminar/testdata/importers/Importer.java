package io.seminar.testdata.importers;

import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Turns a log in one published format into a data set. */
public interface Importer {
  /** The name by which scripts call for it, such as {@code movielens}. */
  String name();

  /**
   * Imports a folder. The output appears under its name only when it is complete, and its bytes are
   * a function of the source files and the importer's options alone.
   *
   * <p>A row that cannot be used is left out, handed to {@code rejected} and counted. In a {@link
   * Problem} from a text file the row is the line as an editor counts it: from 1, a header being
   * line 1. (Blank lines and line breaks inside quotes in a CSV file shift the lines named after
   * them.)
   *
   * @param from folder that holds the files as published
   * @param out folder to write
   * @param settings what all importers have in common
   * @param rejected receives each rejected row, in the order of the file; called from the calling
   *     thread
   * @return what was written and how much was rejected
   * @throws DatasetException if a file is missing or foreign, nothing usable is left, {@code out}
   *     exists and is not to be overwritten, the disk fails; under {@link ImportSettings#strict}
   *     also at the first rejected row
   */
  ImportReport importTo(Path from, Path out, ImportSettings settings, Consumer<Problem> rejected);
}
