package io.seminar.pipelines.sweep;

import io.seminar.pipelines.arms.ArmParser;
import io.seminar.pipelines.arms.ArmSpec;
import io.seminar.pipelines.arms.CodebookSpec;
import io.seminar.pipelines.arms.ModelSpec;
import io.seminar.pipelines.runner.Durations;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A sweep that was checked and not begun: what is asked for is there, and every arm exists. */
public final class SweepPlan {
  /** What starting a JVM and opening data set, network and histories may take. */
  private static final double START_SECONDS = 2;

  /** What an entrant's probe takes beside its fidelity. */
  private static final double PROBE_SECONDS = 0.4;

  /** Fidelity: nanoseconds of a behaviour, target, head and arm, and as much for the truth. */
  private static final double FIDELITY_NANOS = 10;

  /** Arms that are on the front of a case, about. */
  private static final int FRONT = 5;

  private final SweepConfig config;
  private final Dataset dataset;
  private final SweepModel model; // null: none
  private final SweepCodebooks codebooks;

  /**
   * Opens and checks all that a configuration names.
   *
   * @throws DatasetException if data set or network cannot be used
   * @throws io.seminar.attention.quantization.CodebookException if a codebook cannot be used
   * @throws IllegalArgumentException if an arm is unknown or attends to nothing
   */
  public SweepPlan(SweepConfig config) {
    this.config = config;
    this.dataset = Dataset.open(config.data());
    if (dataset.descriptor().counts().requests() == 0) {
      throw new DatasetException(
          new Problem(
              config.data().toString(), -1, "counts.requests", "0", "at least one request"));
    }
    this.model = config.model() == null ? null : SweepModel.open(config.model(), dataset);
    this.codebooks = new SweepCodebooks(config, dataset, modelSpecs());
    parse(codebooks.specs());
  }

  SweepConfig config() {
    return config;
  }

  Dataset dataset() {
    return dataset;
  }

  /** The network; null: similarity of the data set's own vectors. */
  SweepModel model() {
    return model;
  }

  SweepCodebooks codebooks() {
    return codebooks;
  }

  private List<ModelSpec> modelSpecs() {
    return model == null ? List.of() : List.of(model.spec());
  }

  /** The arms, with these codebooks. */
  List<ArmSpec> parse(List<CodebookSpec> specs) {
    List<ArmSpec> arms = new ArmParser(modelSpecs(), specs).parse(config.grid().arms());
    for (ArmSpec arm : arms) {
      if (!arm.kind().attends()) {
        throw new IllegalArgumentException(
            "arm '"
                + arm.name()
                + "' does not attend to a history, so that a sweep has nothing to measure:"
                + " expected arms that do");
      }
      Arrays.stream(config.grid().keeps()).forEach(arm::check);
    }
    return arms;
  }

  /** Requests from this time on are asked, ms since 1970. */
  long evaluateFrom() {
    return model != null ? model.evaluateFrom() : dataset.descriptor().medianRequestTime();
  }

  /** Seconds that the probe of a case takes, about. */
  double probeSeconds(CaseSpec spec) {
    int entrants = config.grid().entrants(spec.targets()).size();
    double scored =
        (double) spec.historyLength()
            * spec.targets()
            * config.measuring().requests()
            * (model == null ? 1 : model.description().spec().heads())
            * (config.grid().arms().size() + 1);
    return START_SECONDS + entrants * PROBE_SECONDS + scored * FIDELITY_NANOS / 1e9;
  }

  /** Seconds that a fork of a case takes, at most about. */
  double forkSeconds(int entrants) {
    Measuring measuring = config.measuring();
    return START_SECONDS + entrants * (measuring.warmUp().seconds() + measuring.seconds());
  }

  /** Seconds that the loads of a case take, at most about. */
  double loadSeconds(int entrants) {
    Measuring measuring = config.measuring();
    return measuring.loads().length == 0
        ? 0
        : START_SECONDS
            + entrants
                * (measuring.warmUp().seconds()
                    + measuring.loads().length * measuring.loadSeconds());
  }

  /** Seconds that all forks and loads of a case take, at most about. */
  double measureSeconds(int entrants) {
    return config.measuring().forks() * forkSeconds(entrants)
        + loadSeconds(Math.min(FRONT, entrants));
  }

  /** Seconds that all of it takes, at most about, if nothing is pruned. */
  double seconds() {
    double seconds = 0;
    for (CaseSpec spec : config.grid().cases()) {
      int entrants = config.grid().entrants(spec.targets()).size();
      seconds += probeSeconds(spec) + measureSeconds(entrants);
    }
    return seconds;
  }

  /** What would be done, line by line. */
  public List<String> describe() {
    List<String> lines = new ArrayList<>();
    int points = 0;
    for (CaseSpec spec : config.grid().cases()) {
      List<Entrant> entrants = config.grid().entrants(spec.targets());
      lines.add(
          spec.title() + ": " + String.join(", ", entrants.stream().map(Entrant::name).toList()));
      points += entrants.size();
    }
    codebooks.untrained().forEach(codebook -> lines.add("codebook to train: " + codebook));
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d points in %,d cases, each in %,d fork%s; about %s at most, codebooks aside, less"
                + " what is pruned",
            points,
            config.grid().cases().size(),
            config.measuring().forks(),
            config.measuring().forks() == 1 ? "" : "s",
            Durations.text(seconds())));
    return lines;
  }
}
