package io.seminar.pipelines.sweep;

import java.io.Serializable;
import java.util.Map;

/**
 * What a probe found.
 *
 * @param arms by name
 * @param nanos (entrants): median latencies
 */
record ProbeResult(Map<String, ArmResult> arms, double[] nanos) implements Serializable {
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
