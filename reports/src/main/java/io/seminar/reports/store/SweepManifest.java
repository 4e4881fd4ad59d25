package io.seminar.reports.store;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code sweep.json}: where the numbers of a sweep come from; keys are snake_case and stable.
 *
 * @param schemaVersion {@link #SCHEMA_VERSION} for what this class writes
 * @param sweepId name of the sweep, unique within a store
 * @param command what was asked for
 * @param data which data set the vectors and arrivals come from
 * @param codebooks which codebooks the arms used; empty if none
 * @param models which trained network the vectors are those of; empty if none
 * @param code which code ran
 * @param libraries library name to version
 * @param machine where it ran, with the JVM and flags of the measuring forks
 * @param kernels what is computed to the implementation that computed it, e.g. {@code attention} to
 *     {@code vector-256}
 * @param measuring how it was measured, and when
 * @param kinds kind of arm to a sentence on what it does, for the reader
 * @param files size and digest of every other file in the folder; filled in by {@link
 *     SweepFolder.Draft#complete}
 * @param notes facts that a reader of the numbers must know, one sentence each
 */
public record SweepManifest(
    int schemaVersion,
    String sweepId,
    RunManifest.Command command,
    RunManifest.Data data,
    List<RunManifest.Codebook> codebooks,
    List<RunManifest.Model> models,
    RunManifest.Code code,
    SortedMap<String, String> libraries,
    Machine machine,
    SortedMap<String, String> kernels,
    Measuring measuring,
    SortedMap<String, String> kinds,
    List<RunManifest.StoredFile> files,
    List<String> notes) {

  /** Version of the sweep folder's layout. A reader refuses any other. */
  public static final int SCHEMA_VERSION = 1;

  /** Name of the file in the folder. */
  public static final String FILE_NAME = "sweep.json";

  private static final ManifestJson<SweepManifest> JSON =
      new ManifestJson<>(SweepManifest.class, "a sweep manifest", SCHEMA_VERSION);

  public SweepManifest {
    Objects.requireNonNull(sweepId, "sweep_id");
    Objects.requireNonNull(command, "command");
    Objects.requireNonNull(data, "data");
    codebooks = List.copyOf(Objects.requireNonNull(codebooks, "codebooks"));
    models = List.copyOf(Objects.requireNonNull(models, "models"));
    Objects.requireNonNull(code, "code");
    libraries = sorted(libraries, "libraries");
    Objects.requireNonNull(machine, "machine");
    kernels = sorted(kernels, "kernels");
    Objects.requireNonNull(measuring, "measuring");
    kinds = sorted(kinds, "kinds");
    files = List.copyOf(Objects.requireNonNull(files, "files"));
    notes = List.copyOf(Objects.requireNonNull(notes, "notes"));
  }

  private static SortedMap<String, String> sorted(SortedMap<String, String> map, String key) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(Objects.requireNonNull(map, key)));
  }

  /**
   * How it was measured, and when.
   *
   * @param forks fresh JVMs, each of which measured every point
   * @param threads threads that worked on a request
   * @param seed seed of every random choice
   * @param replicates bootstrap replicates behind the intervals of recall
   * @param level confidence level of these intervals, e.g. 0.95
   * @param started start of the command
   * @param finished end of the command
   */
  public record Measuring(
      int forks,
      int threads,
      long seed,
      int replicates,
      double level,
      Instant started,
      Instant finished) {
    public Measuring {
      Objects.requireNonNull(started, "measuring.started");
      Objects.requireNonNull(finished, "measuring.finished");
    }
  }

  /** The same manifest with another list of files. */
  public SweepManifest withFiles(List<RunManifest.StoredFile> newFiles) {
    return new SweepManifest(
        schemaVersion,
        sweepId,
        command,
        data,
        codebooks,
        models,
        code,
        libraries,
        machine,
        kernels,
        measuring,
        kinds,
        newFiles,
        notes);
  }

  /** The manifest as the JSON text that {@code sweep.json} holds. */
  public String toJson() {
    return ManifestJson.text(this) + "\n";
  }

  /** Writes {@code file}: under a temporary name, then renamed. */
  void write(Path file) {
    JSON.write(file, this);
  }

  /**
   * Reads {@code sweep.json}.
   *
   * @throws io.seminar.sessions.DatasetException if the file is no JSON object, of another version,
   *     or a key is missing, unknown or of the wrong type
   */
  static SweepManifest read(Path file) {
    return JSON.read(file);
  }
}
