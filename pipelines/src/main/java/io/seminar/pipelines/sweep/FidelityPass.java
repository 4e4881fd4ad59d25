package io.seminar.pipelines.sweep;

import io.seminar.attention.retrieval.Cost;
import io.seminar.pipelines.arms.Arm;
import io.seminar.pipelines.arms.ArmSpec;
import io.seminar.pipelines.arms.AttentionModel;
import io.seminar.pipelines.arms.EmbeddedHistory;
import io.seminar.pipelines.arms.Fidelity;
import io.seminar.pipelines.arms.RequestTargets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes the fidelity of all arms of a case, request by request, on several threads: nothing is
 * timed, and what comes out for a request does not depend on the others.
 */
final class FidelityPass {
  /** Targets that exact scores of all behaviours are held for at a time. */
  private static final int PART = 8;

  private enum Measure {
    RECALL,
    MASS_KEPT,
    OUTPUT_COSINE,
    OUTPUT_REL_L2
  }

  private static final int MEASURES = Measure.values().length;

  private final SweepModels models;
  private final CaseSpec spec;
  private final List<ArmSpec> arms;
  private final List<SweepRequest> requests;
  private final double[][][] values; // (arms, measures, requests)
  private final long[][] digests; // (arms, requests)
  private final double[] scanBytes; // (arms)

  FidelityPass(SweepModels models, CaseSpec spec, List<ArmSpec> arms, List<SweepRequest> requests) {
    this.models = models;
    this.spec = spec;
    this.arms = arms;
    this.requests = requests;
    this.values = new double[arms.size()][MEASURES][requests.size()];
    this.digests = new long[arms.size()][requests.size()];
    this.scanBytes = new double[arms.size()];
  }

  /** Takes it; by arm. */
  Map<String, ProbeResult.ArmResult> run(int threads) {
    AtomicInteger next = new AtomicInteger();
    int used = models.threads(threads);
    ExecutorService pool = Executors.newFixedThreadPool(used);
    try {
      List<Future<?>> workers = new ArrayList<>();
      for (int t = 0; t < used; t++) {
        workers.add(pool.submit(() -> new Worker().work(next)));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    } catch (ExecutionException e) {
      throw new SweepException("the fidelity of " + spec.title() + " failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SweepException("interrupted", e);
    } finally {
      pool.shutdownNow();
    }
    Map<String, ProbeResult.ArmResult> results = new LinkedHashMap<>();
    for (int a = 0; a < arms.size(); a++) {
      results.put(
          arms.get(a).name(),
          new ProbeResult.ArmResult(
              values[a][Measure.RECALL.ordinal()],
              values[a][Measure.MASS_KEPT.ordinal()],
              values[a][Measure.OUTPUT_COSINE.ordinal()],
              values[a][Measure.OUTPUT_REL_L2.ordinal()],
              digests[a],
              scanBytes[a]));
    }
    return results;
  }

  /** One thread's model and arms; writes the columns of the requests that it takes. */
  private final class Worker {
    private final AttentionModel model = models.model(spec.keep());
    private final List<Arm> own = new ArrayList<>();
    private final EmbeddedHistory history = new EmbeddedHistory(model, ArmSpec.views(arms));
    private final Fidelity fidelity = new Fidelity(model, new int[] {spec.keep()});
    private final int width = model.heads() * model.valueSize();
    private final float[] outputs = new float[PART * width];
    private final double[] logSums = new double[PART * model.heads()];
    private final Cost cost = new Cost(false);

    Worker() {
      arms.forEach(arm -> own.add(models.arm(arm, model)));
    }

    void work(AtomicInteger next) {
      for (int r = next.getAndIncrement(); r < requests.size(); r = next.getAndIncrement()) {
        ask(r);
      }
    }

    private void ask(int r) {
      history.embed(requests.get(r).history());
      KeptDigest[] kept = new KeptDigest[own.size()];
      for (int a = 0; a < kept.length; a++) {
        own.get(a).open(history);
        kept[a] = new KeptDigest();
      }
      if (r == 0) {
        for (int a = 0; a < kept.length; a++) {
          scanBytes[a] = scanBytes(own.get(a));
        }
      }
      for (RequestTargets part :
          Lineup.parts(model, requests.get(r).page(), spec.targets(), PART, history.length())) {
        fidelity.turnTo(history, part);
        for (int a = 0; a < kept.length; a++) {
          compare(own.get(a), part, kept[a], values[a], r);
        }
      }
      for (int a = 0; a < kept.length; a++) {
        digests[a][r] = kept[a].value();
        for (double[] measure : values[a]) {
          measure[r] /= spec.targets(); // sums until now
        }
      }
    }

    /** Adds the targets of a part to the request's sums. */
    private void compare(Arm arm, RequestTargets part, KeptDigest kept, double[][] sums, int r) {
      cost.reset();
      arm.retrieve(part, cost);
      arm.attend(part, outputs, logSums, cost);
      if (arm.keeps()) {
        kept.fold(arm.kept(), part.count());
      } else {
        kept.fold(outputs, part.count() * width);
      }
      for (int b = 0; b < part.count(); b++) {
        fidelity.measure(b, arm.kept(), outputs);
        sums[Measure.RECALL.ordinal()][r] += fidelity.recall(0);
        sums[Measure.MASS_KEPT.ordinal()][r] += fidelity.massKept();
        sums[Measure.OUTPUT_COSINE.ordinal()][r] += fidelity.outputCosine();
        sums[Measure.OUTPUT_REL_L2.ordinal()][r] += fidelity.outputRelL2();
      }
    }

    /** Bytes of a behaviour that are read for one target, all heads together; re-ranking aside. */
    private double scanBytes(Arm arm) {
      RequestTargets target =
          Lineup.parts(model, requests.get(0).page(), 1, 1, history.length())[0];
      cost.reset();
      arm.retrieve(target, cost);
      if (!arm.keeps()) {
        arm.attend(target, outputs, logSums, cost);
      }
      long rerankedBytes = cost.reranked() * model.keySize() * Float.BYTES;
      return Math.max(0, cost.bytesRead() - rerankedBytes) / (double) history.length();
    }
  }
}
