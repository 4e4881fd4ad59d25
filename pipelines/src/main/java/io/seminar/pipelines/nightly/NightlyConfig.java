package io.seminar.pipelines.nightly;

import io.seminar.pipelines.evaluation.Inference;
import io.seminar.pipelines.replay.Scoring;
import io.seminar.reports.gate.Gate;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a night does.
 *
 * @param data folder of the night's log
 * @param candidate the system of tonight
 * @param baseline what it is compared with
 * @param baselineSystem the system to compare with if it is {@link Baseline#GIVEN}; else null
 * @param scoring at which K fidelity is measured, and how arms without a network attend
 * @param pageAt K of the page metrics
 * @param coldBelow history events below which an item is cold
 * @param splitTime time that parts calibration from evaluation, in ms; null as for a replay
 * @param inference intervals and tests
 * @param seed of every random choice
 * @param strict whether the first bad record fails the night
 * @param gate the rules
 */
public record NightlyConfig(
    Path data,
    EvaluatedSystem candidate,
    Baseline baseline,
    EvaluatedSystem baselineSystem,
    Scoring scoring,
    int[] pageAt,
    int coldBelow,
    Long splitTime,
    Inference inference,
    long seed,
    boolean strict,
    Gate gate) {
  /** Where the baseline comes from. */
  public enum Baseline {
    /** There is none: rules against the baseline run do not run. */
    NONE,
    /** The system of the last night that passed, as the store has kept it. */
    LAST_GOOD,
    /** A system that the configuration names. */
    GIVEN
  }

  /** What numbers and verdict depend on besides data and systems. */
  public Map<String, Object> configuration() {
    Map<String, Object> configuration = new TreeMap<>();
    configuration.put("baseline", baseline.name().toLowerCase(Locale.ROOT));
    configuration.put("recall-at", Arrays.stream(scoring.recallAt()).boxed().toList());
    configuration.put("temperature", scoring.temperature());
    configuration.put("query-weight", scoring.queryWeight());
    configuration.put("page-at", Arrays.stream(pageAt).boxed().toList());
    configuration.put("cold-below", coldBelow);
    configuration.put("split-time", splitTime == null ? "by the data" : splitTime);
    configuration.put("inference", inference.toString());
    configuration.put("seed", seed);
    configuration.put("strict", strict);
    configuration.put("gate", gate.toString());
    return configuration;
  }
}
