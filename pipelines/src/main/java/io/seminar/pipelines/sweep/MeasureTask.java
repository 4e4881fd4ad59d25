package io.seminar.pipelines.sweep;

import io.seminar.attention.retrieval.Cost;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Measures the entrants of a case, all in one JVM: checks that they answer as they did when their
 * fidelity was taken, warms up, takes service times, then the stages in a pass of its own, and
 * checks again.
 *
 * @param setting what to open
 * @param requestsFile requests with histories of the case's length
 * @param spec the case
 * @param entrants those that are measured
 * @param histories of the file that are open together
 * @param limits when it ends
 * @param digests of what every arm kept of every request, by its name
 * @param seed of the order of the rounds
 */
record MeasureTask(
    SweepSetting setting,
    String requestsFile,
    CaseSpec spec,
    List<Entrant> entrants,
    int histories,
    ClosedLoop.Limits limits,
    Map<String, long[]> digests,
    long seed)
    implements ForkTask<MeasureResult> {
  /** A stage pass takes about this long an entrant, and at least one round. */
  private static final long STAGE_NANOS = 200_000_000;

  private static final int STAGE_ROUNDS = 50;

  @Override
  public MeasureResult run() {
    Pinning pinning = Pinning.ofThisThread();
    try (SweepModels models = new SweepModels(setting)) {
      Lineup lineup =
          new Lineup(
              models, setting, spec, entrants, RequestsFile.read(Path.of(requestsFile), histories));
      lineup.open();
      lineup.check(digests);
      Rounds rounds =
          new Rounds(lineup.contenders(), seed, System::nanoTime, Allocation.ofThisThread());
      ClosedLoop loop = new ClosedLoop(rounds, limits, System::nanoTime);
      loop.warmUp();
      long preempted = Pinning.preemptions();
      long start = System.nanoTime();
      loop.measure();
      double seconds = (System.nanoTime() - start) / 1e9;
      double preemptions =
          preempted < 0 ? Double.NaN : (Pinning.preemptions() - preempted) / seconds;
      List<MeasureResult.EntrantResult> results = new ArrayList<>();
      for (int e = 0; e < entrants.size(); e++) {
        results.add(result(loop, e, lineup.contenders()[e]));
      }
      lineup.check(digests);
      if (Float.isNaN(rounds.consumed())) {
        throw new SweepException("outputs add up to NaN, expected numbers");
      }
      return new MeasureResult(results, ForkFacts.current(pinning, preemptions));
    }
  }

  private MeasureResult.EntrantResult result(ClosedLoop loop, int e, Contender[] requests) {
    Cost timed = new Cost(true);
    LongSupplier allocated = Allocation.ofThisThread();
    long attention = 0;
    int answers = 0;
    long start = System.nanoTime();
    long bytes = allocated.getAsLong();
    for (int round = 0; round < STAGE_ROUNDS; round++) {
      for (Contender request : requests) {
        attention += request.answerTimed(timed);
        answers++;
      }
      if (System.nanoTime() - start > STAGE_NANOS) {
        break;
      }
    }
    bytes = allocated.getAsLong() - bytes;
    double[] stages = new double[Cost.Stage.values().length];
    for (Cost.Stage stage : Cost.Stage.values()) {
      stages[stage.ordinal()] = (double) timed.nanos(stage) / answers;
    }
    // By now the code is compiled: the index is built once more, as a server would.
    long build = requests[0].open();
    long indexBytes = requests[0].indexBytes();
    return new MeasureResult.EntrantResult(
        loop.latencies(e).encode(),
        loop.warmUpRequests(),
        loop.settling(e).variation(),
        loop.settling(e).settled(),
        (double) bytes / answers,
        stages,
        (double) attention / answers,
        (double) timed.bytesRead() / answers,
        (double) timed.scanned() / answers,
        (double) timed.reranked() / answers,
        (double) build / spec.historyLength(),
        (double) indexBytes / spec.historyLength());
  }
}
