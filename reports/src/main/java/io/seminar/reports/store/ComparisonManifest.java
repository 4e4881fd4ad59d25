package io.seminar.reports.store;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * {@code comparison.json}: what two runs were compared, and how; keys are snake_case and stable.
 *
 * @param schemaVersion {@link #SCHEMA_VERSION} for what this class writes
 * @param command what was asked for
 * @param candidate the manifest of the run whose arms are judged, without its list of files
 * @param baseline the manifest of the run that they are compared with, likewise
 * @param pairs which arm of the one is compared with which of the other
 * @param evaluation how both were evaluated; its arms are those of both runs, the baseline's under
 *     {@link #BASELINE} names
 * @param execution how it ran, and when
 * @param files size and digest of every other file in the folder; filled in by {@link
 *     ComparisonFolder.Draft#complete}
 * @param notes facts that a reader of the numbers must know, one sentence each
 */
public record ComparisonManifest(
    int schemaVersion,
    RunManifest.Command command,
    RunManifest candidate,
    RunManifest baseline,
    List<Pair> pairs,
    RunManifest.Evaluation evaluation,
    RunManifest.Execution execution,
    List<RunManifest.StoredFile> files,
    List<String> notes) {

  /** Version of the folder's layout. A reader refuses any other. */
  public static final int SCHEMA_VERSION = 1;

  /** Name of the file in the folder. */
  public static final String FILE_NAME = "comparison.json";

  /** What the names of the baseline's arms begin with. */
  public static final String BASELINE = "baseline:";

  private static final ManifestJson<ComparisonManifest> JSON =
      new ManifestJson<>(ComparisonManifest.class, "a comparison's manifest", SCHEMA_VERSION);

  public ComparisonManifest {
    Objects.requireNonNull(command, "command");
    Objects.requireNonNull(candidate, "candidate");
    Objects.requireNonNull(baseline, "baseline");
    pairs = List.copyOf(pairs);
    Objects.requireNonNull(evaluation, "evaluation");
    Objects.requireNonNull(execution, "execution");
    files = List.copyOf(files);
    notes = List.copyOf(notes);
  }

  /**
   * Two arms of which one is compared with the other.
   *
   * @param arm of the candidate
   * @param baseline of the baseline, under its {@link #BASELINE} name
   */
  public record Pair(String arm, String baseline) {
    public Pair {
      Objects.requireNonNull(arm, "pairs.arm");
      Objects.requireNonNull(baseline, "pairs.baseline");
    }
  }

  /** The name that an arm of the baseline has in a comparison. */
  public static String ofBaseline(String arm) {
    return BASELINE + arm;
  }

  /** The same with other files. */
  ComparisonManifest withFiles(List<RunManifest.StoredFile> newFiles) {
    return new ComparisonManifest(
        schemaVersion, command, candidate, baseline, pairs, evaluation, execution, newFiles, notes);
  }

  /** Writes {@code file}: under a temporary name, then renamed. */
  void write(Path file) {
    JSON.write(file, this);
  }

  /**
   * Reads {@code comparison.json}.
   *
   * @throws io.seminar.sessions.DatasetException if the file is no JSON object, of another version,
   *     or a key is missing, unknown or of the wrong type
   */
  static ComparisonManifest read(Path file) {
    return JSON.read(file);
  }
}
