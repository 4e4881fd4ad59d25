package io.seminar.pipelines.sweep;

import java.io.Serializable;
import java.util.List;

/**
 * What a fork measured.
 *
 * @param entrants in the order of the task
 * @param facts of the fork
 */
record MeasureResult(List<EntrantResult> entrants, ForkFacts facts) implements Serializable {
  /**
   * An entrant; costs are means a request.
   *
   * @param latencies service times, encoded
   * @param warmUpRequests requests before they were taken
   * @param warmUpVariation coefficient of variation of the last stretches' medians
   * @param settled whether that was below the limit
   * @param allocatedBytes on the heap, from a pass of its own, in which no other arm runs whose
   *     collections could be charged to this one
   * @param stageNanos by stage, from the same pass
   * @param attendNanos attention after retrieval, from the same
   * @param bytesRead of the history
   * @param scanned behaviours scored, counted once a head and target
   * @param reranked of these exactly, after an approximate score
   * @param buildNanos a behaviour, to build the index
   * @param indexBytes a behaviour
   */
  record EntrantResult(
      String latencies,
      long warmUpRequests,
      double warmUpVariation,
      boolean settled,
      double allocatedBytes,
      double[] stageNanos,
      double attendNanos,
      double bytesRead,
      double scanned,
      double reranked,
      double buildNanos,
      double indexBytes)
      implements Serializable {}
}
