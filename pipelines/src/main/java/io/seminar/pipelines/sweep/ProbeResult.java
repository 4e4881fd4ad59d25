package io.seminar.pipelines.sweep;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * What a probe found.
 *
 * @param arms by name
 * @param entrants in the order of the task
 */
record ProbeResult(Map<String, ArmResult> arms, List<Probed> entrants) implements Serializable {
  /**
   * About how fast an entrant is.
   *
   * @param nanos median latency
   * @param compiled whether it ran compiled; if not it may become many times as fast
   */
  record Probed(double nanos, boolean compiled) implements Serializable {}

  /**
   * An arm's fidelity, request by request.
   *
   * @param recall NaN where the arm keeps no set
   * @param massKept the same
   * @param outputCosine NaN where an output is zero
   * @param outputRelL2 relative L2 error
   * @param digests of what is kept
   * @param scanBytes that a target's scan reads of a behaviour, all heads together
   */
  record ArmResult(
      double[] recall,
      double[] massKept,
      double[] outputCosine,
      double[] outputRelL2,
      long[] digests,
      double scanBytes)
      implements Serializable {}
}
