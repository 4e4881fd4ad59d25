package io.seminar.pipelines.sweep;

import java.nio.file.Path;
import java.util.Arrays;
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
 * @param threads that fidelity is taken on
 * @param seed of the order in the probe
 */
record ProbeTask(
    SweepSetting setting,
    String requestsFile,
    CaseSpec spec,
    List<Entrant> entrants,
    int probed,
    int threads,
    long seed)
    implements ForkTask<ProbeResult> {
  private static final ClosedLoop.Limits LIMITS =
      new ClosedLoop.Limits(new Measuring.WarmUp(0.1, 50, 0.5), 100, 0.1);

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

  private double[] probe(SweepModels models, List<SweepRequest> requests) {
    Lineup lineup = new Lineup(models, setting, spec, entrants, requests);
    lineup.open();
    ClosedLoop loop =
        new ClosedLoop(
            new Rounds(lineup.contenders(), seed, System::nanoTime, Allocation.ofThisThread()),
            LIMITS,
            System::nanoTime);
    loop.warmUp();
    loop.measure();
    double[] nanos = new double[entrants.size()];
    Arrays.setAll(nanos, e -> loop.latencies(e).median());
    return nanos;
  }
}
