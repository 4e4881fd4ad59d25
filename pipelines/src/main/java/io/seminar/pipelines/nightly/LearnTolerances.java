package io.seminar.pipelines.nightly;

import io.seminar.metrics.Metric;
import io.seminar.metrics.inference.HalfSplits;
import io.seminar.pipelines.comparison.Comparison;
import io.seminar.pipelines.comparison.LatencyCells;
import io.seminar.pipelines.comparison.RunHalves;
import io.seminar.pipelines.evaluation.HalvesOfUsers;
import io.seminar.reports.gate.Evidence;
import io.seminar.reports.gate.Gate;
import io.seminar.reports.gate.Measure;
import io.seminar.reports.gate.ToleranceStudy;
import io.seminar.reports.gate.Tolerances;
import io.seminar.reports.gate.Tolerances.LatencyTolerance;
import io.seminar.reports.gate.TolerancesFile;
import io.seminar.reports.html.ToleranceWriter;
import io.seminar.reports.store.CellsFile;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.ExclusiveLock;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.RunStore;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.arrow.Digests;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Tolerances learnt from A/A: the baseline system is replayed twice on a night's log. The metrics
 * of the two must be identical, their times are two timings of one system. Halves of the users
 * stand for nights on which nothing changed but the users ({@link UnchangedNights}), and the
 * night's own gate judges them. Where the candidate is another system it is replayed too, because a
 * paired margin depends on how differently the two treat each user.
 */
public final class LearnTolerances {
  /** How often the users are split: the 95 % point of so many is known to about one per cent. */
  static final int SPLITS = 500;

  private static final String CANDIDATE = "candidate";
  private static final String FIRST = "first";
  private static final String SECOND = "second";
  private static final int DIGITS = 8;

  private final Night.Options options;
  private final NightlyConfig config;
  private final RunStore store;
  private final String dataDigest;
  private final EvaluatedSystem system;
  private final String digest;
  private final boolean candidateDiffers;
  private final String id;
  private final Path work;

  /**
   * What came of it.
   *
   * @param page for people
   */
  public record Outcome(Tolerances tolerances, Path page) {}

  private LearnTolerances(Night.Options options) {
    this.options = options;
    this.config = options.config();
    this.store = RunStore.open(options.store());
    Dataset dataset = Dataset.open(config.data());
    this.dataDigest = dataset.digest();
    String candidate = SystemStore.digest(config.candidate(), dataset);
    Night.LastGood lastGood =
        config.baseline() == NightlyConfig.Baseline.LAST_GOOD
            ? Night.lastGood(store, dataDigest, options.say())
            : null;
    EvaluatedSystem baseline =
        lastGood == null
            ? config.baselineSystem()
            : new SystemStore(store.path()).open(lastGood.night().system());
    this.system = baseline == null ? config.candidate() : baseline;
    this.digest = baseline == null ? candidate : SystemStore.digest(baseline, dataset);
    this.candidateDiffers = !digest.equals(candidate);
    this.id =
        Night.day(dataset)
            + "-"
            + Digests.ofText(
                    String.join(
                        "\n", Night.configurationDigest(config), dataDigest, digest, candidate))
                .substring(0, DIGITS);
    this.work = store.path().resolve("work").resolve("calibration-" + id);
  }

  /**
   * Learns, or goes on with it; the result is in {@code calibration/ID} of the store.
   *
   * @throws DatasetException if the log, a system or the store cannot be used, or another night is
   *     at work in the store
   * @throws IllegalArgumentException if the configuration makes no sense for this log, or has no
   *     rule about a metric
   * @throws IllegalStateException if two replays of the same system differ in a metric
   */
  @SuppressWarnings("try") // the lock is held, not used
  public static Outcome run(Night.Options options) {
    Path folder = RunStore.open(options.store()).path();
    try (ExclusiveLock lock = ExclusiveLock.acquire(folder.resolve("nightly.lock"), Night.KIND)) {
      return new LearnTolerances(options).run();
    }
  }

  private Outcome run() {
    double rate = 1 - config.inference().level();
    ToleranceStudy study = new ToleranceStudy(quality(), rate, config.inference().level());
    RunFolder first = replayed(FIRST, system);
    RunFolder second = replayed(SECOND, system);
    List<Cell> cells = identical(first, second);
    List<Metric> metrics = Comparison.suite(first.manifest()).metrics();
    Set<String> wanted =
        config.gate().rules().stream()
            .map(rule -> rule.scope().metric())
            .collect(Collectors.toCollection(TreeSet::new));
    options.say().accept("splitting the users " + SPLITS + " times");
    HalvesOfUsers halves =
        RunHalves.of(first, new HalfSplits(config.seed(), SPLITS), wanted.contains("auc"), work);
    UnchangedNights nights = new UnchangedNights(first.manifest(), cells, halves, metrics, wanted);
    for (int night = 0; night < nights.count(); night++) {
      study.add(nights.evidence(night));
    }
    study.tonight(tonight(first, cells, metrics));
    Tolerances tolerances =
        new Tolerances(
            Tolerances.SCHEMA_VERSION,
            id,
            dataDigest,
            digest,
            config.seed(),
            rate,
            config.inference().level(),
            first.manifest().counts().users(),
            study.gate(),
            study.rules(),
            latencies(first, second),
            notes());
    Path folder = store.path().resolve("calibration").resolve(id);
    Path page = write(folder, tolerances);
    return new Outcome(tolerances, page);
  }

  /** The gate without rules about times, which halves of one replay say nothing of. */
  private Gate quality() {
    return new Gate(
        config.gate().counts(),
        config.gate().rules().stream()
            .filter(rule -> !LatencyCells.isTime(rule.scope().metric()))
            .toList(),
        config.gate().firstRun());
  }

  private RunFolder replayed(String name, EvaluatedSystem replayed) {
    Path out = work.resolve(name);
    if (Files.exists(out)) {
      return RunFolder.open(out);
    }
    try {
      Files.createDirectories(work);
    } catch (IOException e) {
      throw new DatasetException("cannot work in " + work + ": " + e, e);
    }
    options.say().accept("replay " + name + ": " + replayed.arms());
    return Night.replay(options, replayed, out);
  }

  /** The cells of both runs. */
  private static List<Cell> identical(RunFolder first, RunFolder second) {
    List<Cell> ours = CellsFile.read(first.cellsFile());
    List<Cell> theirs = CellsFile.read(second.cellsFile());
    for (int i = 0; i < Math.max(ours.size(), theirs.size()); i++) {
      Cell a = i < ours.size() ? ours.get(i) : null;
      Cell b = i < theirs.size() ? theirs.get(i) : null;
      if (a == null || !a.equals(b)) {
        throw new IllegalStateException(
            "two replays of the same system differ: found " + b + ", expected " + a);
      }
    }
    return ours;
  }

  /** Candidate and baseline as the night would see them; without a comparison where they agree. */
  private Evidence tonight(RunFolder baseline, List<Cell> cells, List<Metric> metrics) {
    List<Measure> measures = Measure.of(metrics);
    if (!candidateDiffers) {
      return Evidence.withoutBaseline(
          baseline.manifest(), cells, "candidate and baseline are the same system", measures);
    }
    RunFolder candidate = replayed(CANDIDATE, config.candidate());
    return Evidence.compared(
        candidate.manifest(),
        CellsFile.read(candidate.cellsFile()),
        new Evidence.Baseline(
            baseline.manifest(),
            Night.judged(
                Night.compare(
                    options,
                    work.resolve(CANDIDATE),
                    work.resolve(FIRST),
                    work.resolve("comparison")))),
        measures);
  }

  private List<LatencyTolerance> latencies(RunFolder first, RunFolder second) {
    List<LatencyTolerance> latencies = new ArrayList<>();
    for (Cell cell : LatencyCells.of(second, first, config.inference(), config.seed())) {
      double furthest = Math.max(Math.abs(cell.differenceLow()), Math.abs(cell.differenceHigh()));
      boolean defined = furthest > 0;
      latencies.add(
          new LatencyTolerance(
              cell.arm(),
              cell.metric(),
              cell.value(),
              cell.difference(),
              cell.differenceLow(),
              cell.differenceHigh(),
              defined ? ToleranceStudy.roundedMargin(furthest) : Double.NaN,
              defined ? null : cell.reason() == null ? "nothing was timed" : cell.reason()));
    }
    return latencies;
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    notes.add(
        "System "
            + digest.substring(0, DIGITS)
            + " was replayed twice; every metric was the same.");
    if (!candidateDiffers) {
      notes.add(
          "Candidate and baseline are the same system: they agree in every user, so there is no"
              + " paired error, and margins against the baseline run are those of other users.");
    }
    notes.add(
        "Intervals of alarm rates cover how many splits were drawn of this log's users, not other"
            + " logs.");
    return notes;
  }

  private Path write(Path folder, Tolerances tolerances) {
    try {
      Files.createDirectories(folder.getParent());
      Path page = ToleranceWriter.write(folder, tolerances);
      TolerancesFile.write(folder.resolve(TolerancesFile.FILE_NAME), tolerances);
      Publication.deleteTree(work);
      return page;
    } catch (IOException e) {
      throw new DatasetException("cannot write " + folder + ": " + e, e);
    }
  }
}
