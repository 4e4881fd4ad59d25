package io.seminar.reports.gate;

import io.seminar.metrics.Metric.Direction;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.RunManifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** One rule at work: over every arm and slice that it matches. */
final class RuleJudge {
  private final Rule rule;
  private final Measure measure;
  private final Gate.FirstRun firstRun;
  private final Scope scope;

  /**
   * @param measure what is known of the rule's metric; null: there is no such metric
   */
  RuleJudge(Rule rule, Measure measure, Gate.FirstRun firstRun) {
    this.rule = rule;
    this.measure = measure;
    this.firstRun = firstRun;
    this.scope = rule.scope();
  }

  /** The rule as a whole, where it came to nothing. */
  Finding whole(String reason) {
    return missing(scope.arms(), scope.slices(), reason);
  }

  /**
   * A finding for every arm and slice; a single one where nothing matches.
   *
   * @param own the run's cells
   * @param compared the comparison with the baseline run; empty where there is none
   */
  List<Finding> all(Evidence evidence, CellIndex own, CellIndex compared) {
    boolean againstRun = rule instanceof NonInferiority n && n.against() == null;
    RunManifest other =
        againstRun && evidence.baseline() != null ? evidence.baseline().manifest() : null;
    Set<String> arms = arms(evidence.candidate());
    Set<String> slices = new LinkedHashSet<>(evidence.candidate().evaluation().slices());
    evidence.cells().forEach(cell -> slices.add(cell.slice()));
    Set<String> known = Set.copyOf(arms);
    if (other != null) {
      arms.addAll(arms(other));
      slices.addAll(other.evaluation().slices());
    }
    List<String> matching = matching(scope.arms(), arms);
    if (rule instanceof NonInferiority n) {
      matching = matching.stream().filter(arm -> !arm.equals(n.against())).toList();
    }
    List<String> within = matching(scope.slices(), slices);
    if (matching.isEmpty()) {
      return List.of(whole("no arm matches " + scope.arms() + "; there are " + arms));
    }
    if (within.isEmpty()) {
      return List.of(whole("no slice matches " + scope.slices() + "; there are " + slices));
    }
    List<Finding> findings = new ArrayList<>();
    for (String arm : matching) {
      for (String slice : within) {
        if (!known.contains(arm)) {
          findings.add(missing(arm, slice, "the run has no arm " + arm + ", its baseline has"));
        } else if (againstRun && evidence.isFirstRun()) {
          findings.add(first(arm, slice, own));
        } else if (againstRun && evidence.incomparable() != null) {
          findings.add(missing(arm, slice, evidence.incomparable()));
        } else {
          findings.add(
              one(
                  arm,
                  slice,
                  (againstRun ? compared : own).get(arm, slice, scope.metric()),
                  absent(arm, slice, own, !againstRun || arms(other).contains(arm))));
        }
      }
    }
    return findings;
  }

  /** Why there is no cell. */
  private String absent(String arm, String slice, CellIndex own, boolean armInBaseline) {
    if (!armInBaseline) {
      return "the baseline run has no arm " + arm;
    }
    if (!own.has(slice)) {
      return "nothing fell into the slice " + slice;
    }
    return own.get(arm, slice, scope.metric()) == null
        ? "the run has no such number"
        : "the baseline run has no such number";
  }

  private Finding one(String arm, String slice, Cell cell, String absent) {
    if (cell == null) {
      return missing(arm, slice, absent);
    }
    if (rule instanceof ValueLimit limit) {
      return found(arm, slice, cell, Reading.value(cell), limit.limit(), limit.bound(), false);
    }
    NonInferiority margin = (NonInferiority) rule;
    if (margin.against() != null && !margin.against().equals(cell.baseline())) {
      return missing(
          arm,
          slice,
          cell.baseline() == null
              ? arm + " is the arm that this run compares the others with"
              : "this run compares "
                  + arm
                  + " with "
                  + cell.baseline()
                  + ", not with "
                  + margin.against());
    }
    Direction direction = measure.direction();
    if (direction == Direction.NEAR_ONE && margin.margin().relative()) {
      return missing(
          arm,
          slice,
          scope.metric() + " is best at 1: it has no relative margin, only an absolute one");
    }
    Reading reading;
    if (direction == Direction.NEAR_ONE) {
      reading = Reading.distanceFromOne(cell);
    } else if (margin.margin().relative()) {
      reading = Reading.relative(cell);
    } else {
      reading = Reading.difference(cell);
    }
    return found(
        arm, slice, cell, reading, margin.limit(direction), NonInferiority.bound(direction), true);
  }

  private Finding found(
      String arm,
      String slice,
      Cell cell,
      Reading reading,
      double limit,
      Bound bound,
      boolean strict) {
    boolean tested = rule instanceof NonInferiority;
    return new Finding(
        rule.name(),
        measure.kind(),
        scope.metric(),
        arm,
        slice,
        against(),
        reading.against(limit, bound, strict),
        formula(arm, slice),
        bound,
        cell.value(),
        reading.value(),
        reading.low(),
        reading.high(),
        limit,
        reading.reach(bound),
        reading.tightest(bound),
        cell.n(),
        cell.users(),
        tested ? cell.p() : Double.NaN,
        tested ? cell.pHolm() : Double.NaN,
        reading.reason());
  }

  /** Without a run before it, a number that is there may pass; one that is not never does. */
  private Finding first(String arm, String slice, CellIndex own) {
    Cell cell = own.get(arm, slice, scope.metric());
    String reason = cell == null ? absent(arm, slice, own, true) : Reading.value(cell).reason();
    if (reason != null) {
      return missing(arm, slice, reason);
    }
    boolean passes = firstRun == Gate.FirstRun.PASSES;
    return without(
        arm,
        slice,
        cell.value(),
        passes ? Verdict.PASS : Verdict.DID_NOT_RUN,
        "first run: there is no baseline run yet"
            + (passes ? ", and the configuration lets a first run pass" : ""));
  }

  private Finding missing(String arm, String slice, String reason) {
    return without(arm, slice, Double.NaN, Verdict.DID_NOT_RUN, reason);
  }

  private Finding without(
      String arm, String slice, double measured, Verdict verdict, String reason) {
    Bound bound = null;
    double limit = Double.NaN;
    if (rule instanceof ValueLimit value) {
      bound = value.bound();
      limit = value.limit();
    } else if (measure != null) {
      bound = NonInferiority.bound(measure.direction());
      limit = ((NonInferiority) rule).limit(measure.direction());
    }
    return new Finding(
        rule.name(),
        measure == null ? Measure.Kind.QUALITY : measure.kind(),
        scope.metric(),
        arm,
        slice,
        against(),
        verdict,
        formula(arm, slice),
        bound,
        measured,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        limit,
        Double.NaN,
        Double.NaN,
        0,
        0,
        Double.NaN,
        Double.NaN,
        reason);
  }

  private String against() {
    if (rule instanceof NonInferiority n) {
      return n.against() == null ? NonInferiority.BASELINE_RUN : n.against();
    }
    return null;
  }

  private String formula(String arm, String slice) {
    if (rule instanceof ValueLimit limit) {
      return limit.formula(arm, slice);
    }
    // Of a metric that nobody knows, not even the direction is known.
    return measure == null
        ? rule.name()
        : ((NonInferiority) rule).formula(measure.direction(), arm, slice);
  }

  private static Set<String> arms(RunManifest manifest) {
    return manifest.evaluation().arms().stream()
        .map(RunManifest.Arm::name)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static List<String> matching(String pattern, Collection<String> names) {
    NamePattern p = new NamePattern(pattern);
    return names.stream().filter(p::matches).toList();
  }
}
