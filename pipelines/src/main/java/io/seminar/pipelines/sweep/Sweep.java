package io.seminar.pipelines.sweep;

import io.seminar.metrics.inference.UserHash;
import io.seminar.pipelines.arms.ArmSpec;
import io.seminar.pipelines.arms.AttentionModel;
import io.seminar.pipelines.provenance.Build;
import io.seminar.reports.store.Machine;
import io.seminar.reports.store.RunManifest;
import io.seminar.reports.store.SweepFolder;
import io.seminar.reports.store.SweepLoad;
import io.seminar.reports.store.SweepManifest;
import io.seminar.reports.store.SweepPoint;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sweeps: draws requests, takes the fidelity of every point and probes it, measures what may reach
 * the front in fresh JVMs, offers loads to what is on it, and leaves a sweep folder that appears
 * under its name when it is complete.
 */
public final class Sweep {
  /** Histories that a probe has open. */
  private static final int PROBED = 3;

  private final SweepPlan plan;
  private final SweepConfig config;
  private final Measuring measuring;
  private final Options options;
  private final SweepNotes notes = new SweepNotes();
  private final Map<Integer, Path> requestFiles = new HashMap<>();

  /**
   * Where to, and how.
   *
   * @param out sweep folder to make
   * @param overwrite whether a sweep that stands there is replaced
   * @param quiet no progress on the terminal
   * @param threads to train codebooks and to take fidelity on; measuring has one
   * @param command how the sweep is recorded: name and arguments as typed
   */
  public record Options(
      Path out, boolean overwrite, boolean quiet, int threads, List<String> command) {}

  private Sweep(SweepPlan plan, Options options) {
    this.plan = plan;
    this.config = plan.config();
    this.measuring = config.measuring();
    this.options = options;
  }

  /**
   * Sweeps.
   *
   * @throws SweepException if a fork fails
   * @throws io.seminar.sessions.DatasetException if the data cannot be read or the folder not
   *     written
   * @throws IllegalArgumentException if a page cannot be filled, a history not be borrowed, or the
   *     memory does not suffice
   */
  public static SweepFolder run(SweepPlan plan, Options options) {
    return new Sweep(plan, options).run();
  }

  private SweepFolder run() {
    Instant started = Instant.now();
    try (SweepFolder.Draft draft = SweepFolder.create(options.out(), options.overwrite());
        SweepProgress progress = new SweepProgress(options.quiet(), plan.seconds())) {
      Path work = Files.createDirectory(draft.path().resolve("work"));
      notes.model(plan);
      notes.scope(config);
      SweepCodebooks.Trained codebooks = plan.codebooks().train(work, options.threads(), progress);
      notes.add(codebooks.notes());
      SweepSetting setting =
          new SweepSetting(
              config.data().toAbsolutePath().toString(),
              plan.model() == null ? null : plan.model().spec(),
              plan.parse(codebooks.codebooks().specs()),
              config.queryWeight(),
              config.temperature());
      try (SweepModels models = new SweepModels(setting)) {
        Measured measured =
            new Measured(setting, models, new Forks(work, measuring.jvmFlags()), work, progress);
        measured.all();
        List<RunManifest.Codebook> used = codebooks.records(setting.arms());
        Publication.deleteTree(work);
        return draft.complete(
            manifest(setting, used, measured.facts, started), measured.points, measured.loads);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write beside " + options.out() + ": " + e, e);
    }
  }

  /** The work between plan and results. */
  private final class Measured {
    private final SweepSetting setting;
    private final SweepModels models;
    private final Forks forks;
    private final Path work;
    private final SweepProgress progress;
    private final AttentionModel model;
    private final HeapNeed heap;
    private final PointAssembly assembly;
    private final List<SweepPoint> points = new ArrayList<>();
    private final List<SweepLoad> loads = new ArrayList<>();
    private final Map<Integer, Integer> opened = new TreeMap<>(); // histories by length
    private List<String> users;
    private long[] logged;
    private ForkFacts facts;

    Measured(
        SweepSetting setting, SweepModels models, Forks forks, Path work, SweepProgress progress) {
      this.setting = setting;
      this.models = models;
      this.forks = forks;
      this.work = work;
      this.progress = progress;
      this.model = models.model(1);
      this.heap =
          new HeapNeed(model, plan.model() == null ? 0 : plan.model().tableFloats(plan.dataset()));
      this.assembly = new PointAssembly(setting, model.heads());
    }

    void all() {
      draw();
      List<CaseResult> results = new ArrayList<>();
      for (CaseSpec spec : config.grid().cases()) {
        results.add(probe(spec));
      }
      // All cases once, then all again: a slow hour is not one case's alone.
      expectForks(results, 0);
      for (int fork = 0; fork < measuring.forks(); fork++) {
        for (CaseResult result : results) {
          measure(result, fork);
        }
      }
      for (CaseResult result : results) {
        points.addAll(assembly.points(result));
      }
      offerLoads(results);
      opened.forEach(
          (length, open) -> notes.histories(length, open, HeapNeed.attendedBytes(model, length)));
      notes.measuring(config, facts.pinning());
      notes.settling(points);
    }

    private void draw() {
      int[] lengths = config.grid().historyLengths();
      int longest = lengths[lengths.length - 1];
      LogSample sample =
          LogSample.read(
              plan.dataset(),
              new LogSample.Wanted(
                  plan.evaluateFrom(), measuring.requests(), longest, measuring.samples() + 1),
              model::holds,
              config.seed());
      if (sample.asked().isEmpty()) {
        throw new IllegalArgumentException(
            config.data()
                + ": no request from "
                + Instant.ofEpochMilli(plan.evaluateFrom())
                + " on has a behaviour before it, expected at least one to ask");
      }
      if (sample.badUsers() > 0) {
        notes.add(sample.badUsers() + " users whose record is bad are left out.");
      }
      logged = sample.arrivals();
      CaseBuilder builder =
          new CaseBuilder(
              sample, model::holds, plan.dataset().descriptor().counts().items(), config.seed());
      for (int length : lengths) {
        List<SweepRequest> requests = builder.requests(length, config.grid().mostTargets());
        users = requests.stream().map(SweepRequest::user).toList();
        Path file = work.resolve("requests-" + length);
        RequestsFile.write(file, requests);
        requestFiles.put(length, file);
        notes.requests(length, requests);
        if (length == longest) {
          Arrays.stream(config.grid().targets()).forEach(b -> notes.pages(b, requests));
        }
      }
    }

    private CaseResult probe(CaseSpec spec) {
      progress.step(spec.title() + ": fidelity and probe");
      List<Entrant> entrants = config.grid().entrants(spec.targets());
      int open = Math.min(PROBED, histories(spec, entrants));
      ProbeResult probe =
          forks.run(
              "the fidelity of " + spec.title(),
              new ProbeTask(
                  setting,
                  requests(spec),
                  spec,
                  entrants,
                  open,
                  options.threads(),
                  seed(spec, "probe")),
              // And a history a thread whose fidelity is taken, with its exact scores.
              heap.bytes(spec, arms(entrants), open + options.threads()),
              ProbeResult.class);
      progress.done(plan.probeSeconds(spec));
      return new CaseResult(
          spec,
          entrants,
          probe,
          users,
          measuring.pruneMargin(),
          config.grid().always(),
          config.seed());
    }

    private int histories(CaseSpec spec, List<Entrant> entrants) {
      return heap.histories(
          spec,
          arms(entrants),
          Math.min(measuring.histories(), users.size()),
          measuring.memoryBytes());
    }

    private List<ArmSpec> arms(List<Entrant> entrants) {
      return entrants.stream().map(entrant -> setting.arm(entrant.arm())).toList();
    }

    private void expectForks(List<CaseResult> results, int done) {
      double seconds = 0;
      for (CaseResult result : results) {
        int remaining = result.remaining().size();
        seconds +=
            (measuring.forks() - done) * plan.forkSeconds(remaining)
                + plan.loadSeconds(Math.min(4, remaining));
      }
      progress.expect(seconds);
    }

    private void measure(CaseResult result, int fork) {
      CaseSpec spec = result.spec();
      List<Entrant> remaining = result.remaining();
      int open = histories(spec, remaining);
      progress.step(spec.title() + ": measuring, fork " + (fork + 1) + " of " + measuring.forks());
      MeasureResult measured =
          forks.run(
              "measuring " + spec.title(),
              new MeasureTask(
                  setting,
                  requests(spec),
                  spec,
                  remaining,
                  open,
                  new ClosedLoop.Limits(
                      measuring.warmUp(),
                      (measuring.samples() + measuring.forks() - 1) / measuring.forks(),
                      measuring.seconds()),
                  result.digests(),
                  seed(spec, "fork " + fork)),
              heap.bytes(spec, arms(remaining), open),
              MeasureResult.class);
      result.add(measured);
      facts = measured.facts();
      if (fork == 0) {
        opened.merge(spec.historyLength(), open, Math::min);
      }
      progress.done(plan.forkSeconds(remaining.size()));
    }

    private void offerLoads(List<CaseResult> results) {
      if (measuring.loads().length == 0) {
        return;
      }
      if (logged.length < 3 || logged[0] == logged[logged.length - 1]) {
        notes.add("No open loop: the evaluated requests have no two different times.");
        return;
      }
      notes.arrivals(config, logged);
      for (CaseResult result : results) {
        offerLoads(result);
      }
    }

    private void offerLoads(CaseResult result) {
      CaseSpec spec = result.spec();
      List<Entrant> front = result.front();
      progress.step(spec.title() + ": open loop");
      double exactMean = result.latencies(result.exact()).mean();
      List<List<LoadTask.Offer>> offers = new ArrayList<>();
      for (Entrant entrant : front) {
        double mean =
            measuring.loadOf() == Measuring.LoadOf.EXACT
                ? exactMean
                : result.latencies(entrant).mean();
        List<LoadTask.Offer> own = new ArrayList<>();
        for (double load : measuring.loads()) {
          double perSecond = load * 1e9 / mean;
          double within = Math.max(1, measuring.loadSeconds() * perSecond);
          own.add(new LoadTask.Offer(perSecond, (int) Math.min(measuring.samples(), within)));
        }
        offers.add(own);
      }
      int open = histories(spec, front);
      LoadTask.Result served =
          forks.run(
              "the open loop of " + spec.title(),
              new LoadTask(
                  setting,
                  requests(spec),
                  spec,
                  front,
                  open,
                  measuring.warmUp(),
                  result.digests(),
                  offers,
                  logged,
                  seed(spec, "loads")),
              heap.bytes(spec, arms(front), open),
              LoadTask.Result.class);
      for (int e = 0; e < front.size(); e++) {
        for (int l = 0; l < measuring.loads().length; l++) {
          loads.add(
              load(
                  spec,
                  front.get(e),
                  measuring.loads()[l],
                  offers.get(e).get(l),
                  served.entrants().get(e).get(l)));
        }
      }
      progress.done(plan.loadSeconds(front.size()));
    }

    private SweepLoad load(
        CaseSpec spec, Entrant entrant, double load, LoadTask.Offer offer, LoadTask.Served served) {
      Latencies response = Latencies.decode(served.response());
      return new SweepLoad(
          assembly.key(spec, entrant),
          load,
          measuring.loadOf() == Measuring.LoadOf.EXACT
              ? SweepLoad.Capacity.EXACT
              : SweepLoad.Capacity.OWN,
          offer.perSecond(),
          response.samples(),
          PointAssembly.quantiles(response),
          PointAssembly.quantiles(Latencies.decode(served.service())),
          served.maxBacklog());
    }

    private String requests(CaseSpec spec) {
      return requestFiles.get(spec.historyLength()).toString();
    }
  }

  private long seed(CaseSpec spec, String purpose) {
    return UserHash.of(config.seed() + "/sweep/" + purpose + "/" + spec.title());
  }

  private SweepManifest manifest(
      SweepSetting setting,
      List<RunManifest.Codebook> codebooks,
      ForkFacts facts,
      Instant started) {
    Build build = new Build();
    RunManifest.Command command =
        RunManifest.Command.of(
            options.command().get(0),
            options.command().subList(1, options.command().size()),
            configuration());
    TreeMap<String, String> kinds = new TreeMap<>();
    for (ArmSpec arm : setting.arms()) {
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
        notes.list());
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
    configuration.put("model", plan.model() == null ? "" : plan.model().spec().digest());
    configuration.put("train-on", config.trainOn().name().toLowerCase(Locale.ROOT));
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
