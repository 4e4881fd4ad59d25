package io.seminar.reports.store;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * {@code night.json}: what a night did; keys are snake_case and stable. Beside it stand the runs of
 * the night, their comparison, and the gate's verdict.
 *
 * @param schemaVersion {@link #SCHEMA_VERSION} for what this class writes
 * @param nightId name of the night, unique within a store
 * @param configurationDigest SHA-256 of what the configuration asks for
 * @param dataDigest SHA-256 over the data set
 * @param system digest of the system that was judged, under which the store keeps it
 * @param baselineSystem digest of the system that it was compared with; null where there was none
 * @param baselineNight id of the night whose system that was; null where it was given, or there was
 *     none
 * @param verdict what the gate said
 * @param firstRun whether there was no night before it to compare with
 * @param started start of the first attempt
 * @param finished end of the last step
 * @param steps what was done, in order, with the seconds that it took
 */
public record NightManifest(
    int schemaVersion,
    String nightId,
    String configurationDigest,
    String dataDigest,
    String system,
    String baselineSystem,
    String baselineNight,
    String verdict,
    boolean firstRun,
    Instant started,
    Instant finished,
    List<Step> steps) {
  /** Version of the folder's layout. A reader refuses any other. */
  public static final int SCHEMA_VERSION = 1;

  /** Name of the file in the folder. */
  public static final String FILE_NAME = "night.json";

  private static final ManifestJson<NightManifest> JSON =
      new ManifestJson<>(NightManifest.class, "a night's manifest", SCHEMA_VERSION);

  public NightManifest {
    Objects.requireNonNull(nightId, "night_id");
    Objects.requireNonNull(configurationDigest, "configuration_digest");
    Objects.requireNonNull(dataDigest, "data_digest");
    Objects.requireNonNull(system, "system");
    Objects.requireNonNull(verdict, "verdict");
    Objects.requireNonNull(started, "started");
    Objects.requireNonNull(finished, "finished");
    steps = List.copyOf(steps);
  }

  /**
   * A step of the night.
   *
   * @param name of the step
   * @param seconds that it took; 0 where an earlier attempt had finished it
   * @param resumed whether an earlier attempt had
   */
  public record Step(String name, double seconds, boolean resumed) {
    public Step {
      Objects.requireNonNull(name, "steps.name");
    }
  }

  /** Writes {@code file}: under a temporary name, then renamed. */
  public void write(Path file) {
    JSON.write(file, this);
  }

  /**
   * Reads {@code night.json}.
   *
   * @throws io.seminar.sessions.DatasetException if the file is no JSON object, of another version,
   *     or a key is missing, unknown or of the wrong type
   */
  public static NightManifest read(Path file) {
    return JSON.read(file);
  }
}
