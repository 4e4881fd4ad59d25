package io.seminar.reports.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.seminar.sessions.arrow.Digests;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code run.json}: where the numbers of a run come from. Everything that could explain why two
 * runs differ stands here and nowhere else; keys are snake_case and stable.
 *
 * @param schemaVersion {@link #SCHEMA_VERSION} for what this class writes
 * @param runId name of the run, unique within a store
 * @param status {@link Status#COMPLETE} for every run that can be opened
 * @param command what was asked for
 * @param data which data set was replayed
 * @param codebooks which codebooks the arms used; empty if none
 * @param models which trained networks the arms belong to; empty if none
 * @param code which code ran
 * @param libraries library name to version
 * @param machine where it ran
 * @param execution how it ran, and when
 * @param counts what went through
 * @param evaluation arms, metrics' parameters and slices
 * @param calibration the map from score to probability
 * @param files size and digest of every other file in the folder; filled in by {@link
 *     RunFolder#complete}
 * @param notes facts that a reader of the numbers must know, one sentence each
 */
public record RunManifest(
    int schemaVersion,
    String runId,
    Status status,
    Command command,
    Data data,
    List<Codebook> codebooks,
    List<Model> models,
    Code code,
    SortedMap<String, String> libraries,
    Machine machine,
    Execution execution,
    Counts counts,
    Evaluation evaluation,
    Calibration calibration,
    List<StoredFile> files,
    List<String> notes) {

  /** Version of the run folder's layout. A reader refuses any other. */
  public static final int SCHEMA_VERSION = 2;

  /** Name of the file in the run folder. */
  public static final String FILE_NAME = "run.json";

  /** Whether a run came to its end. */
  public enum Status {
    COMPLETE
  }

  public RunManifest {
    Objects.requireNonNull(runId, "run_id");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(command, "command");
    Objects.requireNonNull(data, "data");
    codebooks = List.copyOf(codebooks);
    models = List.copyOf(Objects.requireNonNull(models, "models"));
    Objects.requireNonNull(code, "code");
    libraries = Collections.unmodifiableSortedMap(new TreeMap<>(libraries));
    Objects.requireNonNull(machine, "machine");
    Objects.requireNonNull(execution, "execution");
    Objects.requireNonNull(counts, "counts");
    Objects.requireNonNull(evaluation, "evaluation");
    Objects.requireNonNull(calibration, "calibration");
    files = List.copyOf(files);
    notes = List.copyOf(notes);
  }

  /**
   * What was asked for.
   *
   * @param name command, e.g. {@code replay}
   * @param arguments command line as typed
   * @param configuration resolved configuration: every option with the value that was used
   * @param configurationDigest SHA-256 of the configuration as JSON with sorted keys
   */
  public record Command(
      String name,
      List<String> arguments,
      SortedMap<String, Object> configuration,
      String configurationDigest) {
    public Command {
      Objects.requireNonNull(name, "command.name");
      arguments = List.copyOf(arguments);
      configuration = Collections.unmodifiableSortedMap(new TreeMap<>(configuration));
      Objects.requireNonNull(configurationDigest, "command.configuration_digest");
    }

    /** A command whose digest is computed from its configuration. */
    public static Command of(
        String name, List<String> arguments, Map<String, Object> configuration) {
      TreeMap<String, Object> sorted = new TreeMap<>(configuration);
      return new Command(name, arguments, sorted, Digests.ofText(ManifestJson.text(sorted)));
    }
  }

  /**
   * The data set.
   *
   * @param path folder as given
   * @param origin where the data set says it came from
   * @param digest SHA-256 over the whole data set
   * @param catalogueDigest SHA-256 of items and queries only
   * @param notes what is fact and what was constructed, as the data set says
   */
  public record Data(
      String path,
      String origin,
      String digest,
      String catalogueDigest,
      SortedMap<String, String> notes) {
    public Data {
      Objects.requireNonNull(path, "data.path");
      Objects.requireNonNull(digest, "data.digest");
      Objects.requireNonNull(catalogueDigest, "data.catalogue_digest");
      notes = Collections.unmodifiableSortedMap(new TreeMap<>(notes));
    }
  }

  /**
   * A codebook that an arm used.
   *
   * @param arm name of the arm
   * @param path folder as given, or null when it was trained in the run
   * @param digest SHA-256 of its centroids and codes
   * @param bytesPerBehaviour code bytes of one behaviour
   */
  public record Codebook(String arm, String path, String digest, int bytesPerBehaviour) {
    public Codebook {
      Objects.requireNonNull(arm, "codebooks.arm");
      Objects.requireNonNull(digest, "codebooks.digest");
    }
  }

  /**
   * A trained network.
   *
   * @param name prefix of its arms; empty where arms without a prefix are its own
   * @param path folder of its checkpoint as given
   * @param architecture which network it is
   * @param stage how far it was trained
   * @param digest SHA-256 over its description and parameters
   * @param dataDigest SHA-256 of the data set that it was trained on
   * @param trainUntil end of its training period, ms since 1970
   * @param validateUntil end of its validation period, ms since 1970
   */
  public record Model(
      String name,
      String path,
      String architecture,
      String stage,
      String digest,
      String dataDigest,
      long trainUntil,
      long validateUntil) {
    public Model {
      Objects.requireNonNull(name, "models.name");
      Objects.requireNonNull(architecture, "models.architecture");
      Objects.requireNonNull(stage, "models.stage");
      Objects.requireNonNull(digest, "models.digest");
      Objects.requireNonNull(dataDigest, "models.data_digest");
    }
  }

  /**
   * The code.
   *
   * @param version version of the project
   * @param revision source revision, or null where it is not known
   */
  public record Code(String version, String revision) {
    public Code {
      Objects.requireNonNull(version, "code.version");
    }
  }

  /**
   * How it ran, and when.
   *
   * @param runner {@code direct}, {@code flink}…
   * @param parallelism workers asked for
   * @param kernel implementation of the attention kernels
   * @param seed seed of every random choice
   * @param started start of the command
   * @param finished end of the command
   */
  public record Execution(
      String runner, int parallelism, String kernel, long seed, Instant started, Instant finished) {
    public Execution {
      Objects.requireNonNull(runner, "execution.runner");
      Objects.requireNonNull(kernel, "execution.kernel");
      Objects.requireNonNull(started, "execution.started");
      Objects.requireNonNull(finished, "execution.finished");
    }
  }

  /**
   * What went through.
   *
   * @param users users replayed
   * @param requests requests replayed
   * @param impressions impressions scored, counted once and not once an arm
   * @param behaviours events in the histories of these users
   * @param deadLetters records that were refused
   */
  public record Counts(
      long users, long requests, long impressions, long behaviours, long deadLetters) {}

  /**
   * An arm.
   *
   * @param name stable key
   * @param description one sentence for the reader
   * @param kept behaviours kept, K; 0 where none are
   * @param bytesPerBehaviour bytes that retrieval reads for one behaviour; 0 where it reads none
   */
  public record Arm(String name, String description, int kept, int bytesPerBehaviour) {
    public Arm {
      Objects.requireNonNull(name, "evaluation.arms.name");
      Objects.requireNonNull(description, "evaluation.arms.description");
    }
  }

  /**
   * What was measured.
   *
   * @param arms in the order in which they are shown
   * @param baseline the arm that the others are compared with
   * @param retrievalKs K of recall@K, ascending
   * @param pageKs K of ndcg@K and hr@K, ascending
   * @param slices in the order in which they are shown; the first is {@code all}
   * @param replicates bootstrap replicates behind every interval
   * @param level confidence level of every interval, e.g. 0.95
   * @param metricsVersion version of the metrics: of two runs that agree in it, numbers with the
   *     same key mean the same
   * @param groups groups of users that the jackknife leaves out in turn; 0: none
   * @param flips sign flips behind every p-value; 0: none
   * @param interval how intervals come out of the replicates: one of {@link #INTERVALS}
   */
  public record Evaluation(
      List<Arm> arms,
      String baseline,
      List<Integer> retrievalKs,
      List<Integer> pageKs,
      List<String> slices,
      int replicates,
      double level,
      int metricsVersion,
      int groups,
      int flips,
      String interval) {
    /**
     * Percentiles of the replicates, the same corrected for bias and skewness, or the jackknife.
     */
    public static final List<String> INTERVALS = List.of("percentile", "bca", "jackknife");

    public Evaluation {
      arms = List.copyOf(arms);
      retrievalKs = List.copyOf(retrievalKs);
      pageKs = List.copyOf(pageKs);
      slices = List.copyOf(slices);
      if (arms.stream().noneMatch(arm -> arm.name().equals(baseline))) {
        throw new IllegalArgumentException(
            "evaluation.baseline: found '"
                + baseline
                + "', expected one of "
                + arms.stream().map(Arm::name).toList());
      }
      if (!INTERVALS.contains(Objects.requireNonNull(interval, "evaluation.interval"))) {
        throw new IllegalArgumentException(
            "evaluation.interval: found '" + interval + "', expected one of " + INTERVALS);
      }
    }
  }

  /**
   * The map from score to click probability, {@code sigmoid(slope · score + intercept)}.
   *
   * @param from requests from it on (ms since 1970) fit the map; null: all before the split
   * @param splitTime requests before it (ms since 1970) fit the map, requests from it on are
   *     evaluated
   * @param arms one map an arm
   */
  public record Calibration(Long from, long splitTime, List<ArmCalibration> arms) {
    public Calibration {
      arms = List.copyOf(arms);
    }
  }

  /**
   * An arm's map.
   *
   * @param arm name of the arm
   * @param slope weight of the score
   * @param intercept log-odds at score 0
   * @param impressions impressions that it was fitted on
   * @param problem why the fit is not to be trusted, or null
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record ArmCalibration(
      String arm, double slope, double intercept, long impressions, String problem) {
    public ArmCalibration {
      Objects.requireNonNull(arm, "calibration.arms.arm");
    }
  }

  /**
   * A file of the run folder.
   *
   * @param name name within the folder
   * @param bytes its size
   * @param sha256 digest of its bytes, in hex
   */
  public record StoredFile(String name, long bytes, String sha256) {
    public StoredFile {
      Objects.requireNonNull(name, "files.name");
      Objects.requireNonNull(sha256, "files.sha256");
    }
  }

  /** The same manifest with another list of files. */
  public RunManifest withFiles(List<StoredFile> newFiles) {
    return new RunManifest(
        schemaVersion,
        runId,
        status,
        command,
        data,
        codebooks,
        models,
        code,
        libraries,
        machine,
        execution,
        counts,
        evaluation,
        calibration,
        newFiles,
        notes);
  }

  private static final ManifestJson<RunManifest> JSON =
      new ManifestJson<>(RunManifest.class, "a run manifest", SCHEMA_VERSION);

  /** The manifest as the JSON text that {@code run.json} holds. */
  public String toJson() {
    return ManifestJson.text(this) + "\n";
  }

  /** Writes {@code file}: under a temporary name, then renamed. */
  public void write(Path file) {
    JSON.write(file, this);
  }

  /**
   * Reads {@code run.json}.
   *
   * @throws io.seminar.sessions.DatasetException if the file is no JSON object, of another version,
   *     or a key is missing, unknown or of the wrong type
   */
  public static RunManifest read(Path file) {
    return JSON.read(file);
  }
}
