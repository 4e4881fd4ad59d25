package io.seminar.reports.store;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** A manifest with some of its facts changed. */
public final class ManifestEdit {
  public String runId;
  public Map<String, Object> configuration;
  public RunManifest.Data data;
  public List<RunManifest.Codebook> codebooks;
  public List<RunManifest.Model> models;
  public RunManifest.Code code;
  public SortedMap<String, String> libraries;
  public Machine machine;
  public RunManifest.Execution execution;
  public RunManifest.Counts counts;
  public RunManifest.Evaluation evaluation;
  private final RunManifest from;

  public ManifestEdit(RunManifest from) {
    this.from = from;
    runId = from.runId();
    configuration = from.command().configuration();
    data = from.data();
    codebooks = from.codebooks();
    models = from.models();
    code = from.code();
    libraries = from.libraries();
    machine = from.machine();
    execution = from.execution();
    counts = from.counts();
    evaluation = from.evaluation();
  }

  public ManifestEdit runId(String id) {
    runId = id;
    return this;
  }

  public ManifestEdit dataDigest(String digest) {
    data =
        new RunManifest.Data(
            data.path(), data.origin(), digest, data.catalogueDigest(), data.notes());
    return this;
  }

  public ManifestEdit catalogueDigest(String digest) {
    data = new RunManifest.Data(data.path(), data.origin(), data.digest(), digest, data.notes());
    return this;
  }

  public ManifestEdit seed(long seed) {
    RunManifest.Execution e = execution;
    execution =
        new RunManifest.Execution(
            e.runner(), e.parallelism(), e.kernel(), seed, e.started(), e.finished());
    return this;
  }

  public ManifestEdit kernel(String kernel) {
    RunManifest.Execution e = execution;
    execution =
        new RunManifest.Execution(
            e.runner(), e.parallelism(), kernel, e.seed(), e.started(), e.finished());
    return this;
  }

  public ManifestEdit evaluation(
      List<RunManifest.Arm> arms, List<String> slices, int replicates, int metricsVersion) {
    RunManifest.Evaluation e = evaluation;
    evaluation =
        new RunManifest.Evaluation(
            arms,
            arms.get(0).name(),
            e.retrievalKs(),
            e.pageKs(),
            slices,
            replicates,
            e.level(),
            metricsVersion,
            e.groups(),
            e.flips(),
            e.interval());
    return this;
  }

  public ManifestEdit jdk(String jvm) {
    Machine m = machine;
    machine =
        new Machine(
            m.cores(),
            m.cpu(),
            m.caches(),
            m.memoryBytes(),
            m.maxHeapBytes(),
            m.os(),
            jvm,
            m.flags());
    return this;
  }

  public ManifestEdit cpu(String cpu) {
    Machine m = machine;
    machine =
        new Machine(
            m.cores(),
            cpu,
            m.caches(),
            m.memoryBytes(),
            m.maxHeapBytes(),
            m.os(),
            m.jvm(),
            m.flags());
    return this;
  }

  public RunManifest done() {
    return new RunManifest(
        from.schemaVersion(),
        runId,
        from.status(),
        RunManifest.Command.of(from.command().name(), from.command().arguments(), configuration),
        data,
        codebooks,
        models,
        code,
        libraries,
        machine,
        execution,
        counts,
        evaluation,
        from.calibration(),
        from.files(),
        from.notes());
  }
}
