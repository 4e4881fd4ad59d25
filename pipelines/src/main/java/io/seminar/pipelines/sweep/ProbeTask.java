package io.seminar.pipelines.sweep;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known of a case before it is measured: how faithful every arm is, on all requests, and
 * about how fast every entrant is, on the first of them.
 *
 * @param setting what to open
 * @param requestsFile requests with histories of the case's length
 * @param spec the case
 * @param entrants of the case
 * @param probed requests that the probe asks, at most
 * @param warmUp of the probe, the same as that of measuring
 * @param threads that fidelity is taken on
 * @param seed of the order in the probe
 */
record ProbeTask(
    SweepSetting setting,
    String requestsFile,
    CaseSpec spec,
    List<Entrant> entrants,
    int probed,
    Measuring.WarmUp warmUp,
    int threads,
    long seed)
    implements ForkTask<ProbeResult> {
  private static final int SAMPLES = 100;
  private static final double SECONDS = 0.1;

  @Override
  public ProbeResult run() {
    try (SweepModels models = new SweepModels(setting)) {
      List<SweepRequest> requests = RequestsFile.read(Path.of(requestsFile), Integer.MAX_VALUE);
      var arms =
          new FidelityPass(
                  models,
                  spec,
                  entrants.stream().map(Entrant::arm).distinct().map(setting::arm).toList(),
                  requests)
              .run(threads);
      Pinning.ofThisThread();
      return new ProbeResult(
          arms, probe(models, requests.subList(0, Math.min(probed, requests.size()))));
    }
  }

  private List<ProbeResult.Probed> probe(SweepModels models, List<SweepRequest> requests) {
    Lineup lineup = new Lineup(models, setting, spec, entrants, requests);
    lineup.open();
    ClosedLoop loop =
        new ClosedLoop(
            new Rounds(lineup.contenders(), seed, System::nanoTime, Allocation.ofThisThread()),
            new ClosedLoop.Limits(warmUp, SAMPLES, SECONDS),
            System::nanoTime);
    loop.warmUp();
    loop.measure();
    List<ProbeResult.Probed> results = new ArrayList<>();
    for (int e = 0; e < entrants.size(); e++) {
      results.add(new ProbeResult.Probed(loop.latencies(e).median(), !loop.allocated(e)));
    }
    return results;
  }
}
