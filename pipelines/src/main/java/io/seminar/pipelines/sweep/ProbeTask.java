package io.seminar.pipelines.sweep;

import io.seminar.attention.retrieval.Cost;
import io.seminar.pipelines.arms.Arm;
import io.seminar.pipelines.arms.ArmSpec;
import io.seminar.pipelines.arms.AttentionModel;
import io.seminar.pipelines.arms.EmbeddedHistory;
import io.seminar.pipelines.arms.Fidelity;
import io.seminar.pipelines.arms.RequestTargets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of a case before it is measured: how faithful every arm is, on all requests, and
 * about how fast every entrant is, on the first of them.
 *
 * @param setting what to open
 * @param requestsFile requests with histories of the case's length
 * @param spec the case
 * @param entrants of the case
 * @param probed requests that the probe asks, at most
 * @param seed of the order in the probe
 */
record ProbeTask(
    SweepSetting setting,
    String requestsFile,
    CaseSpec spec,
    List<Entrant> entrants,
    int probed,
    long seed)
    implements ForkTask<ProbeResult> {
  /** Targets that exact scores of all behaviours are held for at a time. */
  private static final int PART = 8;

  private static final Measuring.WarmUp WARM_UP = new Measuring.WarmUp(0.1, 20, 0.3);
  private static final int ROUNDS = 3;

  @Override
  public ProbeResult run() {
    try (SweepModels models = new SweepModels(setting)) {
      List<SweepRequest> requests = RequestsFile.read(Path.of(requestsFile), Integer.MAX_VALUE);
      Map<String, ProbeResult.ArmResult> arms = fidelity(models, requests);
      return new ProbeResult(
          arms,
          probe(models, requests.subList(0, Math.min(probed, requests.size()))),
          ForkFacts.current(Pinning.ofThisThread()));
    }
  }

  private Map<String, ProbeResult.ArmResult> fidelity(
      SweepModels models, List<SweepRequest> requests) {
    AttentionModel model = models.model(spec.keep());
    List<ArmSpec> specs = entrants.stream().map(Entrant::arm).distinct().map(setting::arm).toList();
    List<Arm> arms = new ArrayList<>();
    specs.forEach(arm -> arms.add(models.arm(arm, model)));
    EmbeddedHistory history = new EmbeddedHistory(model, ArmSpec.views(specs));
    Fidelity meter = new Fidelity(model, new int[] {spec.keep()});
    double[][][] values = new double[specs.size()][4][requests.size()];
    long[][] digests = new long[specs.size()][requests.size()];
    double[] scanBytes = new double[specs.size()];
    for (int r = 0; r < requests.size(); r++) {
      history.embed(requests.get(r).history());
      RequestTargets[] parts =
          Lineup.parts(model, requests.get(r).page(), spec.targets(), PART, history.length());
      Visit[] visits = new Visit[specs.size()];
      for (int a = 0; a < visits.length; a++) {
        arms.get(a).open(history);
        visits[a] = new Visit(arms.get(a), model);
        if (r == 0) {
          scanBytes[a] = scanBytes(arms.get(a), model, requests.get(0), history.length());
        }
      }
      for (RequestTargets part : parts) {
        meter.turnTo(history, part);
        for (Visit visit : visits) {
          visit.part(part, meter);
        }
      }
      for (int a = 0; a < visits.length; a++) {
        for (int v = 0; v < values[a].length; v++) {
          values[a][v][r] = visits[a].sums[v] / visits[a].targets;
        }
        digests[a][r] = visits[a].digest.value();
      }
    }
    Map<String, ProbeResult.ArmResult> results = new LinkedHashMap<>();
    for (int a = 0; a < specs.size(); a++) {
      results.put(
          specs.get(a).name(),
          new ProbeResult.ArmResult(
              values[a][0], values[a][1], values[a][2], values[a][3], digests[a], scanBytes[a]));
    }
    return results;
  }

  /** One arm on one request. */
  private static final class Visit {
    private final Arm arm;
    private final int width;
    private final float[] outputs;
    private final double[] logSums;
    private final Cost cost = new Cost(false);
    private final double[] sums = new double[4];
    private int targets;
    private final KeptDigest digest = new KeptDigest();

    Visit(Arm arm, AttentionModel model) {
      this.arm = arm;
      this.width = model.heads() * model.valueSize();
      this.outputs = new float[PART * width];
      this.logSums = new double[PART * model.heads()];
    }

    void part(RequestTargets part, Fidelity meter) {
      arm.retrieve(part, cost);
      arm.attend(part, outputs, logSums, cost);
      if (arm.keeps()) {
        digest.fold(arm.kept(), part.count());
      } else {
        digest.fold(outputs, part.count() * width);
      }
      for (int b = 0; b < part.count(); b++) {
        meter.measure(b, arm.kept(), outputs);
        sums[0] += meter.recall(0);
        sums[1] += meter.massKept();
        sums[2] += meter.outputCosine();
        sums[3] += meter.outputRelL2();
      }
      targets += part.count();
    }
  }

  /** Bytes of a behaviour that are read for one target, all heads together, re-ranking aside. */
  private static double scanBytes(Arm arm, AttentionModel model, SweepRequest request, int length) {
    RequestTargets target = Lineup.parts(model, request.page(), 1, 1, length)[0];
    Cost cost = new Cost(false);
    arm.retrieve(target, cost);
    if (!arm.keeps()) {
      arm.attend(
          target, new float[model.heads() * model.valueSize()], new double[model.heads()], cost);
    }
    long rerankedBytes = cost.reranked() * model.keySize() * Float.BYTES;
    return Math.max(0, cost.bytesRead() - rerankedBytes) / (double) length;
  }

  private double[] probe(SweepModels models, List<SweepRequest> requests) {
    Lineup lineup = new Lineup(models, setting, spec, entrants, requests);
    lineup.open();
    Rounds rounds =
        new Rounds(lineup.contenders(), seed, System::nanoTime, Allocation.ofThisThread());
    ClosedLoop loop =
        new ClosedLoop(rounds, new ClosedLoop.Limits(WARM_UP, 0, 0), System::nanoTime);
    loop.warmUp();
    double[] nanos = new double[entrants.size()];
    Arrays.fill(nanos, Double.POSITIVE_INFINITY);
    for (int i = 0; i < ROUNDS; i++) {
      rounds.run();
      for (int e = 0; e < nanos.length; e++) {
        nanos[e] = Math.min(nanos[e], Settling.median(rounds.nanos(e), rounds.requests()));
      }
    }
    return nanos;
  }
}
