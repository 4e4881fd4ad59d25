package io.seminar.pipelines.sweep;

import io.seminar.reports.sweep.ParetoFront;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What is found out about a case, step by step. */
final class CaseResult {
  private final CaseSpec spec;
  private final List<Entrant> entrants;
  private final ProbeResult probe;
  private final Map<String, MeanInterval> recall = new LinkedHashMap<>();
  private final Map<String, String> pruned;
  private final Map<String, List<MeasureResult.EntrantResult>> measured = new LinkedHashMap<>();

  /**
   * After the probe.
   *
   * @param users of the requests
   * @param always arms that are not pruned
   */
  CaseResult(
      CaseSpec spec,
      List<Entrant> entrants,
      ProbeResult probe,
      List<String> users,
      double margin,
      Set<String> always,
      long seed) {
    this.spec = spec;
    this.entrants = entrants;
    this.probe = probe;
    probe.arms().forEach((arm, a) -> recall.put(arm, MeanInterval.of(a.recall(), users, seed)));
    List<Pruning.Probe> probes = new ArrayList<>();
    for (int e = 0; e < entrants.size(); e++) {
      MeanInterval of = recall.get(entrants.get(e).arm());
      ProbeResult.Probed probed = probe.entrants().get(e);
      probes.add(
          new Pruning.Probe(
              entrants.get(e).name(), of.mean(), of.high(), probed.nanos(), probed.compiled()));
    }
    Set<String> kept =
        entrants.stream()
            .filter(entrant -> always.contains(entrant.arm()))
            .map(Entrant::name)
            .collect(Collectors.toSet());
    this.pruned = Pruning.reasons(probes, margin, kept);
  }

  CaseSpec spec() {
    return spec;
  }

  List<Entrant> entrants() {
    return entrants;
  }

  /** Those that are measured. */
  List<Entrant> remaining() {
    return entrants.stream().filter(entrant -> !pruned.containsKey(entrant.name())).toList();
  }

  /** Why an entrant is not measured; null if it is. */
  String pruned(Entrant entrant) {
    return pruned.get(entrant.name());
  }

  MeanInterval recall(Entrant entrant) {
    return recall.get(entrant.arm());
  }

  ProbeResult.ArmResult fidelity(Entrant entrant) {
    return probe.arms().get(entrant.arm());
  }

  /** Digests of what was kept, by arm. */
  Map<String, long[]> digests() {
    return probe.arms().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, arm -> arm.getValue().digests()));
  }

  /** Takes what a fork measured of the {@link #remaining()}. */
  void add(MeasureResult result) {
    List<Entrant> remaining = remaining();
    for (int e = 0; e < remaining.size(); e++) {
      measured
          .computeIfAbsent(remaining.get(e).name(), name -> new ArrayList<>())
          .add(result.entrants().get(e));
    }
  }

  /** What the forks measured of an entrant. */
  List<MeasureResult.EntrantResult> forks(Entrant entrant) {
    return measured.get(entrant.name());
  }

  /** Service times of all forks. */
  Latencies latencies(Entrant entrant) {
    Latencies all = new Latencies();
    forks(entrant).forEach(fork -> all.add(Latencies.decode(fork.latencies())));
    return all;
  }

  /** Exact attention to a whole page. */
  Entrant exact() {
    return entrants.stream()
        .filter(entrant -> entrant.name().equals(Grid.EXACT))
        .findFirst()
        .orElseThrow();
  }

  /** Those on the Pareto front of recall and median service time, and exact attention. */
  List<Entrant> front() {
    List<Entrant> remaining = remaining();
    List<Standing> standings =
        remaining.stream()
            .map(e -> new Standing(e, latencies(e).median(), recall(e).mean()))
            .toList();
    Set<Entrant> on = new HashSet<>();
    ParetoFront.of(standings, Standing::nanos, Standing::recall)
        .forEach(standing -> on.add(standing.entrant()));
    on.add(exact());
    return remaining.stream().filter(on::contains).toList();
  }

  private record Standing(Entrant entrant, double nanos, double recall) {}
}
