package io.seminar.reports.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Parts of sweeps for tests. */
public final class Sweeps {
  private Sweeps() {}

  /** A manifest. */
  public static SweepManifest manifest(String sweepId, Machine machine, List<String> notes) {
    RunManifest run = Manifests.small(sweepId);
    return new SweepManifest(
        SweepManifest.SCHEMA_VERSION,
        sweepId,
        RunManifest.Command.of(
            "sweep",
            List.of("--config", "grid.yaml", "--data", "data/simulated"),
            Map.of("keep", List.of(50), "history", List.of(1000, 10_000))),
        run.data(),
        run.codebooks(),
        run.models(),
        run.code(),
        run.libraries(),
        machine,
        new TreeMap<>(Map.of("attention", "vector-256", "fast scan", "vector-128")),
        new SweepManifest.Measuring(
            3,
            1,
            17,
            1000,
            0.95,
            Instant.parse("2026-11-25T12:00:00Z"),
            Instant.parse("2026-11-25T12:41:30Z")),
        new TreeMap<>(Map.of("exact", "keeps the K best by exact scores")),
        List.of(),
        notes);
  }

  /** A machine that does not depend on where the test runs. */
  public static Machine machine(String cpu, String jvm) {
    return new Machine(
        2,
        cpu,
        List.of("L1 48 KiB", "L2 1024 KiB", "L3 32768 KiB, shared by processors 0-1"),
        8L << 30,
        2L << 30,
        "Linux 6.1 amd64",
        jvm,
        List.of("-Xmx2g", "--add-modules=jdk.incubator.vector"));
  }

  /** A measured point with plain numbers; its median is {@code p50Nanos}. */
  public static SweepPoint measured(
      SweepPoint.Key key, SweepPoint.Arm arm, double recall, double p50Nanos) {
    return new SweepPoint(
        key,
        arm,
        SweepPoint.Status.MEASURED,
        Double.isNaN(recall) ? "the arm keeps no set" : null,
        new SweepPoint.Fidelity(
            500,
            recall,
            Math.max(0, recall - 0.01),
            Math.min(1, recall + 0.01),
            Double.isNaN(recall) ? Double.NaN : 0.7 * recall,
            0.98,
            0.1),
        new SweepPoint.Latency(
            6000,
            3,
            1.1 * p50Nanos,
            new SweepPoint.Quantiles(p50Nanos, 1.2 * p50Nanos, 1.6 * p50Nanos, Double.NaN),
            4 * p50Nanos,
            0.95 * p50Nanos,
            1.06 * p50Nanos),
        new SweepPoint.Warmup(2000, 0.011, true),
        new SweepPoint.Stages(
            0.05 * p50Nanos, 0.7 * p50Nanos, 0.1 * p50Nanos, 0.05 * p50Nanos, 0, 0, 0.1 * p50Nanos),
        new SweepPoint.Work(
            arm.bytesPerBehaviour() * key.historyLength(),
            0,
            arm.refine() > 0
                ? Math.min(1, 1.0 * arm.refine() * key.keep() / key.historyLength())
                : 0,
            1.0 * key.historyLength() * key.targets() * key.heads()),
        new SweepPoint.Index(250, arm.bytesPerBehaviour(), 65_536));
  }

  /** A point that was not measured. */
  public static SweepPoint pruned(SweepPoint.Key key, SweepPoint.Arm arm, String reason) {
    return new SweepPoint(
        key,
        arm,
        SweepPoint.Status.PRUNED,
        reason,
        SweepPoint.Fidelity.NONE,
        SweepPoint.Latency.NONE,
        SweepPoint.Warmup.NONE,
        SweepPoint.Stages.NONE,
        SweepPoint.Work.NONE,
        SweepPoint.Index.NONE);
  }
}
