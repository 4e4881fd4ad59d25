package io.seminar.reports.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A finished comparison of two runs over the same requests. Its folder holds {@code
 * comparison.json}, {@code cells.arrow} with the arms of both runs, {@code reliability.arrow}, and
 * {@code report/} once a report was written.
 *
 * <p>A comparison that is being written is a {@link Draft}, in a folder of another name: whatever
 * can be opened here is complete.
 */
public final class ComparisonFolder {
  private static final List<String> REQUIRED =
      List.of(CellsFile.FILE_NAME, ReliabilityFile.FILE_NAME);
  private static final ResultFolder LAYOUT =
      new ResultFolder(
          "comparison",
          ComparisonManifest.FILE_NAME,
          names ->
              REQUIRED.stream()
                  .filter(name -> !names.contains(name))
                  .map(name -> "no " + name)
                  .toList());

  private final Path path;
  private final ComparisonManifest manifest;

  private ComparisonFolder(Path path, ComparisonManifest manifest) {
    this.path = path;
    this.manifest = manifest;
  }

  /** Whether a folder is that of a comparison, sound or not. */
  public static boolean isAt(Path path) {
    return Files.isRegularFile(path.resolve(ComparisonManifest.FILE_NAME));
  }

  /**
   * Begins a comparison: a folder under a temporary name beside {@code out}.
   *
   * @param overwrite whether a comparison that stands at {@code out} is replaced on completion
   * @throws io.seminar.sessions.DatasetException if {@code out} exists and may not be replaced:
   *     without {@code overwrite}, or because it is something else
   */
  public static Draft create(Path out, boolean overwrite) {
    return new Draft(out, LAYOUT.begin(out, overwrite), overwrite);
  }

  /**
   * Opens a finished comparison.
   *
   * @throws io.seminar.sessions.DatasetException if the folder is absent, something else or not
   *     complete, or files are missing or cut short; the message names what is missing
   */
  public static ComparisonFolder open(Path path) {
    return new ComparisonFolder(
        path, LAYOUT.open(path, ComparisonManifest::read, ComparisonManifest::files));
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** What {@code comparison.json} says. */
  public ComparisonManifest manifest() {
    return manifest;
  }

  /** {@code cells.arrow}, for {@link CellsFile#read}. */
  public Path cellsFile() {
    return path.resolve(CellsFile.FILE_NAME);
  }

  /** Where the report stands, or will. */
  public Path reportFolder() {
    return path.resolve("report");
  }

  /**
   * A comparison that is being written. {@link #complete} gives it its name; {@link #close} without
   * it removes the folder.
   */
  public static final class Draft implements AutoCloseable {
    private final Path out;
    private final Path folder;
    private final boolean overwrite;
    private boolean completed;

    private Draft(Path out, Path folder, boolean overwrite) {
      this.out = out;
      this.folder = folder;
      this.overwrite = overwrite;
    }

    /** The folder under its temporary name. */
    public Path path() {
      return folder;
    }

    /**
     * Records size and digest of every file, writes {@code comparison.json}, and gives the folder
     * its name.
     *
     * @param whole the manifest; its list of files is filled in here
     * @throws io.seminar.sessions.DatasetException if a file is missing; the message names it
     */
    public ComparisonFolder complete(ComparisonManifest whole) {
      ComparisonManifest complete =
          LAYOUT.complete(
              folder,
              out,
              overwrite,
              REQUIRED::contains,
              (file, files) -> {
                ComparisonManifest manifest = whole.withFiles(files);
                manifest.write(file);
                return manifest;
              });
      completed = true;
      return new ComparisonFolder(out, complete);
    }

    /** Without {@link #complete}, removes the folder. */
    @Override
    public void close() {
      if (!completed) {
        ResultFolder.remove(folder);
      }
    }
  }
}
