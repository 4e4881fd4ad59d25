package io.seminar.reports.store;

import java.time.Instant;
import java.util.Objects;

/**
 * What the index of a store says of a run, so that nobody has to open its folder to find it.
 *
 * @param runId name of the run and of its folder, unique within a store: letters, digits, dots,
 *     hyphens and underscores, neither a dot nor a hyphen first
 * @param kind what it was, e.g. {@code replay} or {@code nightly}
 * @param started start of the command
 * @param finished its end; before the start where the machine's clock went back meanwhile: no
 *     reason to lose a run
 * @param verdict what the gate said, e.g. {@code PASS}; null where there was no gate
 * @param baselineRun id of the run that it was compared with; null where there was none
 * @param dataDigest SHA-256 over the data set
 * @param catalogueDigest SHA-256 of items and queries only
 * @param configurationDigest SHA-256 of the configuration
 * @param codeVersion version of the project
 * @param revision source revision; null where it is not known
 * @param metricsVersion version of the metrics
 * @param seed seed of every random choice
 * @param replicates bootstrap replicates
 * @param cpu the machine's processor
 * @param cores processors that the JVM may use
 * @param os name, version and architecture of the operating system
 * @param jdk vendor and version of the JVM
 * @param kernel implementation of the attention kernels
 * @param users users replayed
 * @param requests requests replayed
 * @param impressions impressions scored
 * @param deadLetters records that were refused
 */
public record StoredRun(
    String runId,
    String kind,
    Instant started,
    Instant finished,
    String verdict,
    String baselineRun,
    String dataDigest,
    String catalogueDigest,
    String configurationDigest,
    String codeVersion,
    String revision,
    int metricsVersion,
    long seed,
    int replicates,
    String cpu,
    int cores,
    String os,
    String jdk,
    String kernel,
    long users,
    long requests,
    long impressions,
    long deadLetters) {
  public StoredRun {
    checkId(runId);
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(started, "started");
    Objects.requireNonNull(finished, "finished");
    Objects.requireNonNull(dataDigest, "data_digest");
    Objects.requireNonNull(catalogueDigest, "catalogue_digest");
    Objects.requireNonNull(configurationDigest, "configuration_digest");
    Objects.requireNonNull(codeVersion, "code_version");
    Objects.requireNonNull(cpu, "cpu");
    Objects.requireNonNull(os, "os");
    Objects.requireNonNull(jdk, "jdk");
    Objects.requireNonNull(kernel, "kernel");
  }

  /** An id becomes a path, so it must not lead anywhere else. */
  static void checkId(String id) {
    if (id == null || !id.matches("[A-Za-z0-9_][A-Za-z0-9._-]*")) {
      throw new IllegalArgumentException(
          "run_id: found '"
              + id
              + "', expected letters, digits, dots, hyphens and underscores, neither a dot nor a"
              + " hyphen first");
    }
  }

  /**
   * The facts that a run's manifest has.
   *
   * @param id name in the store; a night has another than the runs that it made
   * @param kind what it was
   * @param verdict what the gate said; null where there was no gate
   * @param baselineRun id of the run that it was compared with; null where there was none
   */
  public static StoredRun of(
      RunManifest manifest, String id, String kind, String verdict, String baselineRun) {
    return new StoredRun(
        id,
        kind,
        manifest.execution().started(),
        manifest.execution().finished(),
        verdict,
        baselineRun,
        manifest.data().digest(),
        manifest.data().catalogueDigest(),
        manifest.command().configurationDigest(),
        manifest.code().version(),
        manifest.code().revision(),
        manifest.evaluation().metricsVersion(),
        manifest.execution().seed(),
        manifest.evaluation().replicates(),
        manifest.machine().cpu(),
        manifest.machine().cores(),
        manifest.machine().os(),
        manifest.machine().jvm(),
        manifest.execution().kernel(),
        manifest.counts().users(),
        manifest.counts().requests(),
        manifest.counts().impressions(),
        manifest.counts().deadLetters());
  }
}
