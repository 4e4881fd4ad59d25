package io.seminar.reports.gate;

import java.util.List;
import java.util.Objects;

/**
 * How wide rules have to be for a system that has not changed: what an A/A study found out. Made by
 * {@link ToleranceStudy}, kept as {@link TolerancesFile}.
 *
 * @param schemaVersion {@link #SCHEMA_VERSION} for what this class writes
 * @param id name of the study, unique within a store
 * @param dataDigest SHA-256 over the log
 * @param system digest of the system that was replayed twice
 * @param seed of the splits
 * @param rate of not passing that the proposals are made for, between 0 and 1
 * @param level of the intervals
 * @param users who were split into halves
 * @param gate how often the whole gate would have alarmed
 * @param rules what every rule needs, in the order of the gate
 * @param latencies how far timings of the same system lie apart
 * @param notes what a reader must know, one sentence each
 */
public record Tolerances(
    int schemaVersion,
    String id,
    String dataDigest,
    String system,
    long seed,
    double rate,
    double level,
    long users,
    Alarms gate,
    List<RuleTolerance> rules,
    List<LatencyTolerance> latencies,
    List<String> notes) {
  /** Version of {@code calibration.json}. A reader refuses any other. */
  public static final int SCHEMA_VERSION = 1;

  public Tolerances {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(gate, "gate");
    rules = List.copyOf(Objects.requireNonNull(rules, "rules"));
    latencies = List.copyOf(Objects.requireNonNull(latencies, "latencies"));
    notes = List.copyOf(Objects.requireNonNull(notes, "notes"));
  }

  /**
   * How often something alarmed on unchanged systems.
   *
   * @param splits that were judged
   * @param failed of them, verdict FAIL
   * @param failedLow lower end of the interval of the probability to fail
   * @param failedHigh upper end
   * @param notPassed of the splits, any verdict but PASS
   * @param notPassedLow lower end of the interval of the probability not to pass
   * @param notPassedHigh upper end
   */
  public record Alarms(
      int splits,
      int failed,
      double failedLow,
      double failedHigh,
      int notPassed,
      double notPassedLow,
      double notPassedHigh) {}

  /** What a proposal rests on. */
  public enum Basis {
    /**
     * The interval of the difference between tonight's candidate and baseline, of the same users.
     */
    PAIRED,
    /** What the same system does on other users. */
    OTHER_USERS,
    /** There is none: nothing could be judged. */
    NOTHING
  }

  /**
   * What a rule needs.
   *
   * @param rule its name
   * @param given the name that the configuration gives it; null: it is made of the rest
   * @param metric key of the metric
   * @param arms pattern of the arms
   * @param slices pattern of the slices
   * @param against what it compares with, as in {@link Finding}; null: a limit of the value
   * @param bound which side of the limit is the good one; null where the metric is not known
   * @param relative whether margins are shares of the baseline's value
   * @param configured margin, or limit, that it has
   * @param alarms how often it would have alarmed with that
   * @param otherUsers the margin, or limit, with which it passes on all but {@code rate} of the
   *     splits, for all of its arms and slices at once; NaN where too few could be judged
   * @param decidable the smallest margin that tonight's paired interval decides where there is no
   *     difference; NaN where there was no such interval
   * @param paired the margin with which an unchanged system of tonight's paired error passes with
   *     probability 1 − {@code rate}; NaN with it
   * @param proposed margin or limit, rounded to two digits towards the looser side; NaN if none
   * @param basis of what is proposed
   * @param cells the numbers behind it, by arm and slice
   */
  public record RuleTolerance(
      String rule,
      String given,
      String metric,
      String arms,
      String slices,
      String against,
      Bound bound,
      boolean relative,
      double configured,
      Alarms alarms,
      double otherUsers,
      double decidable,
      double paired,
      double proposed,
      Basis basis,
      List<CellTolerance> cells) {
    public RuleTolerance {
      Objects.requireNonNull(rule, "rules.rule");
      Objects.requireNonNull(alarms, "rules.alarms");
      Objects.requireNonNull(basis, "rules.basis");
      cells = List.copyOf(Objects.requireNonNull(cells, "rules.cells"));
    }
  }

  /**
   * What a rule tests on unchanged systems, in an arm and slice.
   *
   * @param judged splits with a number and an interval
   * @param median of the tested number over the splits; NaN if none was judged
   * @param low the tested number is below it in half of {@code 1 - level} of the splits
   * @param high and above it likewise
   * @param limit of the tested number, as configured
   * @param reason why no split was judged; null where one was
   */
  public record CellTolerance(
      String arm,
      String slice,
      int judged,
      double median,
      double low,
      double high,
      double limit,
      String reason) {
    public CellTolerance {
      Objects.requireNonNull(arm, "cells.arm");
      Objects.requireNonNull(slice, "cells.slice");
    }
  }

  /**
   * How far two timings of the same system lie apart, a page.
   *
   * @param metric {@code service_ms} or {@code retrieve_ms}
   * @param value of the second replay, ms
   * @param difference second minus first, paired over users, ms
   * @param low lower end of its interval; NaN where there is none
   * @param high upper end
   * @param proposed margin, ms, rounded up to two digits: whichever end of the interval is further
   *     from 0
   * @param reason why there is no proposal; null where there is one
   */
  public record LatencyTolerance(
      String arm,
      String metric,
      double value,
      double difference,
      double low,
      double high,
      double proposed,
      String reason) {
    public LatencyTolerance {
      Objects.requireNonNull(arm, "latencies.arm");
      Objects.requireNonNull(metric, "latencies.metric");
    }
  }
}
