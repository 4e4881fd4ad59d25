package io.seminar.reports.store;

import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder of finished runs that only grows:
 *
 * <pre>
 * runs/RUN_ID/         the run's folder, whatever is in it
 * index/RUN_ID.arrow   one row with its facts
 * annotations.jsonl    notes on dates, see {@link AnnotationsFile}
 * </pre>
 *
 * <p>A run gets its folder first and its index entry last, each under a temporary name and then
 * renamed; the entry is what makes it known. No file is shared, so any number of runs may finish at
 * once. What a killed process left, and whatever is damaged, is skipped and named; it never stands
 * in the way of the others.
 */
public final class RunStore {
  private final Path path;

  private RunStore(Path path) {
    this.path = path;
  }

  /**
   * Opens a store, an empty one where there is none yet.
   *
   * @throws DatasetException if there is no place for it, or no permission to write there
   */
  public static RunStore open(Path path) {
    RunStore store = new RunStore(path);
    try {
      Files.createDirectories(store.runs());
      Files.createDirectories(store.index());
    } catch (IOException e) {
      throw StoreFailure.of("cannot open a store", path, e);
    }
    return store;
  }

  /**
   * What a store holds.
   *
   * @param runs the runs, by their start, the earliest first, and then by id
   * @param skipped what was passed over, one sentence each that names the file
   */
  public record Listing(List<StoredRun> runs, List<String> skipped) {
    public Listing {
      runs = List.copyOf(runs);
      skipped = List.copyOf(skipped);
    }
  }

  /** The store's folder. */
  public Path path() {
    return path;
  }

  private Path runs() {
    return path.resolve("runs");
  }

  private Path index() {
    return path.resolve("index");
  }

  /** Where the notes of the store stand. */
  public AnnotationsFile annotations() {
    return new AnnotationsFile(path.resolve(AnnotationsFile.FILE_NAME));
  }

  /** Where the folder of a run stands, or will. */
  public Path runFolder(String runId) {
    StoredRun.checkId(runId);
    return runs().resolve(runId);
  }

  /** Whether the store knows the run. */
  public boolean contains(String runId) {
    StoredRun.checkId(runId);
    return Files.exists(index().resolve(IndexFile.name(runId)));
  }

  /**
   * Moves a finished folder into the store and makes it known. If an earlier attempt was killed
   * after the move, the folder is in the store already and nothing is left to move: the attempt is
   * completed.
   *
   * @param folder what becomes {@code runs/RUN_ID}; it is moved, over file systems by a copy
   * @param run its facts
   * @return the folder in the store
   * @throws DatasetException if the store has a run of that id, or cannot be written: then the
   *     folder is where it was, and the store as it was
   */
  public Path add(Path folder, StoredRun run) {
    Path target = runFolder(run.runId());
    try {
      if (contains(run.runId())) {
        throw taken(run.runId());
      }
      boolean moved = Files.exists(target);
      if (moved && Files.exists(folder) && !Files.isSameFile(folder, target)) {
        throw taken(run.runId());
      }
      if (!moved) {
        move(folder, target);
      }
      IndexFile.write(index().resolve(IndexFile.name(run.runId())), run);
      return target;
    } catch (IOException e) {
      throw StoreFailure.of("cannot store the run " + run.runId(), path, e);
    } catch (DatasetException e) {
      // What is wrong with the data has a place; what has none is the disk's.
      throw e.problem().isPresent()
          ? e
          : StoreFailure.of("cannot store the run " + run.runId(), path, e);
    }
  }

  private DatasetException taken(String runId) {
    return new DatasetException(
        new Problem(
            runFolder(runId).toString(), -1, "", "a run of that id", "an id that no run has yet"));
  }

  private static void move(Path folder, Path target) throws IOException {
    try {
      Publication.publish(folder, target, false);
    } catch (AtomicMoveNotSupportedException e) {
      copy(folder, target);
      Publication.deleteTree(folder);
    }
  }

  /** To another file system: under a temporary name there, then renamed. */
  static void copy(Path folder, Path target) throws IOException {
    Path temporary = Publication.temporaryBeside(target);
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path from, BasicFileAttributes attributes)
                throws IOException {
              Files.createDirectory(temporary.resolve(folder.relativize(from).toString()));
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path from, BasicFileAttributes attributes)
                throws IOException {
              Path to = temporary.resolve(folder.relativize(from).toString());
              Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
              Publication.force(to);
              return FileVisitResult.CONTINUE;
            }
          });
      Publication.publish(temporary, target, false);
    } finally {
      Publication.deleteTree(temporary);
    }
  }

  /** Everything in the store, and what had to be skipped. */
  public Listing list() {
    List<StoredRun> found = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (String name : names(index())) {
      if (!IndexFile.isName(name)) {
        skipped.add(
            index().resolve(name)
                + (name.contains(".partial-")
                    ? ": half-written, by a run that is finishing now or was killed"
                    : ": no entry of an index"));
        continue;
      }
      String runId = IndexFile.runId(name);
      known.add(runId);
      try {
        StoredRun run = IndexFile.read(index().resolve(name));
        if (Files.isDirectory(runFolder(runId))) {
          found.add(run);
        } else {
          skipped.add(index().resolve(name) + ": there is no " + runFolder(runId));
        }
      } catch (DatasetException | IllegalArgumentException e) {
        skipped.add("the index entry of " + runId + " is damaged: " + e.getMessage());
      }
    }
    for (String name : names(runs())) {
      if (!known.contains(name)) {
        skipped.add(
            runs().resolve(name)
                + ": not in the index, so its run is finishing now or was killed on the way");
      }
    }
    found.sort(Comparator.comparing(StoredRun::started).thenComparing(StoredRun::runId));
    return new Listing(found, skipped);
  }

  private List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw StoreFailure.of("cannot list the runs", path, e);
    }
  }
}
