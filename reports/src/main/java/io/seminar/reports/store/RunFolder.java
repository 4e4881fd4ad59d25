package io.seminar.reports.store;

import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import io.seminar.sessions.arrow.Digests;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
   * @throws DatasetException if {@code out} exists and may not be replaced: without {@code
   *     overwrite}, or because it is something else than a run or an empty folder
   */
  public static Draft create(Path out, boolean overwrite) {
    try {
      if (Files.exists(out)) {
        if (!overwrite) {
          throw new DatasetException(
              new Problem(out.toString(), -1, "", "something there already", "a free name"));
        }
        List<String> names = Files.isDirectory(out) ? names(out) : List.of("a file");
        if (!names.isEmpty() && !names.contains(RunManifest.FILE_NAME)) {
          throw new DatasetException(
              new Problem(
                  out.toString(),
                  -1,
                  "",
                  "something else than a run (" + brief(names) + ")",
                  "a run or an empty folder to overwrite"));
        }
      }
      Path temporary = Publication.temporaryBeside(out);
      Files.createDirectory(temporary);
      return new Draft(out, temporary, overwrite);
    } catch (IOException e) {
      throw new DatasetException("cannot begin a run at " + out + ": " + e, e);
    }
  }

  /**
   * Opens a finished run: reads its manifest and checks that its files are there with the sizes
   * that they had at the end.
   *
   * @throws DatasetException if the folder is absent, not a run, not complete, or files are missing
   *     or cut short; the message names what is missing
   */
  public static RunFolder open(Path path) {
    if (!Files.isDirectory(path)) {
      throw new DatasetException(
          new Problem(
              path.toString(),
              -1,
              "",
              Files.exists(path) ? "a file" : "no such folder",
              "the folder of a run"));
    }
    try {
      List<String> names = names(path);
      if (!names.contains(RunManifest.FILE_NAME)) {
        throw new DatasetException(
            new Problem(
                path.toString(),
                -1,
                RunManifest.FILE_NAME,
                "no such file (but " + brief(names) + ")",
                "the folder of a finished run; a run gets this file last"));
      }
      RunManifest manifest = RunManifest.read(path.resolve(RunManifest.FILE_NAME));
      List<String> recorded = manifest.files().stream().map(RunManifest.StoredFile::name).toList();
      List<String> faults = new ArrayList<>(missing(recorded));
      for (RunManifest.StoredFile file : manifest.files()) {
        Path stored = path.resolve(file.name());
        if (!Files.isRegularFile(stored)) {
          faults.add("no " + file.name());
        } else if (Files.size(stored) != file.bytes()) {
          faults.add(
              file.name() + " of " + Files.size(stored) + " bytes instead of " + file.bytes());
        }
      }
      if (!faults.isEmpty()) {
        throw new DatasetException(
            new Problem(
                path.toString(),
                -1,
                "",
                String.join(", ", faults),
                "every file that run.json lists, as it was when the run finished"));
      }
      return new RunFolder(path, manifest);
    } catch (IOException e) {
      throw new DatasetException("cannot open the run " + path + ": " + e, e);
    }
  }

  private static List<String> missing(List<String> names) {
    List<String> missing = new ArrayList<>();
    REQUIRED.stream().filter(name -> !names.contains(name)).forEach(n -> missing.add("no " + n));
    if (names.stream().noneMatch(OutcomesFile::isFileName)) {
      missing.add("no " + OutcomesFile.fileName(0));
    }
    return missing;
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static String brief(List<String> names) {
    if (names.isEmpty()) {
      return "it is empty";
    }
    int shown = Math.min(5, names.size());
    return names.subList(0, shown).stream().collect(Collectors.joining(", "))
        + (names.size() > shown ? " and " + (names.size() - shown) + " more" : "");
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
     * @throws DatasetException if a file that every run has is missing; the message names it
     */
    public RunFolder complete(RunManifest manifest) {
      try {
        List<RunManifest.StoredFile> files = new ArrayList<>();
        for (String name : names(folder)) {
          Path file = folder.resolve(name);
          if (name.startsWith(".") && name.contains(".partial-")) {
            Publication.deleteTree(file);
          } else if (REQUIRED.contains(name)
              || OutcomesFile.isFileName(name)
              || DeadLettersFile.isFileName(name)) {
            files.add(new RunManifest.StoredFile(name, Files.size(file), Digests.ofFile(file)));
          }
        }
        List<String> missing = missing(files.stream().map(RunManifest.StoredFile::name).toList());
        if (!missing.isEmpty()) {
          throw new DatasetException(
              new Problem(
                  out.toString(), -1, "", String.join(", ", missing), "the files of a whole run"));
        }
        RunManifest complete = manifest.withFiles(files);
        complete.write(folder.resolve(RunManifest.FILE_NAME));
        Publication.force(folder);
        Publication.publish(folder, out, overwrite);
        completed = true;
        return new RunFolder(out, complete);
      } catch (IOException e) {
        throw new DatasetException("cannot complete the run " + out + ": " + e, e);
      }
    }

    /** Without {@link #complete}, removes the folder. */
    @Override
    public void close() {
      if (!completed) {
        try {
          Publication.deleteTree(folder);
        } catch (IOException e) {
          throw new DatasetException("cannot remove " + folder + ": " + e, e);
        }
      }
    }
  }
}
