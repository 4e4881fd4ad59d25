package io.seminar.pipelines.sweep;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which arms of a case are not worth measuring: those that cannot reach the Pareto front of recall
 * and median latency, because in the probe another was faster by a margin and recalls at least what
 * this one can be hoped to.
 */
final class Pruning {
  /**
   * What is known of an arm before it is measured.
   *
   * @param recall NaN where the arm keeps no set
   * @param recallHigh upper end of its interval; NaN where there is none
   * @param nanos median latency of the probe
   * @param compiled whether that was taken of compiled code
   */
  record Probe(String arm, double recall, double recallHigh, double nanos, boolean compiled) {
    /** The most recall to hope for. */
    double hope() {
      return Double.isNaN(recallHigh) ? 1 : recallHigh;
    }
  }

  private Pruning() {}

  /**
   * The pruned arms, each with the reason as a clause. An arm whose recall is undefined is never
   * pruned: there is no front that it could be behind. One that did not run compiled in the probe
   * is not either: it may become faster than all.
   *
   * @param margin how many times as slow as the other an arm must be, at least 1
   * @param always arms that are never pruned
   */
  static Map<String, String> reasons(List<Probe> probes, double margin, Set<String> always) {
    Map<String, String> reasons = new LinkedHashMap<>();
    for (Probe probe : probes) {
      if (always.contains(probe.arm()) || Double.isNaN(probe.recall()) || !probe.compiled()) {
        continue;
      }
      Probe better = null;
      for (Probe other : probes) {
        if (other.recall() >= probe.hope()
            && probe.nanos() > margin * other.nanos()
            && (better == null || other.nanos() < better.nanos())) {
          better = other;
        }
      }
      if (better != null) {
        reasons.put(probe.arm(), reason(probe, better));
      }
    }
    return reasons;
  }

  private static String reason(Probe probe, Probe better) {
    return String.format(
        Locale.ROOT,
        "%.1f times as slow in the probe as %s, whose recall of %.4f is not below this one's %s",
        probe.nanos() / better.nanos(),
        better.arm(),
        better.recall(),
        Double.isNaN(probe.recallHigh())
            ? "best possible"
            : String.format(Locale.ROOT, "upper end of %.4f", probe.recallHigh()));
  }
}
