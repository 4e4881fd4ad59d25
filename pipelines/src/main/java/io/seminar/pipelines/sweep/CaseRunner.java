package io.seminar.pipelines.sweep;

import io.seminar.metrics.inference.UserHash;
import io.seminar.pipelines.arms.ArmSpec;
import io.seminar.reports.store.SweepLoad;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Takes cases through their forks: probe, measuring, loads. */
final class CaseRunner {
  /** Histories that a probe has open. */
  private static final int PROBED = 3;

  private final SweepConfig config;
  private final Measuring measuring;
  private final SweepSetting setting;
  private final SweepRequests requests;
  private final HeapNeed heap;
  private final Forks forks;
  private final int threads;
  private final Map<Integer, Integer> opened = new TreeMap<>();
  private ForkFacts facts;
  private double preemptions = Double.NaN;

  /**
   * Sets up.
   *
   * @param threads to take fidelity on
   */
  CaseRunner(
      SweepConfig config,
      SweepSetting setting,
      SweepRequests requests,
      HeapNeed heap,
      Forks forks,
      int threads) {
    this.config = config;
    this.measuring = config.measuring();
    this.setting = setting;
    this.requests = requests;
    this.heap = heap;
    this.forks = forks;
    this.threads = threads;
  }

  /** Takes the fidelity of a case, probes it, and prunes. */
  CaseResult probe(CaseSpec spec) {
    List<Entrant> entrants = config.grid().entrants(spec.targets());
    int open = Math.min(PROBED, histories(spec, entrants));
    ProbeResult probe =
        forks.run(
            "the fidelity of " + spec.title(),
            new ProbeTask(
                setting,
                requests.file(spec),
                spec,
                entrants,
                open,
                measuring.warmUp(),
                threads,
                seed(spec, "probe")),
            // And a history a thread whose fidelity is taken, with its exact scores.
            heap.bytes(spec, arms(entrants), open + threads),
            ProbeResult.class);
    return new CaseResult(
        spec,
        entrants,
        probe,
        requests.users(),
        measuring.pruneMargin(),
        config.grid().always(),
        config.seed());
  }

  /** Measures what remains of a case in another fork, and adds it. */
  void measure(CaseResult result, int fork) {
    CaseSpec spec = result.spec();
    List<Entrant> remaining = result.remaining();
    int open = histories(spec, remaining);
    MeasureResult measured =
        forks.run(
            "measuring " + spec.title(),
            new MeasureTask(
                setting,
                requests.file(spec),
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
    preemptions =
        Double.isNaN(preemptions)
            ? facts.preemptions()
            : Math.max(preemptions, facts.preemptions());
    opened.merge(spec.historyLength(), open, Math::min);
  }

  /** Offers loads to the front of a case. */
  List<SweepLoad> load(CaseResult result, PointAssembly assembly) {
    CaseSpec spec = result.spec();
    List<Entrant> front = result.front();
    List<List<LoadTask.Offer>> offers = new ArrayList<>();
    for (Entrant entrant : front) {
      offers.add(offers(result, entrant));
    }
    int open = histories(spec, front);
    LoadTask.Result served =
        forks.run(
            "the open loop of " + spec.title(),
            new LoadTask(
                setting,
                requests.file(spec),
                spec,
                front,
                open,
                measuring.warmUp(),
                result.digests(),
                offers,
                requests.logged(),
                seed(spec, "loads")),
            heap.bytes(spec, arms(front), open),
            LoadTask.Result.class);
    List<SweepLoad> loads = new ArrayList<>();
    for (int e = 0; e < front.size(); e++) {
      for (int l = 0; l < measuring.loads().length; l++) {
        loads.add(
            assembly.load(
                spec,
                front.get(e),
                measuring.loads()[l],
                measuring.loadOf(),
                offers.get(e).get(l).perSecond(),
                served.entrants().get(e).get(l)));
      }
    }
    return loads;
  }

  private List<LoadTask.Offer> offers(CaseResult result, Entrant entrant) {
    double mean =
        result
            .latencies(measuring.loadOf() == Measuring.LoadOf.EXACT ? result.exact() : entrant)
            .mean();
    List<LoadTask.Offer> offers = new ArrayList<>();
    for (double load : measuring.loads()) {
      double perSecond = load * 1e9 / mean;
      double within = Math.max(1, measuring.loadSeconds() * perSecond);
      offers.add(new LoadTask.Offer(perSecond, (int) Math.min(measuring.samples(), within)));
    }
    return offers;
  }

  private int histories(CaseSpec spec, List<Entrant> entrants) {
    return heap.histories(
        spec,
        arms(entrants),
        Math.min(measuring.histories(), requests.users().size()),
        measuring.memoryBytes());
  }

  private List<ArmSpec> arms(List<Entrant> entrants) {
    return entrants.stream().map(entrant -> setting.arm(entrant.arm())).toList();
  }

  private long seed(CaseSpec spec, String purpose) {
    return UserHash.of(config.seed() + "/sweep/" + purpose + "/" + spec.title());
  }

  /** Histories that were open while time was taken, by their length. */
  Map<Integer, Integer> opened() {
    return opened;
  }

  /**
   * The most a second that the measured thread of a fork lost its processor; NaN where the system
   * does not say.
   */
  double preemptions() {
    return preemptions;
  }

  /** Of the last fork that measured. */
  ForkFacts facts() {
    return facts;
  }
}
