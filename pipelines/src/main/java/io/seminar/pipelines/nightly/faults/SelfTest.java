package io.seminar.pipelines.nightly.faults;

import io.seminar.attention.quantization.CodebookException;
import io.seminar.metrics.MetricSuite;
import io.seminar.pipelines.comparison.Comparison;
import io.seminar.pipelines.evaluation.Inference;
import io.seminar.pipelines.nightly.EvaluatedSystem;
import io.seminar.pipelines.nightly.Night;
import io.seminar.pipelines.nightly.NightlyConfig;
import io.seminar.pipelines.nightly.SystemStore;
import io.seminar.pipelines.replay.Replay;
import io.seminar.reports.gate.Finding;
import io.seminar.reports.gate.GateReport;
import io.seminar.reports.store.CellsFile;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.ExclusiveLock;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.RunManifest;
import io.seminar.reports.store.RunStore;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Modality;
import io.seminar.sessions.arrow.Digests;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * Tests the gate of a night: the candidate is replayed once and is its own baseline; faults are
 * planted into what it left, or into copies of it that are replayed; and the gate judges each as it
 * judges a night.
 *
 * <p>Every fault is judged on the whole log, and on random halves of its users, which shows how
 * surely it is caught: a half is drawn by a coin a user, so the power is that of a log of half as
 * many users, and halves of one log overlap, so a rate's interval speaks of this log and not of
 * others like it. The same is done with no fault at all, and with candidate and baseline exchanged
 * for half of the users of a fault, which makes them differ with neither the worse one: the share
 * that fails is the rate of false alarms.
 *
 * <p>Replays stay in the store's work folder until the self-test is done, so one that was killed
 * does not replay again.
 */
public final class SelfTest {
  private static final String KIND = "self-test";
  private static final int DIGITS = 8;
  private static final int WHOLE = -1;

  private final Night.Options night;
  private final NightlyConfig config;
  private final int halves;
  private final Dataset dataset;
  private final String id;
  private final Path out;
  private final Path work;
  private final FaultedRun runs;
  private final Judge judge;
  private final Map<Fault, Tally> tallies = new LinkedHashMap<>();
  private final Map<Fault, Moved> moved = new LinkedHashMap<>();
  private final Map<Fault, RunFolder> replayed = new LinkedHashMap<>();
  private final Map<Fault, FaultResult> notTried = new LinkedHashMap<>();

  private SelfTest(Night.Options night, int halves) {
    if (halves < 1) {
      throw new IllegalArgumentException("halves: found " + halves + ", expected at least 1");
    }
    this.night = night;
    this.config = night.config();
    this.halves = halves;
    this.dataset = Dataset.open(config.data());
    this.id = id();
    Path store = RunStore.open(night.store()).path();
    this.out = store.resolve(KIND).resolve(id);
    this.work = store.resolve("work").resolve(KIND + "-" + id);
    Inference usual = config.inference();
    // No verdict depends on a p-value, and sign flips are what takes longest.
    Inference inference =
        new Inference(usual.replicates(), usual.groups(), 0, usual.interval(), usual.level());
    this.runs = new FaultedRun(night, inference);
    this.judge = new Judge(night, inference);
  }

  /**
   * What came of it.
   *
   * @param folder in the store, with the report's files
   * @param report the same
   */
  public record Outcome(Path folder, SelfTestReport report) {}

  /**
   * Tests.
   *
   * @param night as it would be run; its baseline is not looked at
   * @param halves of the users that each fault is judged on, at least 1
   * @throws DatasetException if the log, the candidate or the store cannot be used, or a night is
   *     at work in the store
   * @throws CodebookException if a codebook of the candidate cannot be used
   */
  @SuppressWarnings("try") // the lock is held, not used
  public static Outcome run(Night.Options night, int halves) {
    Path store = RunStore.open(night.store()).path();
    try (ExclusiveLock lock = ExclusiveLock.acquire(store.resolve("nightly.lock"), KIND)) {
      return new SelfTest(night, halves).run();
    }
  }

  private String id() {
    String digest =
        Digests.ofText(
            String.join(
                "\n",
                config.configuration().toString(),
                dataset.digest(),
                SystemStore.digest(config.candidate(), dataset)));
    var time = dataset.descriptor().time();
    Instant day = Instant.ofEpochMilli(time == null ? 0 : time.last());
    return DateTimeFormatter.ofPattern("yyyyMMdd").withZone(ZoneOffset.UTC).format(day)
        + "-"
        + digest.substring(0, DIGITS);
  }

  private Outcome run() {
    create(work);
    RunFolder candidate = replay("candidate", config.candidate());
    GateReport untouched = judge.judge(candidate, candidate, work).report();
    UsualFaults usual =
        new UsualFaults(
            arm(candidate.manifest(), untouched), slice(candidate), modality(), config.seed());
    Untouched nothing = new Untouched();
    ExchangedFault exchanged = new ExchangedFault(usual.noise(), true, config.seed());
    List<Fault> planned = new ArrayList<>(List.of(nothing, exchanged));
    planned.addAll(usual.all());
    for (Fault fault : planned) {
      prepare(fault, candidate);
    }
    for (int half = WHOLE; half < halves; half++) {
      night.say().accept(half == WHOLE ? "judge faults" : "half " + (half + 1) + " of " + halves);
      round(half, candidate);
    }
    long users = candidate.manifest().counts().users();
    List<FaultResult> results = planned.stream().map(fault -> result(fault, users)).toList();
    SelfTestReport report =
        new SelfTestReport(
            id,
            users,
            halves,
            config.seed(),
            results.subList(0, 2),
            results.subList(2, results.size()));
    report.write(out);
    delete(work);
    return new Outcome(out, report);
  }

  /** The arm that most rules are about and that retrieves; the first where there is none. */
  private static String arm(RunManifest run, GateReport untouched) {
    String most = run.evaluation().arms().get(0).name();
    long rules = -1;
    for (RunManifest.Arm arm : run.evaluation().arms()) {
      if (arm.kept() == 0 || arm.name().equals(run.evaluation().baseline())) {
        continue;
      }
      long about =
          untouched.findings().stream().map(Finding::arm).filter(arm.name()::equals).count();
      if (about > rules) {
        rules = about;
        most = arm.name();
      }
    }
    return most;
  }

  /** Searches, or browsing where nobody searches. */
  private static String slice(RunFolder run) {
    boolean searches =
        CellsFile.read(run.cellsFile()).stream()
            .anyMatch(cell -> cell.slice().equals("scenario=PSR"));
    return searches ? "scenario=PSR" : "scenario=CTR";
  }

  /** Images, or the last modality where there are none. */
  private String modality() {
    List<String> names =
        dataset.descriptor().schema().modalities().stream().map(Modality::name).toList();
    return names.contains("image") || names.isEmpty() ? "image" : names.get(names.size() - 1);
  }

  /** Replays what must be replayed, and finds out what cannot be tried. */
  private void prepare(Fault fault, RunFolder candidate) {
    if (fault instanceof AddedTime time && !judge.judgesTimes()) {
      notTried.put(
          fault,
          FaultResult.notTried(
              fault,
              "no rule is about a time",
              "It takes a limit or a margin on the time that " + time.arm() + " retrieves for."));
    } else if (fault instanceof DroppedRecall recall && !retrieves(candidate, recall.arm())) {
      notTried.put(fault, FaultResult.notTried(fault, "no arm but the reference retrieves", null));
    } else if (fault instanceof SystemFault system) {
      prepare(system);
    }
    if (!notTried.containsKey(fault)) {
      tallies.put(fault, new Tally());
    }
  }

  private void prepare(SystemFault fault) {
    String obstacle = fault.obstacle(config.candidate());
    if (obstacle == null) {
      try {
        Path folder = work.resolve("system-" + fault.key());
        create(folder);
        replayed.put(
            fault, replay("replay-" + fault.key(), fault.plant(config.candidate(), folder)));
        return;
      } catch (CodebookException | DatasetException e) {
        obstacle = "the system with the fault cannot be replayed: " + e.getMessage();
      }
    }
    notTried.put(fault, FaultResult.notTried(fault, obstacle, null));
  }

  private static boolean retrieves(RunFolder run, String arm) {
    return run.manifest().evaluation().arms().stream()
        .anyMatch(a -> a.name().equals(arm) && a.kept() > 0);
  }

  /** Judges every fault on one half of the users, or on all. */
  private void round(int half, RunFolder candidate) {
    LongPredicate users = half == WHOLE ? user -> true : half(config.seed(), half);
    Path folder = work.resolve("round");
    RunFolder untouched =
        runs.write(candidate, new Untouched(), users, folder.resolve("untouched"));
    GateReport without = judge.judge(untouched, untouched, folder).report();
    for (Map.Entry<Fault, Tally> entry : tallies.entrySet()) {
      Fault fault = entry.getKey();
      GateReport with =
          fault instanceof Untouched
              ? without
              : judge(fault, half, users, candidate, untouched, folder);
      if (half == WHOLE) {
        entry.getValue().whole(with, without);
      } else {
        entry.getValue().half(with, without);
      }
    }
    delete(folder);
  }

  private GateReport judge(
      Fault fault,
      int half,
      LongPredicate users,
      RunFolder candidate,
      RunFolder untouched,
      Path folder) {
    Path faulty = folder.resolve("faulty");
    RunFolder with;
    RunFolder baseline;
    if (fault instanceof ExchangedFault exchanged) {
      long coins = config.seed() + half;
      OutcomesFault ours = new ExchangedFault(exchanged.fault(), true, coins);
      OutcomesFault theirs = new ExchangedFault(exchanged.fault(), false, coins);
      with = runs.write(candidate, ours, users, faulty);
      baseline = runs.write(candidate, theirs, users, folder.resolve("other"));
    } else if (fault instanceof OutcomesFault outcomes) {
      with = runs.write(candidate, outcomes, users, faulty);
      baseline = outcomes.reach() == Fault.Reach.LOG ? with : untouched;
    } else {
      with = runs.write(replayed.get(fault), new Untouched(), users, faulty);
      baseline = untouched;
    }
    Judge.Judged judged = judge.judge(with, baseline, folder);
    if (half == WHOLE && with.manifest().counts().equals(untouched.manifest().counts())) {
      List<Cell> against =
          baseline == untouched ? judged.cells() : judge.compare(with, untouched, folder);
      moved.put(fault, Moved.most(against, suite(candidate)));
    }
    return judged.report();
  }

  private static MetricSuite suite(RunFolder run) {
    return Comparison.suite(run.manifest());
  }

  /** A half of the users: a fair coin each. */
  static LongPredicate half(long seed, int half) {
    return user -> (FaultHash.of(seed, FaultHash.Purpose.HALF, user, half) & 1) == 0;
  }

  private FaultResult result(Fault fault, long users) {
    if (notTried.containsKey(fault)) {
      return notTried.get(fault);
    }
    Moved most = moved.get(fault);
    String rule = most == null ? null : most.rule(fault.reach());
    if (fault instanceof DuplicatedLog) {
      rule = "expect: {users: {at-most: " + users * 3 / 2 + "}}"; // half-way to what came in
    }
    return tallies.get(fault).result(fault, most == null ? null : most.words(), rule);
  }

  private RunFolder replay(String name, EvaluatedSystem system) {
    Path folder = work.resolve(name);
    if (!Files.exists(folder)) {
      night.say().accept("replay " + name);
      Replay.run(night.replay(system, folder));
    }
    return RunFolder.open(folder);
  }

  private static void create(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new DatasetException("cannot work in " + folder + ": " + e, e);
    }
  }

  private static void delete(Path folder) {
    try {
      Publication.deleteTree(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }
}
