package io.seminar.reports.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A finished run. Its folder holds {@code run.json}, {@code cells.arrow}, {@code
 * reliability.arrow}, {@code timings.arrow}, at least one {@code outcomes-*.arrow}, dead letters if
 * there were any, and {@code report/} once a report was written.
 *
 * <p>A run that is being written is a {@link Draft}, in a folder of another name: whatever can be
 * opened here is complete.
 */
public final class RunFolder {
  private static final List<String> REQUIRED =
      List.of(CellsFile.FILE_NAME, ReliabilityFile.FILE_NAME, TimingsFile.FILE_NAME);
  private static final ResultFolder LAYOUT =
      new ResultFolder("run", RunManifest.FILE_NAME, RunFolder::missing);

  private final Path path;
  private final RunManifest manifest;

  private RunFolder(Path path, RunManifest manifest) {
    this.path = path;
    this.manifest = manifest;
  }

  /**
   * Begins a run: a folder under a temporary name beside {@code out}.
   *
   * @param overwrite whether a run that stands at {@code out} is replaced on completion
   * @throws io.seminar.sessions.DatasetException if {@code out} exists and may not be replaced:
   *     without {@code overwrite}, or because it is something else than a run or an empty folder
   */
  public static Draft create(Path out, boolean overwrite) {
    return new Draft(out, LAYOUT.begin(out, overwrite), overwrite);
  }

  /**
   * Opens a finished run: reads its manifest and checks that its files are there with the sizes
   * that they had at the end.
   *
   * @throws io.seminar.sessions.DatasetException if the folder is absent, not a run, not complete,
   *     or files are missing or cut short; the message names what is missing
   */
  public static RunFolder open(Path path) {
    return new RunFolder(path, LAYOUT.open(path, RunManifest::read, RunManifest::files));
  }

  private static List<String> missing(List<String> names) {
    List<String> missing = new ArrayList<>();
    REQUIRED.stream().filter(name -> !names.contains(name)).forEach(n -> missing.add("no " + n));
    if (names.stream().noneMatch(OutcomesFile::isFileName)) {
      missing.add("no " + OutcomesFile.fileName(0));
    }
    return missing;
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** What {@code run.json} says. */
  public RunManifest manifest() {
    return manifest;
  }

  /** {@code cells.arrow}, for {@link CellsFile#read}. */
  public Path cellsFile() {
    return path.resolve(CellsFile.FILE_NAME);
  }

  /** {@code reliability.arrow}, for {@link ReliabilityFile#read}. */
  public Path reliabilityFile() {
    return path.resolve(ReliabilityFile.FILE_NAME);
  }

  /** {@code timings.arrow}, for {@link TimingsFile#read}. */
  public Path timingsFile() {
    return path.resolve(TimingsFile.FILE_NAME);
  }

  /** The outcome files, by shard, for {@link OutcomesFile#read(Path)}. */
  public List<Path> outcomesFiles() {
    return files(OutcomesFile::isFileName);
  }

  /**
   * The dead letter files, by shard, for {@link DeadLettersFile#forEach}; empty if there are none.
   */
  public List<Path> deadLettersFiles() {
    return files(DeadLettersFile::isFileName);
  }

  /** Where the report stands, or will. */
  public Path reportFolder() {
    return path.resolve("report");
  }

  private List<Path> files(Predicate<String> kind) {
    return manifest.files().stream()
        .map(RunManifest.StoredFile::name)
        .filter(kind)
        .sorted()
        .map(path::resolve)
        .toList();
  }

  /**
   * A run that is being written. {@link #complete} gives it its name; {@link #close} without it
   * removes the folder. What a killed process leaves has a hidden name and no {@code run.json}.
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

    /** Where {@link CellsFile#write} goes. */
    public Path cellsFile() {
      return folder.resolve(CellsFile.FILE_NAME);
    }

    /** Where {@link ReliabilityFile#write} goes. */
    public Path reliabilityFile() {
      return folder.resolve(ReliabilityFile.FILE_NAME);
    }

    /** Where {@link TimingsFile#write} goes. */
    public Path timingsFile() {
      return folder.resolve(TimingsFile.FILE_NAME);
    }

    /** Where a shard's {@link OutcomesFile#create} goes. */
    public Path outcomesFile(int shard) {
      return folder.resolve(OutcomesFile.fileName(shard));
    }

    /** Where a shard's {@link DeadLettersFile#create} goes. */
    public Path deadLettersFile(int shard) {
      return folder.resolve(DeadLettersFile.fileName(shard));
    }

    /**
     * Records size and digest of every file, writes {@code run.json}, and gives the folder its
     * name. What workers that failed left half-written is removed.
     *
     * @param manifest the manifest; its list of files is filled in here
     * @throws io.seminar.sessions.DatasetException if a file that every run has is missing; the
     *     message names it
     */
    public RunFolder complete(RunManifest manifest) {
      RunManifest complete =
          LAYOUT.complete(
              folder,
              out,
              overwrite,
              name ->
                  REQUIRED.contains(name)
                      || OutcomesFile.isFileName(name)
                      || DeadLettersFile.isFileName(name),
              (file, files) -> {
                RunManifest whole = manifest.withFiles(files);
                whole.write(file);
                return whole;
              });
      completed = true;
      return new RunFolder(out, complete);
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
