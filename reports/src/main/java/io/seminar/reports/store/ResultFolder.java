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
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A kind of folder that holds results: files, and a manifest that is written last and lists them.
 * It has a temporary name until it is complete, so whatever can be opened is complete.
 *
 * @param kind what it is: {@code run}
 * @param manifest name of the manifest's file
 * @param missing given the names of the files there, says which ones every such folder has and this
 *     one lacks, as {@code no NAME}
 */
record ResultFolder(String kind, String manifest, Function<List<String>, List<String>> missing) {

  /**
   * Begins one: makes a folder under a temporary name beside {@code out}.
   *
   * @throws DatasetException if {@code out} exists and may not be replaced: without {@code
   *     overwrite}, or because it is something else than such a folder or an empty one
   */
  Path begin(Path out, boolean overwrite) {
    try {
      if (Files.exists(out)) {
        if (!overwrite) {
          throw new DatasetException(
              new Problem(out.toString(), -1, "", "something there already", "a free name"));
        }
        List<String> names = Files.isDirectory(out) ? names(out) : List.of("a file");
        if (!names.isEmpty() && !names.contains(manifest)) {
          throw new DatasetException(
              new Problem(
                  out.toString(),
                  -1,
                  "",
                  "something else than a " + kind + " (" + brief(names) + ")",
                  "a " + kind + " or an empty folder to overwrite"));
        }
      }
      Path temporary = Publication.temporaryBeside(out);
      Files.createDirectory(temporary);
      return temporary;
    } catch (IOException e) {
      throw new DatasetException("cannot begin a " + kind + " at " + out + ": " + e, e);
    }
  }

  /**
   * Opens one: reads the manifest and checks that the files that it lists are there with the sizes
   * that they had at the end.
   *
   * @param read reads the manifest
   * @param files what it says of the files
   * @throws DatasetException if the folder is absent, something else or not complete, or files are
   *     missing or cut short; the message names what is missing
   */
  <M> M open(Path path, Function<Path, M> read, Function<M, List<RunManifest.StoredFile>> files) {
    if (!Files.isDirectory(path)) {
      throw new DatasetException(
          new Problem(
              path.toString(),
              -1,
              "",
              Files.exists(path) ? "a file" : "no such folder",
              "the folder of a " + kind));
    }
    try {
      List<String> names = names(path);
      if (!names.contains(manifest)) {
        throw new DatasetException(
            new Problem(
                path.toString(),
                -1,
                manifest,
                "no such file (but " + brief(names) + ")",
                "the folder of a finished " + kind + "; a " + kind + " gets this file last"));
      }
      M found = read.apply(path.resolve(manifest));
      check(path, files.apply(found));
      return found;
    } catch (IOException e) {
      throw new DatasetException("cannot open the " + kind + " " + path + ": " + e, e);
    }
  }

  private void check(Path path, List<RunManifest.StoredFile> files) throws IOException {
    List<String> recorded = files.stream().map(RunManifest.StoredFile::name).toList();
    List<String> faults = new ArrayList<>(missing.apply(recorded));
    for (RunManifest.StoredFile file : files) {
      Path stored = path.resolve(file.name());
      if (!Files.isRegularFile(stored)) {
        faults.add("no " + file.name());
      } else if (Files.size(stored) != file.bytes()) {
        faults.add(file.name() + " of " + Files.size(stored) + " bytes instead of " + file.bytes());
      }
    }
    if (!faults.isEmpty()) {
      throw new DatasetException(
          new Problem(
              path.toString(),
              -1,
              "",
              String.join(", ", faults),
              "every file that " + manifest + " lists, as it was when the " + kind + " finished"));
    }
  }

  /**
   * Completes one: records size and digest of its files, writes the manifest, and gives the folder
   * its name. Half-written files that failed workers left are removed.
   *
   * @param folder under its temporary name
   * @param ours which files belong to it
   * @param write writes the manifest, given where it goes and the files that it lists
   * @throws DatasetException if a file that every such folder has is missing; the message names it
   */
  <M> M complete(
      Path folder, Path out, boolean overwrite, Predicate<String> ours, ManifestWriter<M> write) {
    try {
      List<RunManifest.StoredFile> files = new ArrayList<>();
      for (String name : names(folder)) {
        Path file = folder.resolve(name);
        if (name.startsWith(".") && name.contains(".partial-")) {
          Publication.deleteTree(file);
        } else if (ours.test(name)) {
          files.add(new RunManifest.StoredFile(name, Files.size(file), Digests.ofFile(file)));
        }
      }
      List<String> faults =
          missing.apply(files.stream().map(RunManifest.StoredFile::name).toList());
      if (!faults.isEmpty()) {
        throw new DatasetException(
            new Problem(
                out.toString(), -1, "", String.join(", ", faults), "the files of a whole " + kind));
      }
      M written = write.write(folder.resolve(manifest), files);
      Publication.force(folder);
      Publication.publish(folder, out, overwrite);
      return written;
    } catch (IOException e) {
      throw new DatasetException("cannot complete the " + kind + " " + out + ": " + e, e);
    }
  }

  /** Writes a manifest that lists the files. */
  @FunctionalInterface
  interface ManifestWriter<M> {
    M write(Path file, List<RunManifest.StoredFile> files);
  }

  /** Removes a folder that was not completed. */
  static void remove(Path folder) {
    try {
      Publication.deleteTree(folder);
    } catch (IOException e) {
      throw new DatasetException("cannot remove " + folder + ": " + e, e);
    }
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
}
