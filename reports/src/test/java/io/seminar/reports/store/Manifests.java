package io.seminar.reports.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Manifests for tests. */
public final class Manifests {
  private Manifests() {}

  /** A manifest of the given arms, the first of which is the baseline. */
  public static RunManifest of(List<RunManifest.Arm> arms, List<String> slices, String runId) {
    return new RunManifest(
        RunManifest.SCHEMA_VERSION,
        runId,
        RunManifest.Status.COMPLETE,
        RunManifest.Command.of(
            "replay",
            List.of("--data", "data/simulated", "--arms", "exact,recent,pq"),
            Map.of("seed", 17, "data", "data/simulated", "temperature", 0.1)),
        new RunManifest.Data(
            "data/simulated",
            "simulated",
            "d".repeat(64),
            "c".repeat(64),
            new TreeMap<>(Map.of("truth", "click probabilities are known"))),
        List.of(new RunManifest.Codebook(arms.get(0).name(), null, "b".repeat(64), 16)),
        List.of(
            new RunManifest.Model(
                "twin",
                "networks/twin",
                "twin",
                "finetuned",
                "a".repeat(64),
                "d".repeat(64),
                1_690_000_000_000L,
                1_700_000_000_000L)),
        new RunManifest.Code("0.1.0", "0123abcd"),
        new TreeMap<>(Map.of("beam", "2.70.0", "arrow", "19.0.0")),
        Machine.current(),
        new RunManifest.Execution(
            "direct",
            2,
            "vector-256",
            17,
            Instant.parse("2026-11-24T18:00:00Z"),
            Instant.parse("2026-11-24T18:01:12.5Z")),
        new RunManifest.Counts(2000, 12_000, 240_000, 2_000_000, 3),
        new RunManifest.Evaluation(
            arms,
            arms.get(0).name(),
            List.of(10, 20, 50),
            List.of(5, 10),
            slices,
            200,
            0.95,
            1,
            50,
            999,
            "bca"),
        new RunManifest.Calibration(
            1_690_000_000_000L,
            1_700_000_000_000L,
            arms.stream()
                .map(
                    arm ->
                        arm.name().equals("recent")
                            ? new RunManifest.ArmCalibration(
                                arm.name(),
                                Double.NaN,
                                Double.NaN,
                                0,
                                "no click among 0 impressions")
                            : new RunManifest.ArmCalibration(arm.name(), 3.5, -2.25, 120_000, null))
                .toList()),
        List.of(),
        List.of("Positions were constructed by the importer."));
  }

  /** A manifest of three arms. */
  public static RunManifest small(String runId) {
    return of(
        List.of(
            new RunManifest.Arm("exact", "full scores", 50, 0),
            new RunManifest.Arm("recent", "the last K", 50, 0),
            new RunManifest.Arm("pq8", "product quantised", 50, 8)),
        List.of("all", "item=cold"),
        runId);
  }
}
