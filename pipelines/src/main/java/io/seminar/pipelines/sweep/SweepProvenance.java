package io.seminar.pipelines.sweep;

import io.seminar.pipelines.arms.ArmSpec;
import io.seminar.pipelines.provenance.Build;
import io.seminar.reports.store.Machine;
import io.seminar.reports.store.RunManifest;
import io.seminar.reports.store.SweepManifest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Writes down where the numbers of a sweep come from. */
final class SweepProvenance {
  private final SweepPlan plan;
  private final SweepConfig config;
  private final Measuring measuring;
  private final List<String> typed;
  private final Instant started;

  /**
   * Of a sweep that begins now.
   *
   * @param typed name and arguments of the command
   */
  SweepProvenance(SweepPlan plan, List<String> typed) {
    this.plan = plan;
    this.config = plan.config();
    this.measuring = config.measuring();
    this.typed = typed;
    this.started = Instant.now();
  }

  /**
   * The manifest of a sweep that ends now.
   *
   * @param arms that took part
   * @param codebooks that they used
   * @param facts of a fork
   */
  SweepManifest manifest(
      List<ArmSpec> arms,
      List<RunManifest.Codebook> codebooks,
      ForkFacts facts,
      List<String> notes) {
    Build build = new Build();
    RunManifest.Command command =
        RunManifest.Command.of(typed.get(0), typed.subList(1, typed.size()), configuration());
    TreeMap<String, String> kinds = new TreeMap<>();
    for (ArmSpec arm : arms) {
      kinds.put(arm.kind().key(), arm.kind().description());
    }
    return new SweepManifest(
        SweepManifest.SCHEMA_VERSION,
        id(started, command.configurationDigest()),
        command,
        new RunManifest.Data(
            config.data().toString(),
            plan.dataset().descriptor().origin(),
            plan.dataset().digest(),
            plan.dataset().catalogueDigest(),
            new TreeMap<>(plan.dataset().descriptor().notes())),
        codebooks,
        plan.model() == null ? List.of() : List.of(plan.model().record()),
        build.code(),
        build.libraries(),
        machine(facts),
        new TreeMap<>(Map.of("attention", facts.kernels())),
        new SweepManifest.Measuring(
            measuring.forks(),
            1,
            config.seed(),
            MeanInterval.REPLICATES,
            MeanInterval.LEVEL,
            started,
            Instant.now()),
        kinds,
        List.of(),
        notes);
  }

  /** This machine, with flags and heap of the last fork. */
  private static Machine machine(ForkFacts facts) {
    Machine machine = Machine.current();
    return new Machine(
        machine.cores(),
        machine.cpu(),
        machine.caches(),
        machine.memoryBytes(),
        facts.maxHeapBytes(),
        machine.os(),
        machine.jvm(),
        facts.flags());
  }

  private static String id(Instant started, String configurationDigest) {
    return DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'")
            .withZone(ZoneOffset.UTC)
            .format(started.truncatedTo(ChronoUnit.MILLIS))
        + "-"
        + configurationDigest.substring(0, 8);
  }

  /** What the numbers depend on besides data and machine. */
  private Map<String, Object> configuration() {
    Grid grid = config.grid();
    Map<String, Object> configuration = new LinkedHashMap<>();
    configuration.put("device", config.device());
    configuration.put("model", plan.model() == null ? "" : plan.model().spec().digest());
    configuration.put("train-on", config.trainOn().name().toLowerCase(Locale.ROOT));
    configuration.put("codes", config.perHead() ? "per-head" : "shared");
    configuration.put("query-weight", config.queryWeight());
    configuration.put("temperature", config.temperature());
    configuration.put("seed", config.seed());
    configuration.put("grid.arms", grid.arms());
    configuration.put("grid.always", grid.always().stream().sorted().toList());
    configuration.put("grid.history", boxed(grid.historyLengths()));
    configuration.put("grid.keep", boxed(grid.keeps()));
    configuration.put("grid.targets", boxed(grid.targets()));
    configuration.put("grid.batch", boxed(grid.batches()));
    configuration.put("measure.requests", measuring.requests());
    configuration.put("measure.histories", measuring.histories());
    configuration.put("measure.memory-mb", measuring.memoryBytes() >> 20);
    configuration.put("measure.forks", measuring.forks());
    configuration.put("measure.samples", measuring.samples());
    configuration.put("measure.seconds", measuring.seconds());
    configuration.put("measure.warm-up.cv", measuring.warmUp().cv());
    configuration.put("measure.warm-up.stretches", measuring.warmUp().stretches());
    configuration.put("measure.warm-up.seconds", measuring.warmUp().seconds());
    configuration.put("measure.prune-margin", measuring.pruneMargin());
    configuration.put("measure.loads", Arrays.stream(measuring.loads()).boxed().toList());
    configuration.put("measure.load-of", measuring.loadOf().name().toLowerCase(Locale.ROOT));
    configuration.put("measure.load-seconds", measuring.loadSeconds());
    configuration.put("measure.jvm-flags", measuring.jvmFlags());
    return configuration;
  }

  private static List<Integer> boxed(int[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
