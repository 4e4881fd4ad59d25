package io.seminar.pipelines.nightly;

import io.seminar.attention.quantization.CodebookException;
import io.seminar.pipelines.arms.Arms;
import io.seminar.pipelines.comparison.Comparison;
import io.seminar.pipelines.comparison.LatencyCells;
import io.seminar.pipelines.replay.Replay;
import io.seminar.pipelines.runner.Runner;
import io.seminar.reports.compare.Cause;
import io.seminar.reports.compare.CauseFinder;
import io.seminar.reports.compare.ProvenanceDiff;
import io.seminar.reports.compare.RunComparison;
import io.seminar.reports.gate.Evidence;
import io.seminar.reports.gate.GateFile;
import io.seminar.reports.gate.GateReport;
import io.seminar.reports.gate.JUnitFile;
import io.seminar.reports.gate.MarkdownFile;
import io.seminar.reports.gate.Measure;
import io.seminar.reports.gate.Verdict;
import io.seminar.reports.html.ComparisonWriter;
import io.seminar.reports.html.NightReport;
import io.seminar.reports.html.NightReportWriter;
import io.seminar.reports.html.ReportWriter;
import io.seminar.reports.html.TrendWriter;
import io.seminar.reports.store.CellsFile;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.ComparisonFolder;
import io.seminar.reports.store.ComparisonManifest;
import io.seminar.reports.store.ExclusiveLock;
import io.seminar.reports.store.NightManifest;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.RunManifest;
import io.seminar.reports.store.RunStore;
import io.seminar.reports.store.StoredRun;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.arrow.Digests;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A night from data checks to the store: the candidate and the baseline system are replayed on the
 * same log, compared user by user, judged by the gate, reported and stored.
 *
 * <p>Its name is made of the day of the log and of a digest of log, systems and configuration, and
 * its steps leave folders that appear when they are complete. So a night that was killed goes on
 * with the first step that is not done, and its result is that of a night that was not; a night
 * that is in the store is not run again.
 */
public final class Night {
  /** Name of the verdict for CI systems, in the folder of a night. */
  public static final String JUNIT = "junit.xml";

  /** Name of the verdict for people, likewise. */
  public static final String SUMMARY = "summary.md";

  static final String KIND = "nightly";
  private static final String CANDIDATE = "candidate";
  private static final String BASELINE = "baseline";
  private static final String COMPARISON = "comparison";
  private static final String REPORT = "report";
  private static final int DIGITS = 8;

  private final Options options;
  private final NightlyConfig config;
  private final RunStore store;
  private final SystemStore systems;
  private final Dataset dataset;
  private final String system;
  private final LastGood lastGood; // null: there is none, or none is asked for
  private final EvaluatedSystem baseline; // null: there is none
  private final String baselineDigest; // null with it
  private final String unusable; // why there is none though one was asked for; null otherwise
  private final String id;
  private final Path work;
  private final List<NightManifest.Step> steps = new ArrayList<>();

  /**
   * How a night is run.
   *
   * @param config what it does
   * @param store folder of the runs
   * @param runner that runs its pipelines
   * @param parallelism of the runner, at least 1
   * @param beamOptions Beam's own options
   * @param quiet no progress on the terminal
   * @param command how it is recorded: name and arguments as typed
   * @param say is told what happens, a line each
   */
  public record Options(
      NightlyConfig config,
      Path store,
      Runner runner,
      int parallelism,
      List<String> beamOptions,
      boolean quiet,
      List<String> command,
      Consumer<String> say) {
    /** How a night replays a system of its log. */
    public Replay.Options replay(EvaluatedSystem system, Path out) {
      return new Replay.Options(
          config.data(),
          out,
          false,
          system.models(),
          system.arms(),
          system.codebooks(),
          system.reference(),
          config.scoring(),
          config.pageAt(),
          config.coldBelow(),
          config.splitTime(),
          config.inference(),
          config.seed(),
          config.strict(),
          Arms.CPU,
          runner,
          parallelism,
          beamOptions,
          quiet,
          command);
    }
  }

  /**
   * What came of it.
   *
   * @param folder in the store
   * @param report the gate's
   * @param trend page over all nights of the store
   */
  public record Outcome(Path folder, GateReport report, Path trend) {
    /** The page of the night. */
    public Path page() {
      return folder.resolve(REPORT).resolve("index.html");
    }
  }

  /** The last night that passed. */
  record LastGood(NightManifest night, Path folder) {}

  private Night(Options options) {
    this.options = options;
    this.config = options.config();
    this.store = RunStore.open(options.store());
    this.systems = new SystemStore(store.path());
    this.dataset = Dataset.open(config.data());
    this.system = SystemStore.digest(config.candidate(), dataset);
    this.lastGood =
        config.baseline() == NightlyConfig.Baseline.LAST_GOOD
            ? lastGood(store, dataset.digest(), options.say())
            : null;
    EvaluatedSystem other = null;
    String otherDigest = null;
    String problem = null;
    try {
      if (lastGood != null) {
        otherDigest = lastGood.night.system();
        other = systems.open(otherDigest);
      } else if (config.baselineSystem() != null) {
        otherDigest = SystemStore.digest(config.baselineSystem(), dataset);
        other = config.baselineSystem();
      }
    } catch (CodebookException | DatasetException e) {
      problem = cannotBeReplayed(e);
    }
    this.baseline = other;
    this.baselineDigest = otherDigest;
    this.unusable = problem;
    this.id = id();
    this.work = store.path().resolve("work").resolve(id);
  }

  /**
   * Runs a night, or goes on with it.
   *
   * @throws DatasetException if the log, a system or the store cannot be used, or another night is
   *     at work in the store
   * @throws CodebookException if a codebook of the candidate cannot be used
   * @throws IllegalArgumentException if the configuration makes no sense for this log
   */
  @SuppressWarnings("try") // the lock is held, not used
  public static Outcome run(Options options) {
    RunStore store = RunStore.open(options.store());
    try (ExclusiveLock lock = ExclusiveLock.acquire(store.path().resolve("nightly.lock"), KIND)) {
      return new Night(options).run();
    }
  }

  /** What would be done, a line each. */
  public static List<String> describe(Options options) {
    return new Night(options).describe();
  }

  private String id() {
    String digest =
        Digests.ofText(
            String.join(
                "\n",
                configurationDigest(),
                dataset.digest(),
                system,
                baselineDigest == null ? "" : baselineDigest));
    return day(dataset) + "-" + digest.substring(0, DIGITS);
  }

  private String configurationDigest() {
    return configurationDigest(config);
  }

  static String configurationDigest(NightlyConfig config) {
    return RunManifest.Command.of(KIND, List.of(), config.configuration()).configurationDigest();
  }

  /** The day of a log's end, UTC. */
  static String day(Dataset dataset) {
    var time = dataset.descriptor().time();
    Instant day = Instant.ofEpochMilli(time == null ? 0 : time.last());
    return DateTimeFormatter.ofPattern("yyyyMMdd").withZone(ZoneOffset.UTC).format(day);
  }

  /** The latest night that passed on another log than this one; what is damaged is passed over. */
  static LastGood lastGood(RunStore store, String dataDigest, Consumer<String> say) {
    RunStore.Listing listing = store.list();
    listing.skipped().forEach(skipped -> say.accept("skipped " + skipped));
    List<StoredRun> runs = listing.runs();
    for (int i = runs.size() - 1; i >= 0; i--) {
      StoredRun run = runs.get(i);
      if (run.kind().equals(KIND)
          && Verdict.PASS.name().equals(run.verdict())
          && !run.dataDigest().equals(dataDigest)) {
        Path folder = store.runFolder(run.runId());
        try {
          return new LastGood(NightManifest.read(folder.resolve(NightManifest.FILE_NAME)), folder);
        } catch (DatasetException e) {
          say.accept("skipped " + folder + ": " + e.getMessage());
        }
      }
    }
    return null;
  }

  private List<String> describe() {
    List<String> lines = new ArrayList<>();
    lines.add("night " + id + " in " + store.path());
    if (store.contains(id)) {
      lines.add("it is in the store already: nothing would be done");
      return lines;
    }
    lines.add(
        "log "
            + config.data()
            + ": "
            + dataset.descriptor().counts().users()
            + " users, "
            + dataset.descriptor().counts().requests()
            + " requests");
    lines.add("keep system " + system.substring(0, DIGITS));
    lines.add(todo(CANDIDATE) + " candidate: " + config.candidate().arms());
    if (unusable != null) {
      lines.add(unusable);
    } else if (baseline == null) {
      lines.add(
          config.baseline() == NightlyConfig.Baseline.NONE
              ? "no baseline, as the configuration says"
              : "no baseline yet: a first run");
    } else {
      lines.add(
          todo(BASELINE)
              + " baseline, system "
              + baselineDigest.substring(0, DIGITS)
              + (lastGood == null ? "" : " of night " + lastGood.night.nightId())
              + ": "
              + baseline.arms());
      lines.add("compare them");
    }
    lines.add(
        "judge by "
            + config.gate().counts().size()
            + " counts and "
            + config.gate().rules().size()
            + " rules; report; store");
    return lines;
  }

  private String todo(String run) {
    return Files.exists(work.resolve(run)) ? "already replayed:" : "replay";
  }

  private Outcome run() {
    if (!store.contains(id) && Files.isDirectory(store.runFolder(id))) {
      // An earlier attempt was killed after the folder's move: only the entry is left to make.
      Path folder = store.runFolder(id);
      store(
          RunFolder.open(folder.resolve(CANDIDATE)),
          GateFile.read(folder.resolve(GateFile.FILE_NAME)));
    }
    if (store.contains(id)) {
      Path folder = store.runFolder(id);
      options.say().accept("night " + id + " is in the store already");
      return new Outcome(
          folder,
          GateFile.read(folder.resolve(GateFile.FILE_NAME)),
          TrendWriter.write(store, store.path().resolve("trend")));
    }
    Instant started = begin();
    timed("keep system", () -> systems.keep(config.candidate(), system));
    RunFolder candidate = replay(CANDIDATE, config.candidate());
    Evidence evidence = evidence(candidate);
    GateReport report = config.gate().judge(evidence);
    List<Cause> causes = causes(report, candidate);
    timed("judge", () -> write(report, causes));
    timed("report", () -> report(report, causes, candidate, evidence));
    finish(report, started);
    Path stored = store(candidate, report);
    Path trend = TrendWriter.write(store, store.path().resolve("trend"));
    return new Outcome(stored, report, trend);
  }

  /** The folder of the night's work, without what a killed step left half-written. */
  private Instant begin() {
    Path file = work.resolve(".started");
    try {
      Files.createDirectories(work);
      try (Stream<Path> left = Files.list(work)) {
        for (Path path : (Iterable<Path>) left::iterator) {
          if (path.getFileName().toString().contains(".partial-")) {
            Publication.deleteTree(path);
          }
        }
      }
      if (Files.exists(file)) {
        options.say().accept("night " + id + " goes on where it was left");
        return Instant.parse(Files.readString(file).strip());
      }
      Instant now = Instant.now();
      Path temporary = Publication.temporaryBeside(file);
      Files.writeString(temporary, now.toString());
      Publication.publish(temporary, file, false);
      return now;
    } catch (IOException e) {
      throw new DatasetException("cannot work in " + work + ": " + e, e);
    }
  }

  private void timed(String name, Runnable step) {
    long start = System.nanoTime();
    step.run();
    steps.add(new NightManifest.Step(name, (System.nanoTime() - start) / 1e9, false));
  }

  private <T> T done(String name, Supplier<T> result) {
    steps.add(new NightManifest.Step(name, 0, true));
    return result.get();
  }

  private RunFolder replay(String name, EvaluatedSystem replayed) {
    Path out = work.resolve(name);
    if (Files.exists(out)) {
      return done("replay " + name, () -> RunFolder.open(out));
    }
    timed("replay " + name, () -> replay(options, replayed, out));
    return RunFolder.open(out);
  }

  /** Replays a system on the night's log. */
  static RunFolder replay(Options options, EvaluatedSystem system, Path out) {
    return Replay.run(options.replay(system, out));
  }

  private Evidence evidence(RunFolder candidate) {
    List<Measure> measures = Comparison.measures(candidate.manifest());
    List<Cell> cells = CellsFile.read(candidate.cellsFile());
    if (unusable != null) {
      return Evidence.withoutBaseline(
          candidate.manifest(), with(cells, latencies(candidate, null)), unusable, measures);
    }
    if (baseline == null) {
      cells = with(cells, latencies(candidate, null));
      return config.baseline() == NightlyConfig.Baseline.NONE
          ? Evidence.withoutBaseline(
              candidate.manifest(), cells, "the configuration names no baseline", measures)
          : Evidence.firstRun(candidate.manifest(), cells, measures);
    }
    RunFolder other;
    try {
      other = replay(BASELINE, baseline);
    } catch (CodebookException | DatasetException e) {
      // The candidate has been replayed on this log, so it is the baseline that does not fit it.
      return Evidence.withoutBaseline(
          candidate.manifest(),
          with(cells, latencies(candidate, null)),
          cannotBeReplayed(e),
          measures);
    }
    ComparisonFolder comparison = compare();
    List<Cell> latencies = latencies(candidate, other);
    return Evidence.compared(
        candidate.manifest(),
        with(cells, latencies),
        new Evidence.Baseline(other.manifest(), with(judged(comparison), latencies)),
        measures);
  }

  private static String cannotBeReplayed(RuntimeException e) {
    return "the baseline cannot be replayed: " + e.getMessage();
  }

  /** Times a page, kept beside the comparison: unlike its cells they depend on the clock. */
  private List<Cell> latencies(RunFolder candidate, RunFolder other) {
    Path file = work.resolve(LatencyCells.FILE_NAME);
    if (!Files.exists(file)) {
      timed(
          "time",
          () ->
              CellsFile.write(
                  file, LatencyCells.of(candidate, other, config.inference(), config.seed())));
    }
    return CellsFile.read(file);
  }

  private static List<Cell> with(List<Cell> cells, List<Cell> more) {
    List<Cell> all = new ArrayList<>(cells);
    all.addAll(more);
    return all;
  }

  private ComparisonFolder compare() {
    Path out = work.resolve(COMPARISON);
    if (Files.exists(out)) {
      return done("compare", () -> ComparisonFolder.open(out));
    }
    timed("compare", () -> compare(options, work.resolve(CANDIDATE), work.resolve(BASELINE), out));
    return ComparisonFolder.open(out);
  }

  /** Compares two replays of the night's log. */
  static ComparisonFolder compare(Options options, Path candidate, Path baseline, Path out) {
    return Comparison.run(
        new Comparison.Options(
            candidate,
            baseline,
            out,
            false,
            options.config().inference(),
            options.config().seed(),
            options.runner(),
            options.parallelism(),
            options.beamOptions(),
            options.command()));
  }

  /** The comparison's cells of the candidate's arms. */
  static List<Cell> judged(ComparisonFolder comparison) {
    return CellsFile.read(comparison.cellsFile()).stream()
        .filter(cell -> !cell.arm().startsWith(ComparisonManifest.BASELINE))
        .toList();
  }

  /** What differs from the last good night, if this one failed; the likeliest cause first. */
  private List<Cause> causes(GateReport report, RunFolder candidate) {
    if (report.verdict() != Verdict.FAIL || lastGood == null) {
      return List.of();
    }
    RunManifest before =
        RunManifest.read(lastGood.folder.resolve(CANDIDATE).resolve(RunManifest.FILE_NAME));
    return CauseFinder.find(
        ProvenanceDiff.of(before, candidate.manifest()), report.findings(Verdict.FAIL));
  }

  private void write(GateReport report, List<Cause> causes) {
    GateFile.write(work.resolve(GateFile.FILE_NAME), report);
    JUnitFile.write(work.resolve(JUNIT), report);
    boolean explained = report.verdict() == Verdict.FAIL && lastGood != null;
    MarkdownFile.write(
        work.resolve(SUMMARY), report, explained ? CauseFinder.sentences(causes) : List.of());
  }

  private void report(
      GateReport report, List<Cause> causes, RunFolder candidate, Evidence evidence) {
    List<NightReport.Link> links = new ArrayList<>();
    ReportWriter.write(candidate);
    links.add(
        new NightReport.Link("The candidate's run", "../" + CANDIDATE + "/report/index.html"));
    if (evidence.baseline() != null) {
      RunFolder other = RunFolder.open(work.resolve(BASELINE));
      ReportWriter.write(other);
      ComparisonWriter.write(
          work.resolve(COMPARISON).resolve(REPORT),
          new RunComparison(
              other.manifest(),
              candidate.manifest(),
              judged(ComparisonFolder.open(work.resolve(COMPARISON))),
              Comparison.suite(candidate.manifest()).all()));
      links.add(
          new NightReport.Link(
              "Compared with the baseline", "../" + COMPARISON + "/report/index.html"));
      links.add(
          new NightReport.Link("The baseline's run", "../" + BASELINE + "/report/index.html"));
    }
    RunManifest manifest = candidate.manifest();
    NightReportWriter.write(
        work.resolve(REPORT),
        new NightReport(
            "Night " + id,
            manifest.data().path()
                + ", "
                + manifest.counts().users()
                + " users, "
                + manifest.counts().requests()
                + " requests; "
                + manifest.execution().started()
                + " on "
                + manifest.machine().cpu(),
            report,
            lastGood == null ? null : lastGood.night.nightId(),
            causes,
            links,
            List.of()));
  }

  private void finish(GateReport report, Instant started) {
    new NightManifest(
            NightManifest.SCHEMA_VERSION,
            id,
            configurationDigest(),
            dataset.digest(),
            system,
            baselineDigest,
            lastGood == null ? null : lastGood.night.nightId(),
            report.verdict().name(),
            report.firstRun(),
            started,
            Instant.now(),
            steps)
        .write(work.resolve(NightManifest.FILE_NAME));
  }

  private Path store(RunFolder candidate, GateReport report) {
    StoredRun run =
        StoredRun.of(candidate.manifest(), id, KIND, report.verdict().name(), report.baseline());
    return store.add(work, run);
  }
}
